"""Whether a certificate counts: a path to a trusted root, and each certificate of the form it must have.

The path is `cryptography`'s: signatures, validity, name constraints, path lengths, key usages
(RFC 5280, section 6, as the Web PKI narrows it). Ours are profiles, client names, revocation, and a
closed reason for people; a chain counts only if both accept it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from secrets_app.pki import names
from secrets_app.pki.conformity import conform, is_strong
from secrets_app.pki.issue import excluded_names, permitted_names
from secrets_app.pki.pem import legible
from secrets_app.pki.profiles import INTERMEDIATE, LEAF_MTLS, ROOT
from secrets_app.pki.refusals import ChainRefused, PkiRefused, Reason
from secrets_app.pki.revoke import refuse_revoked

CHAIN_LENGTH = 3
MOST_INTERMEDIATES = 16
MOST_NAMES = 256
"""Who sends more wants to keep a verifier busy (RFC 5280 sets no limit; ours have one of each)."""


class Usage(StrEnum):
    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Question:
    """What one end of mutual TLS was shown, whom it trusts, and whom it expects."""

    leaf: x509.Certificate
    intermediates: Sequence[x509.Certificate]
    roots: Sequence[x509.Certificate]
    now: datetime
    host: str
    usage: Usage


def verify(
    leaf: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    *,
    now: datetime,
    host: str,
    usage: Usage,
    crls: Collection[x509.CertificateRevocationList] | None = None,
    customers_ca: bool = False,
) -> None:
    """Judge a leaf of an application plane as `host`, at one end of mutual TLS. Raise ChainRefused.

    With `crls`, each issuer of the chain must have its list among them. With `customers_ca` the roots
    are the customer's, and more authorities may stand between them and the region's own.
    """
    question = Question(leaf, intermediates, roots, now, host, usage)
    try:
        conform(leaf, LEAF_MTLS)
        found = _path_or_profile(question, customers_ca)
        _conform_above(found[1:], customers_ca)
    except ChainRefused:
        raise
    except PkiRefused as broken:
        raise ChainRefused(broken.reason, broken.message) from None
    if crls is not None:
        refuse_revoked(found, crls, now)


def _path_or_profile(question: Question, customers_ca: bool) -> tuple[x509.Certificate, ...]:
    """A path; where the library refuses without words of ours, our profiles may have them."""
    try:
        return _path(question)
    except ChainRefused as refused:
        if refused.reason is Reason.MALFORMED:
            _conform_above(_linked(question)[1:], customers_ca)
        raise


def _conform_above(authorities: Sequence[x509.Certificate], customers_ca: bool) -> None:
    if not authorities:
        raise ChainRefused(Reason.PATH_LENGTH, "A leaf is trusted through its region's authority, not by itself.")
    conform(authorities[0], INTERMEDIATE, customers=customers_ca)
    if customers_ca:
        if not all(is_strong(one) for one in authorities[1:]):
            raise ChainRefused(Reason.WEAK_KEY, "An authority above the region's has a weak key.")
        return
    if len(authorities) != CHAIN_LENGTH - 1:
        raise ChainRefused(Reason.PATH_LENGTH, "The chain is not leaf, intermediate and root.")
    conform(authorities[-1], ROOT)


def path(
    leaf: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    *,
    now: datetime,
    host: str,
    usage: Usage,
) -> tuple[x509.Certificate, ...]:
    """Return leaf to root of one trusted path, whatever the profile. Raise ChainRefused."""
    return _path(Question(leaf, intermediates, roots, now, host, usage))


def _path(question: Question) -> tuple[x509.Certificate, ...]:
    _askable(question)
    leaf, intermediates, host = question.leaf, list(question.intermediates), question.host
    builder = PolicyBuilder().store(Store(list(question.roots))).time(question.now)
    try:
        if question.usage is Usage.SERVER:
            return tuple(builder.build_server_verifier(x509.DNSName(host)).verify(leaf, intermediates))
        verified = builder.build_client_verifier().verify(leaf, intermediates)
    except (VerificationError, ValueError, x509.UnsupportedGeneralNameType) as error:
        raise _explained(question, error) from None
    if x509.DNSName(host) not in (verified.subjects or ()):
        raise _wrong_name(host)
    return tuple(verified.chain)


def _askable(question: Question) -> None:
    """There is a host name to ask for, not too much to look at, and every certificate can be read."""
    if len(question.intermediates) > MOST_INTERMEDIATES:
        raise ChainRefused(Reason.MALFORMED, f"More than {MOST_INTERMEDIATES} intermediates were sent.")
    try:
        names.host(question.host)
        for one in (question.leaf, *question.intermediates, *question.roots):
            legible(one)
        _few_names(question.leaf)
    except PkiRefused as refused:
        raise ChainRefused(refused.reason, refused.message) from None
    if not question.roots:
        raise ChainRefused(Reason.UNKNOWN_ISSUER, "There is no root to trust.")


def _few_names(leaf: x509.Certificate) -> None:
    for each in leaf.extensions:
        if isinstance(each.value, x509.SubjectAlternativeName) and len(list(each.value)) > MOST_NAMES:
            raise ChainRefused(Reason.MALFORMED, f"The certificate has more than {MOST_NAMES} names.")


def _wrong_name(host: str) -> ChainRefused:
    return ChainRefused(Reason.WRONG_NAME, f"The certificate is not for {host}.")


def _explained(question: Question, error: Exception) -> ChainRefused:
    """Say why in our words: it is refused already, this only looks for the reason."""
    chain = _linked(question)
    for find in REASONS:
        if refusal := find(chain, question):
            return refusal
    return ChainRefused(Reason.MALFORMED, f"The chain is not trusted: {error}")


def _linked(question: Question) -> list[x509.Certificate]:
    """The leaf and whoever signed whom above it, trusted or not."""
    chain = [question.leaf]
    above = [*question.intermediates, *question.roots]
    while issuer := _issuer_of(chain[-1], above):
        chain.append(issuer)
        above.remove(issuer)
    return chain


def _issuer_of(certificate: x509.Certificate, above: Sequence[x509.Certificate]) -> x509.Certificate | None:
    for one in above:
        try:
            certificate.verify_directly_issued_by(one)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        return one
    return None


Finder = Callable[[list[x509.Certificate], Question], ChainRefused | None]


def _not_in_time(chain: list[x509.Certificate], question: Question) -> ChainRefused | None:
    for one in chain:
        if question.now > one.not_valid_after_utc:
            return ChainRefused(Reason.EXPIRED, f"A certificate of the chain ended at {one.not_valid_after_utc}.")
        if question.now < one.not_valid_before_utc:
            return ChainRefused(Reason.NOT_YET_VALID, f"A certificate begins at {one.not_valid_before_utc}.")
    return None


def _no_root(chain: list[x509.Certificate], question: Question) -> ChainRefused | None:
    if any(one in question.roots for one in chain):
        return None
    return ChainRefused(Reason.UNKNOWN_ISSUER, "No path leads from the certificate to a trusted root.")


def _constrained(chain: list[x509.Certificate], _: Question) -> ChainRefused | None:
    limits = [permitted for one in chain[1:] if (permitted := permitted_names(one)) is not None]
    excluded = [each for one in chain[1:] for each in excluded_names(one)]
    for name in _dns_names(chain[0]):
        outside = not all(any(names.is_within(name, each) for each in permitted) for permitted in limits)
        if outside or any(names.is_within(name, each) for each in excluded):
            return ChainRefused(Reason.NAME_CONSTRAINT, f"{name} is outside the names of its issuer.")
    return None


def _misnamed(chain: list[x509.Certificate], question: Question) -> ChainRefused | None:
    return None if question.host in _dns_names(chain[0]) else _wrong_name(question.host)


def _too_long(chain: list[x509.Certificate], _: Question) -> ChainRefused | None:
    for below, one in enumerate(chain[1:]):
        allowed = _path_length(one)
        if allowed is not None and below > allowed:
            return ChainRefused(Reason.PATH_LENGTH, "An authority stands below one that allows none there.")
    return None


def _path_length(certificate: x509.Certificate) -> int | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    except (x509.ExtensionNotFound, ValueError):
        return None


def _dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError, x509.UnsupportedGeneralNameType):
        return []
    return found.get_values_for_type(x509.DNSName)


REASONS: tuple[Finder, ...] = (_not_in_time, _no_root, _constrained, _misnamed, _too_long)
