"""What each kind of certificate may do and how long it lives."""

from dataclasses import dataclass
from datetime import timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

BACKDATED = timedelta(minutes=5)
"""Certificates begin this long ago: clocks of instances that keep time by NTP differ by less."""

RENEWED_AFTER = 2 / 3
"""Share of its life after which a certificate is renewed; the last third is there to repair what fails."""

CRL_LIFETIME = timedelta(days=7)
"""A list may be used this long (BR 4.9.7 allows 10 days); a console that is away for less stops nobody."""

CRL_PUBLISHED_EVERY = timedelta(hours=1)
"""A revocation reaches every region within this time."""

SERIAL_BITS = 160
"""RFC 5280, 4.1.2.2: at most 20 octets, the sign included; BR 7.1 asks for 64 random bits."""


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    lifetime: timedelta
    is_ca: bool
    path_length: int | None
    """How many CA certificates may follow (RFC 5280, 4.2.1.9)."""
    usages: tuple[ObjectIdentifier, ...]
    """Extended key usages (4.2.1.12); of a CA, those its leaves may have."""
    constrained: bool
    """Carries critical name constraints (4.2.1.10)."""

    @property
    def renewed_after(self) -> timedelta:
        return self.lifetime * RENEWED_AFTER


MUTUAL_TLS = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)

ROOT = Profile("root", timedelta(days=3650), is_ca=True, path_length=1, usages=(), constrained=False)
"""Signs intermediates and its own CRL, nothing else. Ten years: BR 6.1.7 and root programmes count in
years too, and a rotation is an operation that any day allows."""

INTERMEDIATE = Profile(
    "intermediate", timedelta(days=90), is_ca=True, path_length=0, usages=MUTUAL_TLS, constrained=True
)
"""One region's. Ninety days: its key is online in the region; a new one is signed every sixty."""

LEAF_MTLS = Profile(
    "leaf", timedelta(days=12), is_ca=False, path_length=None, usages=MUTUAL_TLS, constrained=False
)
"""One app's, for both ends of mutual TLS. Twelve days: a region cut off from everything has four days
of the last third left before the first app is refused, and a stolen key dies within two weeks."""
