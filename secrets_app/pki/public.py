"""Certificates of public APIs, which strangers issue: what is read of one, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.x509.oid import NameOID

from secrets_app.pki import pem, renewal
from secrets_app.pki.keys import serial_text
from secrets_app.pki.refusals import PkiRefused, Reason

SOON_SHARE = 1 / 4
SOON_AT_MOST = timedelta(days=21)
"""Public certificates are renewed with a third of their life left; past a quarter, or three weeks, nobody did."""


class Verdict(StrEnum):
    AS_EXPECTED = "as_expected"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_NAME = "wrong_name"
    INCOMPLETE = "incomplete"
    """Trusted by whoever has the missing certificate already: browsers may, Java and Go do not."""
    UNTRUSTED = "untrusted"
    UNREACHABLE = "unreachable"


CODES = {
    9: Verdict.NOT_YET_VALID,
    10: Verdict.EXPIRED,
    18: Verdict.UNTRUSTED,
    19: Verdict.UNTRUSTED,
    62: Verdict.WRONG_NAME,
    64: Verdict.WRONG_NAME,
}
"""OpenSSL's X509_V_ERR_ codes that have a word of ours; 20 and 21 depend on what was sent."""


@dataclass(frozen=True, slots=True)
class Read:
    verdict: Verdict
    sentence: str
    issuer: str
    names: tuple[str, ...]
    chain: tuple[str, ...]
    """Who each certificate is for, as they were sent."""
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime


def read(sent: Sequence[bytes], *, refusal: int, host: str, now: datetime) -> Read:
    """Judge what a server sent as `host`. `refusal`: OpenSSL's code, 0 if it was believed.

    Raise PkiRefused if it cannot be read.
    """
    chain = _certificates(sent)
    own = chain[0]
    verdict = _verdict(chain, refusal, now)
    return Read(
        verdict,
        _sentence(verdict, chain, host, now),
        _called(own.issuer),
        _names(own),
        tuple(_called(one.subject) or ", ".join(_names(one)) for one in chain),
        serial_text(own.serial_number),
        pem.fingerprint(own),
        own.not_valid_before_utc,
        own.not_valid_after_utc,
    )


def _certificates(sent: Sequence[bytes]) -> list[x509.Certificate]:
    try:
        chain = [x509.load_der_x509_certificate(one) for one in sent]
    except (ValueError, x509.InvalidVersion):
        raise PkiRefused(Reason.MALFORMED, "The server sent a certificate that cannot be read.") from None
    if not chain:
        raise PkiRefused(Reason.MALFORMED, "The server sent no certificate.")
    for one in chain:
        pem.legible(one)
    return chain


def _verdict(chain: list[x509.Certificate], refusal: int, now: datetime) -> Verdict:
    if refusal == 0:
        return Verdict.EXPIRING if is_soon(chain[0], now) else Verdict.AS_EXPECTED
    if refusal in CODES:
        return CODES[refusal]
    alone = len(chain) == 1 and chain[0].issuer != chain[0].subject
    return Verdict.INCOMPLETE if alone else Verdict.UNTRUSTED


def is_soon(certificate: x509.Certificate, now: datetime) -> bool:
    """Ends so soon that whoever renews it has missed the time."""
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    return renewal.left(certificate, now) < min(life * SOON_SHARE, SOON_AT_MOST)


def _sentence(verdict: Verdict, chain: list[x509.Certificate], host: str, now: datetime) -> str:
    own = chain[0]
    days = renewal.left(own, now).days
    ended = next((one for one in chain if one.not_valid_after_utc < now), own)
    return {
        Verdict.AS_EXPECTED: "",
        Verdict.EXPIRING: f"It ends in {days} days and has not been renewed.",
        Verdict.EXPIRED: f"{_who(ended)} ended on {ended.not_valid_after_utc:%d %b %Y}; clients refuse it.",
        Verdict.NOT_YET_VALID: f"It begins on {own.not_valid_before_utc:%d %b %Y}; clients refuse it until then.",
        Verdict.WRONG_NAME: f"It is for {', '.join(_names(own)) or 'no host'}, not for {host}.",
        Verdict.INCOMPLETE: f"{_called(own.issuer)} is not sent; Java and Go clients refuse it.",
        Verdict.UNTRUSTED: f"{_called(chain[-1].issuer)} is no authority that clients trust.",
        Verdict.UNREACHABLE: "",
    }[verdict]


def _who(certificate: x509.Certificate) -> str:
    return _called(certificate.subject) or ", ".join(_names(certificate)) or "A certificate"


def _called(name: x509.Name) -> str:
    """Common name, with the organization in front where that says more: "Let's Encrypt R11"."""
    common = _first(name, NameOID.COMMON_NAME)
    organization = _first(name, NameOID.ORGANIZATION_NAME)
    if not organization or common.startswith(organization):
        return common
    return f"{organization} {common}".strip()


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = (str(each) for each in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)
