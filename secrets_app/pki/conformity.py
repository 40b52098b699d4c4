"""Holds a certificate against its profile: our own are checked as strictly as a stranger's."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID, SignatureAlgorithmOID

from secrets_app.pki.issue import AUTHORITY_USAGE, EVERY_ADDRESS, LEAF_USAGE
from secrets_app.pki.keys import is_p256
from secrets_app.pki.pem import legible
from secrets_app.pki.profiles import Profile
from secrets_app.pki.refusals import PkiRefused, ProfileBroken, Reason

OURS = frozenset({SignatureAlgorithmOID.ECDSA_WITH_SHA256})
CUSTOMERS = OURS | {
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    SignatureAlgorithmOID.RSA_WITH_SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512,
}
"""What a customer's own CA may sign with."""

LARGEST_SERIAL_BITS = 159
KNOWN_EXTENSIONS = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)
CRITICAL = {
    ExtensionOID.BASIC_CONSTRAINTS: True,
    ExtensionOID.KEY_USAGE: True,
    ExtensionOID.NAME_CONSTRAINTS: True,
    ExtensionOID.EXTENDED_KEY_USAGE: False,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER: False,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER: False,
    ExtensionOID.CRL_DISTRIBUTION_POINTS: False,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME: True,
}
"""RFC 5280, 4.2.1; alternative names are critical where the subject is empty (4.2.1.6), as ours is."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A certificate under examination."""

    certificate: x509.Certificate
    extensions: x509.Extensions
    profile: Profile
    customers: bool

    def value(self, kind: type[x509.ExtensionType]) -> x509.ExtensionType | None:
        for each in self.extensions:
            if isinstance(each.value, kind):
                return each.value
        return None

    def refuse(self, reason: Reason, what: str) -> ProfileBroken:
        return ProfileBroken(reason, f"A certificate of the profile “{self.profile.name}” {what}.")


def conform(certificate: x509.Certificate, profile: Profile, *, customers: bool = False) -> None:
    """Raise ProfileBroken for the first thing that the profile does not allow.

    `customers`: issued by a customer's own CA, which may sign with other strong algorithms, may
    leave out the excluded addresses and extended usages, and add uncritical extensions.
    """
    try:
        legible(certificate)
    except PkiRefused as refused:
        raise ProfileBroken(refused.reason, refused.message) from None
    subject = Subject(certificate, certificate.extensions, profile, customers)
    for check in CHECKS:
        check(subject)


def _key(subject: Subject) -> None:
    if not is_p256(subject.certificate.public_key()):
        raise subject.refuse(Reason.WEAK_KEY, "has an ECDSA key on P-256")


def _signature(subject: Subject) -> None:
    allowed = CUSTOMERS if subject.customers else OURS
    if subject.certificate.signature_algorithm_oid not in allowed:
        raise subject.refuse(Reason.WEAK_KEY, "is signed with ECDSA and SHA-256")


def _serial(subject: Subject) -> None:
    serial = subject.certificate.serial_number
    if serial <= 0 or serial.bit_length() > LARGEST_SERIAL_BITS:
        raise subject.refuse(Reason.MALFORMED, "has a positive serial of at most 20 octets")


def _lifetime(subject: Subject) -> None:
    one = subject.certificate
    if one.not_valid_after_utc - one.not_valid_before_utc > subject.profile.lifetime:
        raise subject.refuse(Reason.LIFETIME, f"lives {subject.profile.lifetime.days} days at most")


def _known_extensions(subject: Subject) -> None:
    for each in subject.extensions:
        if each.oid not in KNOWN_EXTENSIONS and (each.critical or not subject.customers):
            raise subject.refuse(Reason.EXTENSION, f"has no extension {each.oid.dotted_string}")
        if each.critical is not CRITICAL.get(each.oid, each.critical):
            word = "critical" if not each.critical else "uncritical"
            raise subject.refuse(Reason.EXTENSION, f"has its extension {each.oid.dotted_string} {word}")


def _identifiers(subject: Subject) -> None:
    one = subject.certificate
    if subject.value(x509.SubjectKeyIdentifier) is None:
        raise subject.refuse(Reason.EXTENSION, "has a subject key identifier")
    self_issued = one.issuer == one.subject
    if self_issued is (subject.value(x509.AuthorityKeyIdentifier) is not None):
        word = "no" if self_issued else "an"
        raise subject.refuse(Reason.EXTENSION, f"has {word} authority key identifier")


def _basic_constraints(subject: Subject) -> None:
    found = subject.value(x509.BasicConstraints)
    if not isinstance(found, x509.BasicConstraints) or found.ca is not subject.profile.is_ca:
        word = "is" if subject.profile.is_ca else "is not"
        raise subject.refuse(Reason.NOT_A_CA, f"{word} an authority's")
    if found.path_length != subject.profile.path_length:
        raise subject.refuse(Reason.PATH_LENGTH, f"has the path length {subject.profile.path_length}")


def _key_usage(subject: Subject) -> None:
    found = subject.value(x509.KeyUsage)
    wanted = AUTHORITY_USAGE if subject.profile.is_ca else LEAF_USAGE
    if found != wanted:
        word = "certificates and revocation lists" if subject.profile.is_ca else "data"
        raise subject.refuse(Reason.WRONG_USAGE, f"has a key that signs {word} and nothing else")


def _extended_usage(subject: Subject) -> None:
    found = subject.value(x509.ExtendedKeyUsage)
    if found is None and subject.customers and subject.profile.is_ca:
        return
    usages = set(found) if isinstance(found, x509.ExtendedKeyUsage) else set()
    if usages != set(subject.profile.usages):
        raise subject.refuse(Reason.WRONG_USAGE, "has the extended usages of its profile and no other")


def _names(subject: Subject) -> None:
    found = subject.value(x509.SubjectAlternativeName)
    if subject.profile.is_ca:
        if found is not None or not list(subject.certificate.subject):
            raise subject.refuse(Reason.WRONG_NAME, "has a distinguished name and no host name")
        return
    names = list(found) if isinstance(found, x509.SubjectAlternativeName) else []
    if len(names) != 1 or not isinstance(names[0], x509.DNSName) or "*" in names[0].value:
        raise subject.refuse(Reason.WRONG_NAME, "has one host name, without a wildcard")
    if list(subject.certificate.subject):
        raise subject.refuse(Reason.WRONG_NAME, "has an empty subject")


def _constraints(subject: Subject) -> None:
    found = subject.value(x509.NameConstraints)
    if not subject.profile.constrained:
        if found is not None:
            raise subject.refuse(Reason.NAME_CONSTRAINT, "has no name constraints")
        return
    if not isinstance(found, x509.NameConstraints):
        raise subject.refuse(Reason.NAME_CONSTRAINT, "is limited to the names of one region")
    permitted = list(found.permitted_subtrees or ())
    if len(permitted) != 1 or not isinstance(permitted[0], x509.DNSName):
        raise subject.refuse(Reason.NAME_CONSTRAINT, "is limited to one subtree of host names")
    if not subject.customers and set(found.excluded_subtrees or ()) != set(EVERY_ADDRESS):
        raise subject.refuse(Reason.NAME_CONSTRAINT, "excludes every address")


CHECKS: tuple[Callable[[Subject], None], ...] = (
    _key,
    _signature,
    _serial,
    _lifetime,
    _basic_constraints,
    _key_usage,
    _extended_usage,
    _constraints,
    _names,
    _identifiers,
    _known_extensions,
)


def is_strong(certificate: x509.Certificate) -> bool:
    """Whether a key of a customer's CA may stand above our intermediates."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= 2048
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256
