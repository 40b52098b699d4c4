"""A region's intermediate that the customer's own CA has issued."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from secrets_app.pki import names
from secrets_app.pki.conformity import conform, is_strong
from secrets_app.pki.issue import permitted_names
from secrets_app.pki.profiles import INTERMEDIATE
from secrets_app.pki.refusals import ChainRefused, ProfileBroken, Reason
from secrets_app.pki.renewal import is_due


def intermediate(
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    *,
    key: ec.EllipticCurvePublicKey,
    region_host: str,
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    """Judge what came back for a region's request; return it and the authorities up to a root.

    `key` is the one of the request, `above` what the customer sent beside it. Raise ProfileBroken or
    ChainRefused.
    """
    if certificate.public_key() != key:
        raise ProfileBroken(
            Reason.WRONG_KEY,
            "The certificate is for another key than the region's.",
            todo="Sign its newest request.",
        )
    conform(certificate, INTERMEDIATE, customers=True)
    wanted = names.services_host(region_host)
    if permitted_names(certificate) != (wanted,):
        raise ProfileBroken(
            Reason.NAME_CONSTRAINT,
            f"The certificate is not limited to {wanted}.",
            todo="Permit that subtree alone.",
        )
    if not certificate.not_valid_before_utc <= now or is_due(certificate, now):
        raise ProfileBroken(
            Reason.LIFETIME,
            "The certificate is not valid now, or due for renewal already.",
            todo="Issue a fresh one.",
        )
    return _up_to_a_root(certificate, above, roots, now)


def _up_to_a_root(
    certificate: x509.Certificate,
    above: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    chain = [certificate]
    left = [one for one in above if one not in roots]
    while chain[-1] not in roots:
        issuer = next((one for one in [*roots, *left] if _issued(chain[-1], one)), None)
        if issuer is None:
            raise ChainRefused(
                Reason.UNKNOWN_ISSUER,
                "No path leads from the certificate to your root.",
                todo="Send every certificate between them.",
            )
        _may_stand_above(issuer, len(chain) - 1, now)
        chain.append(issuer)
        left = [one for one in left if one != issuer]
    return tuple(chain)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _may_stand_above(issuer: x509.Certificate, below: int, now: datetime) -> None:
    """`below`: how many authorities are between the issuer and the region's leaves, less the last one."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        signs = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except (x509.ExtensionNotFound, ValueError):
        raise ChainRefused(Reason.NOT_A_CA, "A certificate above the region's is no authority's.") from None
    if not constraints.ca or not signs:
        raise ChainRefused(Reason.NOT_A_CA, "A certificate above the region's is no authority's.")
    if constraints.path_length is not None and constraints.path_length < below + 1:
        raise ChainRefused(Reason.PATH_LENGTH, "An authority above allows no region's authority below it.")
    if not is_strong(issuer):
        raise ChainRefused(Reason.WEAK_KEY, "An authority above the region's has a weak key.")
    if not issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc:
        raise ChainRefused(Reason.EXPIRED, "An authority above the region's is not valid now.")
