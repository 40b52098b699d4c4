"""Chains that are good but for one thing: what an issuer that errs, or a thief of a key, could make."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from secrets_app.pki.issue import AUTHORITY_USAGE, EVERY_ADDRESS, LEAF_USAGE
from secrets_app.pki.refusals import Reason
from tests.unit.pki.world import APP_HOST, DAY, HOST, NOW, Form, Plane, forge, form, signer

Change = Callable[[Form], Form]
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
P384 = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(65537, 2048)
COMMON_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ledger")])
SUBTREE = x509.DNSName(f"svc.{HOST}")


@dataclass(frozen=True)
class Forgery:
    name: str
    part: str
    """root, region or leaf: the certificate that has the flaw; what is below it is good."""
    change: Change
    reason: Reason
    openssl: str = ""
    """Words of OpenSSL's refusal; empty where its rules are laxer than our profiles."""
    host: str = APP_HOST
    """The name that is asked for."""

    @property
    def key(self) -> str:
        return f"{self.part}: {self.name}"

    def of(self, bank: Plane) -> Plane:
        if self.part == "leaf":
            made = forge(self.change(form(bank.leaf.certificate)), bank.region.signer.key)
            return replace(bank, leaf=replace(bank.leaf, certificate=made))
        if self.part == "region":
            made = forge(self.change(form(bank.region.certificate)), bank.root.signer.key)
            return replace(bank, region=replace(bank.region, certificate=made))
        made = forge(self.change(form(bank.root.certificate)), bank.root.signer.key)
        return replace(bank, root=replace(bank.root, certificate=made))


def having(extension: x509.ExtensionType, *, critical: bool) -> Change:
    return lambda it: it.having(extension, critical=critical)


def without(kind: type[x509.ExtensionType]) -> Change:
    return lambda it: it.without(kind)


def uncritical(kind: type[x509.ExtensionType], *, critical: bool = False) -> Change:
    return lambda it: it.having(it.extensions[kind][0], critical=critical)


def changed(**parts: object) -> Change:
    return lambda it: replace(it, **parts)  # type: ignore[arg-type]  # a test names the parts


def names(*found: x509.GeneralName) -> Change:
    return having(x509.SubjectAlternativeName(list(found)), critical=True)


def usages(*found: ObjectIdentifier) -> Change:
    return having(x509.ExtendedKeyUsage(list(found)), critical=False)


def constraints(
    permitted: list[x509.GeneralName] | None, excluded: list[x509.GeneralName] | None, *, critical: bool = True
) -> Change:
    return having(x509.NameConstraints(permitted, excluded), critical=critical)


def basic(*, ca: bool, path_length: int | None) -> Change:
    return having(x509.BasicConstraints(ca, path_length), critical=True)


HOST_NAME = x509.DNSName(APP_HOST)
EVERYTHING: list[x509.GeneralName] = list(EVERY_ADDRESS)
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
INFORMATION = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier("http://a.example")
        )
    ]
)
OTHER_AUTHORITY = x509.AuthorityKeyIdentifier(b"x" * 20, None, None)
ADDRESS = x509.IPAddress(ipaddress.IPv4Address("10.0.0.1"))

