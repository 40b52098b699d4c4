"""Rows of certificates, read from the certificates themselves."""

import hashlib
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from secrets_app.models import Certificate, Level, Recipient
from secrets_app.pki import issue, pem, renewal
from secrets_app.pki.keys import KEY_IDENTIFIER_BYTES, serial_text


@lru_cache(maxsize=512)
def parsed(text: str) -> x509.Certificate:
    return pem.certificate(text.encode())


def root(certificate: x509.Certificate, *, org_id: UUID, plane_id: UUID) -> Certificate:
    return _row(certificate, Level.ROOT, org_id=org_id, plane_id=plane_id)


def intermediate(
    certificate: x509.Certificate, *, recipient: Recipient, issuer: Certificate | None
) -> Certificate:
    row = _of_region(certificate, Level.INTERMEDIATE, recipient, issuer)
    row.common_name = recipient.name
    row.names = list(issue.permitted_names(certificate) or ())
    return row


def leaf(certificate: x509.Certificate, *, recipient: Recipient, issuer: Certificate, host: str) -> Certificate:
    row = _of_region(certificate, Level.LEAF, recipient, issuer)
    row.common_name, row.names = host, [host]
    row.app, row.project = host.split(".")[:2]
    return row


def _of_region(
    certificate: x509.Certificate, level: Level, recipient: Recipient, issuer: Certificate | None
) -> Certificate:
    assert recipient.plane_id is not None
    row = _row(certificate, level, org_id=recipient.org_id, plane_id=recipient.plane_id)
    row.recipient, row.issuer = recipient, issuer
    return row


def _row(certificate: x509.Certificate, level: Level, *, org_id: UUID, plane_id: UUID) -> Certificate:
    return Certificate(
        org_id=org_id,
        plane_id=plane_id,
        level=level,
        common_name=_common_name(certificate),
        subject=certificate.subject.rfc4514_string()[:400],
        serial=serial_text(certificate.serial_number),
        key_id=key_id(certificate),
        fingerprint=pem.fingerprint(certificate),
        pem=pem.bundle([certificate]).decode(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        renew_at=renewal.renews_at(certificate),
    )


def key_id(certificate: x509.Certificate) -> str:
    """The subject key identifier, or what it would be (RFC 7093, 2), in hexadecimal."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        public = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        found = hashlib.sha256(public).digest()
    return found[:KEY_IDENTIFIER_BYTES].hex()


def _common_name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value)[:253] if found else certificate.subject.rfc4514_string()[:253]
