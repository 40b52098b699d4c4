"""One certificate: its chain, what hangs on it, what breaks when it dies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.models import (
    Certificate,
    CertificateAuthority,
    CertificateState,
    Level,
    RegionTrust,
    RevocationList,
)
from secrets_app.readings import certificate_harm
from secrets_app.readings.certificate_harm import Hanging, Harm

SHOWN_BELOW = 20


@dataclass(frozen=True, slots=True)
class Detail:
    certificate: Certificate
    at: datetime
    chain: Sequence[Certificate]
    """From the root down to itself."""
    below: Sequence[Certificate]
    """What is in use of what it issued, the soonest to end first."""
    root: CertificateAuthority | None
    """The root above it, or itself."""
    trust: RegionTrust | None
    """Of an authority that its region issues from."""
    newest_list: RevocationList | None
    harm: Sequence[Harm]

    @property
    def is_current(self) -> bool:
        return self.certificate.state == CertificateState.VALID and self.certificate.not_after > self.at

    @property
    def state(self) -> str:
        if self.certificate.state == CertificateState.VALID:
            return "expired" if self.certificate.not_after <= self.at else "valid"
        return self.certificate.state

    @property
    def by_customer(self) -> bool:
        return self.root is not None and not self.root.is_ours

    @property
    def renewal_asked(self) -> datetime | None:
        if self.trust is not None and self.trust.renewal_of:
            return self.trust.renewal_asked_at
        return self.certificate.renewal_asked_at if self.is_current else None

    @property
    def may_revoke(self) -> bool:
        is_live = self.certificate.state != CertificateState.REVOKED and self.certificate.not_after > self.at
        return is_live and self.certificate.level != Level.ROOT and not self._is_customers

    @property
    def _is_customers(self) -> bool:
        return self.certificate.level == Level.INTERMEDIATE and self.by_customer

    @property
    def may_renew(self) -> bool:
        return self.is_current and self.certificate.level != Level.ROOT and self.renewal_asked is None

    @property
    def shown_below(self) -> Sequence[Certificate]:
        return self.below[:SHOWN_BELOW]

    @property
    def serial_pairs(self) -> str:
        serial = self.certificate.serial
        return ":".join(serial[at : at + 2] for at in range(0, len(serial), 2))


def read(*, scope: Scope, certificate: Certificate) -> Detail:
    at = now()
    chain = _chain(certificate)
    below = _below(scope, certificate, at)
    roots = CertificateAuthority.objects.visible_to(scope).without_key().with_certificate()
    return Detail(
        certificate=certificate,
        at=at,
        chain=chain,
        below=below,
        root=roots.filter(certificate_id=chain[0].id).first(),
        trust=RegionTrust.objects.visible_to(scope).of_certificate(certificate.id).with_recipient().first(),
        newest_list=RevocationList.objects.visible_to(scope).of_issuer(certificate.id).newest_first().first(),
        harm=_harm(certificate, below),
    )


def find(*, scope: Scope, certificate_id: UUID) -> Certificate | None:
    rows = Certificate.objects.visible_to(scope).select_related("issuer__issuer", "recipient", "plane")
    found: Certificate | None = rows.filter(pk=certificate_id).first()
    return found


def chain_pem(certificate: Certificate) -> str:
    """As a server sends it: itself and what stands above, without the root."""
    issuer = certificate.issuer
    own = certificate.pem + certificate.above_pem
    return own if issuer is None or issuer.level == Level.ROOT else own + issuer.pem + issuer.above_pem


def _chain(certificate: Certificate) -> list[Certificate]:
    chain = [certificate]
    while (above := chain[0].issuer) is not None:
        chain.insert(0, above)
    return chain


def _below(scope: Scope, certificate: Certificate, at: datetime) -> list[Certificate]:
    if certificate.level == Level.LEAF:
        return []
    rows = Certificate.objects.visible_to(scope).issued_by(certificate.id).in_use().may_count(at)
    return list(rows.defer("pem").select_related("recipient").soonest_first())


def _harm(certificate: Certificate, below: Sequence[Certificate]) -> list[Harm]:
    ends_at = certificate.not_after
    hanging = [Hanging(_name(row), row.renew_at, row.not_after) for row in below]
    if certificate.level == Level.LEAF:
        return certificate_harm.of_leaf(_name(certificate), renews_at=certificate.renew_at, ends_at=ends_at)
    if certificate.level == Level.INTERMEDIATE:
        return certificate_harm.of_intermediate(hanging, region=certificate.common_name, ends_at=ends_at)
    return certificate_harm.of_root(hanging, plane=certificate.plane.slug, ends_at=ends_at)


def _name(row: Certificate) -> str:
    return row.app or row.common_name