LEAF_FORGERIES = (
    Forgery("another_name", "leaf", names(x509.DNSName("x." + APP_HOST)), Reason.WRONG_NAME, "hostname mismatch"),
    Forgery(
        "outside_the_subtree",
        "leaf",
        names(x509.DNSName("ledger.example")),
        Reason.NAME_CONSTRAINT,
        "permitted subtree violation",
        "ledger.example",
    ),
    Forgery("wildcard", "leaf", names(x509.DNSName(f"*.core.svc.{HOST}")), Reason.WRONG_NAME),
    Forgery("two_names", "leaf", names(HOST_NAME, x509.DNSName(f"cards.core.svc.{HOST}")), Reason.WRONG_NAME),
    Forgery("an_address", "leaf", names(HOST_NAME, ADDRESS), Reason.WRONG_NAME, "excluded subtree violation"),
    Forgery("a_mailbox", "leaf", names(HOST_NAME, x509.RFC822Name("alice@example.com")), Reason.WRONG_NAME),
    Forgery("a_uri", "leaf", names(HOST_NAME, x509.UniformResourceIdentifier("spiffe://a/b")), Reason.WRONG_NAME),
    Forgery(
        "no_name",
        "leaf",
        without(x509.SubjectAlternativeName),
        Reason.WRONG_NAME,
        "Subject name empty|hostname mismatch",
    ),
    Forgery("a_common_name", "leaf", changed(subject=COMMON_NAME), Reason.WRONG_NAME),
    Forgery("uncritical_name", "leaf", uncritical(x509.SubjectAlternativeName), Reason.EXTENSION, "critical"),
    Forgery(
        "other_usage",
        "leaf",
        usages(ExtendedKeyUsageOID.CODE_SIGNING),
        Reason.WRONG_USAGE,
        "unsuitable certificate purpose",
    ),
    Forgery(
        "any_usage",
        "leaf",
        usages(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),
        Reason.WRONG_USAGE,
        "unsuitable certificate purpose",
    ),
    Forgery("server_alone", "leaf", usages(SERVER), Reason.WRONG_USAGE),
    Forgery("client_alone", "leaf", usages(CLIENT), Reason.WRONG_USAGE),
    Forgery(
        "one_usage_more", "leaf", usages(SERVER, CLIENT, ExtendedKeyUsageOID.CODE_SIGNING), Reason.WRONG_USAGE
    ),
    Forgery("no_usage", "leaf", without(x509.ExtendedKeyUsage), Reason.WRONG_USAGE),
    Forgery("no_key_usage", "leaf", without(x509.KeyUsage), Reason.WRONG_USAGE),
    Forgery(
        "signs_certificates",
        "leaf",
        having(AUTHORITY_USAGE, critical=True),
        Reason.WRONG_USAGE,
        "keyCertSign invalid for non-CA",
    ),
    Forgery("uncritical_key_usage", "leaf", uncritical(x509.KeyUsage), Reason.EXTENSION),
    Forgery(
        "is_an_authority",
        "leaf",
        basic(ca=True, path_length=None),
        Reason.NOT_A_CA,
        "Subject name empty|unsuitable certificate purpose",
    ),
    Forgery("no_basic_constraints", "leaf", without(x509.BasicConstraints), Reason.NOT_A_CA),
    Forgery("no_key_identifier", "leaf", without(x509.SubjectKeyIdentifier), Reason.EXTENSION),
    Forgery(
        "no_authority_key_identifier",
        "leaf",
        without(x509.AuthorityKeyIdentifier),
        Reason.EXTENSION,
        "Authority Key Identifier",
    ),
    Forgery("name_constraints", "leaf", constraints([SUBTREE], None), Reason.NAME_CONSTRAINT),
    Forgery(
        "unknown_critical_extension",
        "leaf",
        having(UNKNOWN, critical=True),
        Reason.EXTENSION,
        "unhandled critical extension",
    ),
    Forgery("unknown_extension", "leaf", having(UNKNOWN, critical=False), Reason.EXTENSION),
    Forgery("a_year", "leaf", lambda it: replace(it, ends=it.begins + 365 * DAY), Reason.LIFETIME),
    Forgery(
        "ended",
        "leaf",
        lambda it: replace(it, begins=NOW - 9 * DAY, ends=NOW - DAY),
        Reason.EXPIRED,
        "certificate has expired",
    ),
    Forgery(
        "not_begun",
        "leaf",
        lambda it: replace(it, begins=NOW + DAY, ends=NOW + 9 * DAY),
        Reason.NOT_YET_VALID,
        "certificate is not yet valid",
    ),
    Forgery("empty_usage", "leaf", usages(), Reason.MALFORMED, "unsuitable certificate purpose|extension"),
    Forgery("critical_usage", "leaf", uncritical(x509.ExtendedKeyUsage, critical=True), Reason.EXTENSION),
    Forgery("underscore", "leaf", names(x509.DNSName(f"led_ger.core.svc.{HOST}")), Reason.WRONG_NAME, "mismatch"),
    Forgery(
        "critical_key_identifier",
        "leaf",
        uncritical(x509.SubjectKeyIdentifier, critical=True),
        Reason.EXTENSION,
        "critical",
    ),
    Forgery(
        "critical_authority_key_identifier",
        "leaf",
        uncritical(x509.AuthorityKeyIdentifier, critical=True),
        Reason.EXTENSION,
        "critical",
    ),
    Forgery("authority_information", "leaf", having(INFORMATION, critical=False), Reason.EXTENSION),
    Forgery(
        "critical_authority_information", "leaf", having(INFORMATION, critical=True), Reason.EXTENSION, "critical"
    ),
    Forgery("key_on_p384", "leaf", changed(key=P384.public_key()), Reason.WEAK_KEY),
    Forgery("rsa_key", "leaf", changed(key=RSA.public_key()), Reason.WEAK_KEY),
    Forgery(
        "rsa_1024",
        "leaf",
        changed(key=rsa.generate_private_key(65537, 1024).public_key()),
        Reason.WEAK_KEY,
        "EE certificate key too weak",
    ),
    Forgery("signed_with_sha384", "leaf", changed(algorithm=hashes.SHA384()), Reason.WEAK_KEY),
    Forgery("signed_with_sha224", "leaf", changed(algorithm=hashes.SHA224()), Reason.WEAK_KEY),
)

