"""When a certificate is renewed, and how long it has."""

from datetime import datetime, timedelta

from cryptography import x509

from secrets_app.pki.profiles import RENEWED_AFTER


def renews_at(certificate: x509.Certificate) -> datetime:
    """Two thirds into its life."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return begins + (ends - begins) * RENEWED_AFTER


def is_due(certificate: x509.Certificate, now: datetime) -> bool:
    return now >= renews_at(certificate)


def left(certificate: x509.Certificate, now: datetime) -> timedelta:
    """Time until it ends; negative once it has."""
    return certificate.not_valid_after_utc - now
