from secrets_app.models.authorities import (
    AuthoritySource,
    AuthorityState,
    CertificateAuthority,
    RegionTrust,
    TrustBundle,
    WantedLeaf,
)
from secrets_app.models.certificates import Certificate, CertificateState, Level, RevocationList, Why
from secrets_app.models.recipients import Recipient, RecipientState, SecretDelivery
from secrets_app.models.secrets import Check, Kind, Provider, Secret, SecretVersion
from secrets_app.models.watched import PublicApi, WatchedCertificate, WatchState

__all__ = [
    "AuthoritySource",
    "AuthorityState",
    "Certificate",
    "CertificateAuthority",
    "CertificateState",
    "Check",
    "Kind",
    "Level",
    "Provider",
    "PublicApi",
    "Recipient",
    "RecipientState",
    "RegionTrust",
    "RevocationList",
    "Secret",
    "SecretDelivery",
    "SecretVersion",
    "TrustBundle",
    "WantedLeaf",
    "WatchState",
    "WatchedCertificate",
    "Why",
]