REGION_FORGERIES = (
    Forgery("path_length_1", "region", basic(ca=True, path_length=1), Reason.PATH_LENGTH),
    Forgery("no_path_length", "region", basic(ca=True, path_length=None), Reason.PATH_LENGTH),
    Forgery(
        "not_an_authority",
        "region",
        basic(ca=False, path_length=None),
        Reason.NOT_A_CA,
        "invalid CA certificate",
    ),
    Forgery(
        "no_basic_constraints",
        "region",
        without(x509.BasicConstraints),
        Reason.NOT_A_CA,
        "invalid CA certificate",
    ),
    Forgery(
        "uncritical_basic_constraints",
        "region",
        uncritical(x509.BasicConstraints),
        Reason.EXTENSION,
        "Basic Constraints of CA cert not marked critical",
    ),
    Forgery(
        "leaf_key_usage",
        "region",
        having(LEAF_USAGE, critical=True),
        Reason.WRONG_USAGE,
        "invalid CA certificate",
    ),
    Forgery(
        "other_usage",
        "region",
        usages(ExtendedKeyUsageOID.CODE_SIGNING),
        Reason.WRONG_USAGE,
        "unsuitable certificate purpose",
    ),
    Forgery(
        "policy_constraints", "region", having(x509.PolicyConstraints(1, None), critical=False), Reason.EXTENSION
    ),
    Forgery(
        "critical_key_identifier",
        "region",
        uncritical(x509.SubjectKeyIdentifier, critical=True),
        Reason.EXTENSION,
        "critical",
    ),
    Forgery(
        "critical_authority_key_identifier",
        "region",
        uncritical(x509.AuthorityKeyIdentifier, critical=True),
        Reason.EXTENSION,
        "critical",
    ),
    Forgery(
        "no_authority_key_identifier",
        "region",
        without(x509.AuthorityKeyIdentifier),
        Reason.EXTENSION,
        "Missing Authority Key Identifier",
    ),
    Forgery(
        "empty_subject", "region", changed(subject=x509.Name([])), Reason.UNKNOWN_ISSUER, "unable to get|empty"
    ),
    Forgery(
        "no_key_usage", "region", without(x509.KeyUsage), Reason.WRONG_USAGE, "key usage|CA cert does not include"
    ),
    Forgery(
        "empty_constraints_but_one", "region", constraints([x509.DNSName("")], EVERYTHING), Reason.NAME_CONSTRAINT
    ),
    Forgery(
        "leading_dot", "region", constraints([x509.DNSName(f".svc.{HOST}")], EVERYTHING), Reason.NAME_CONSTRAINT
    ),
    Forgery("no_usage", "region", without(x509.ExtendedKeyUsage), Reason.WRONG_USAGE),
    Forgery("no_constraints", "region", without(x509.NameConstraints), Reason.NAME_CONSTRAINT),
    Forgery("uncritical_constraints", "region", uncritical(x509.NameConstraints), Reason.EXTENSION),
    Forgery(
        "other_subtree",
        "region",
        constraints([x509.DNSName("svc.other.example")], EVERYTHING),
        Reason.NAME_CONSTRAINT,
        "permitted subtree violation",
    ),
    Forgery(
        "excludes_its_own",
        "region",
        constraints([SUBTREE], [*EVERYTHING, SUBTREE]),
        Reason.NAME_CONSTRAINT,
        "excluded subtree violation",
    ),
    Forgery(
        "two_subtrees",
        "region",
        constraints([SUBTREE, x509.DNSName("example")], EVERYTHING),
        Reason.NAME_CONSTRAINT,
    ),
    Forgery("addresses_allowed", "region", constraints([SUBTREE], None), Reason.NAME_CONSTRAINT),
    Forgery("only_addresses_limited", "region", constraints(None, EVERYTHING), Reason.NAME_CONSTRAINT),
    Forgery("host_name", "region", names(HOST_NAME), Reason.WRONG_NAME),
    Forgery(
        "no_key_identifier",
        "region",
        without(x509.SubjectKeyIdentifier),
        Reason.EXTENSION,
        "Missing Subject Key Identifier",
    ),
    Forgery(
        "unknown_critical_extension",
        "region",
        having(UNKNOWN, critical=True),
        Reason.EXTENSION,
        "unhandled critical extension",
    ),
    Forgery("ten_years", "region", lambda it: replace(it, ends=it.begins + 3600 * DAY), Reason.LIFETIME),
    Forgery(
        "ended",
        "region",
        lambda it: replace(it, begins=NOW - 80 * DAY, ends=NOW - DAY),
        Reason.EXPIRED,
        "certificate has expired",
    ),
    Forgery(
        "not_begun",
        "region",
        lambda it: replace(it, begins=NOW + DAY, ends=NOW + 9 * DAY),
        Reason.NOT_YET_VALID,
        "certificate is not yet valid",
    ),
    Forgery(
        "another_key",
        "region",
        changed(key=signer().public_key()),
        Reason.UNKNOWN_ISSUER,
        "unable to get local issuer certificate|signature failure",
    ),
    Forgery("signed_with_sha384", "region", changed(algorithm=hashes.SHA384()), Reason.WEAK_KEY),
)

ROOT_FORGERIES = (
    Forgery(
        "path_length_0",
        "root",
        basic(ca=True, path_length=0),
        Reason.PATH_LENGTH,
        "path length constraint exceeded",
    ),
    Forgery("path_length_2", "root", basic(ca=True, path_length=2), Reason.PATH_LENGTH),
    Forgery("no_path_length", "root", basic(ca=True, path_length=None), Reason.PATH_LENGTH),
    Forgery(
        "not_an_authority",
        "root",
        basic(ca=False, path_length=None),
        Reason.NOT_A_CA,
        "invalid CA certificate",
    ),
    Forgery(
        "uncritical_basic_constraints",
        "root",
        uncritical(x509.BasicConstraints),
        Reason.EXTENSION,
        "Basic Constraints of CA cert not marked critical",
    ),
    Forgery(
        "leaf_key_usage",
        "root",
        having(LEAF_USAGE, critical=True),
        Reason.WRONG_USAGE,
        "invalid CA certificate|keyCertSign",
    ),
    Forgery("another_authority_key_identifier", "root", having(OTHER_AUTHORITY, critical=False), Reason.EXTENSION),
    Forgery(
        "no_basic_constraints", "root", without(x509.BasicConstraints), Reason.NOT_A_CA, "invalid CA certificate"
    ),
    Forgery("no_key_usage", "root", without(x509.KeyUsage), Reason.WRONG_USAGE),
    Forgery(
        "critical_key_identifier",
        "root",
        uncritical(x509.SubjectKeyIdentifier, critical=True),
        Reason.EXTENSION,
        "critical",
    ),
    Forgery(
        "key_on_p384",
        "root",
        changed(key=P384.public_key()),
        Reason.UNKNOWN_ISSUER,
        "signature failure|unable to get",
    ),
    Forgery("extended_usage", "root", usages(SERVER, CLIENT), Reason.WRONG_USAGE),
    Forgery(
        "constraints",
        "root",
        constraints([x509.DNSName("svc.other.example")], None),
        Reason.NAME_CONSTRAINT,
        "permitted subtree violation",
    ),
    Forgery(
        "no_key_identifier",
        "root",
        without(x509.SubjectKeyIdentifier),
        Reason.EXTENSION,
        "Missing Subject Key Identifier",
    ),
    Forgery(
        "ended",
        "root",
        lambda it: replace(it, begins=NOW - 900 * DAY, ends=NOW - DAY),
        Reason.EXPIRED,
        "certificate has expired",
    ),
    Forgery(
        "not_begun",
        "root",
        lambda it: replace(it, begins=NOW + DAY, ends=NOW + 900 * DAY),
        Reason.NOT_YET_VALID,
        "certificate is not yet valid",
    ),
    Forgery("thirty_years", "root", lambda it: replace(it, ends=it.begins + 11_000 * DAY), Reason.LIFETIME),
    Forgery(
        "unknown_critical_extension",
        "root",
        having(UNKNOWN, critical=True),
        Reason.EXTENSION,
        "unhandled critical extension",
    ),
)

FORGERIES = (*LEAF_FORGERIES, *REGION_FORGERIES, *ROOT_FORGERIES)
