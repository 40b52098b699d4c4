"""The inventory of an organization's certificates, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Max, Min

from accounts.models import ApplicationPlane
from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.models import (
    Certificate,
    CertificateAuthority,
    Kind,
    Level,
    Recipient,
    RegionTrust,
    Secret,
    TrustBundle,
)
from secrets_app.models.secrets import SecretQuerySet
from secrets_app.readings.plane_rotations import Rotation, rotations
from secrets_app.readings.planes import Overview

SOONEST = 4
DAYS = 90
OVERDUE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LeafGroup:
    """The leaves in use of one issuer and project."""

    issuer_id: UUID
    project: str
    many: int
    renews_at: datetime
    ends_at: datetime
    first: str
    """The app that renews first."""


@dataclass(frozen=True)
class Inventory:
    at: datetime
    planes: Sequence[ApplicationPlane]
    authorities: Sequence[CertificateAuthority]
    trusts: Sequence[RegionTrust]
    intermediates: Sequence[Certificate]
    leaves: Sequence[LeafGroup]
    soonest: Sequence[Certificate]
    bundles: Mapping[UUID, TrustBundle]
    rotations: Sequence[Rotation]
    waiting: Sequence[Recipient]
    """Regions that have not joined their plane yet."""
    by_hand: Sequence[Secret]
    """TLS secrets that end, the soonest first."""

    @cached_property
    def leaf_count(self) -> int:
        return sum(group.many for group in self.leaves)

    @cached_property
    def in_use(self) -> int:
        return len(self.authorities) + len(self.intermediates) + self.leaf_count

    @cached_property
    def by_themselves(self) -> int:
        """Renewed without a person: everything below the roots that does not come from a customer's CA."""
        by_hand = sum(1 for trust in self.trusts if trust.by_customer)
        return len(self.intermediates) + self.leaf_count - by_hand

    @property
    def next_to_end(self) -> Certificate | None:
        return self.soonest[0] if self.soonest else None

    @cached_property
    def overdue(self) -> int:
        late = self.at - OVERDUE
        groups = sum(group.many for group in self.leaves if group.renews_at < late)
        return groups + sum(1 for row in self.intermediates if row.renew_at < late)

    @cached_property
    def plane_rows(self) -> list[Overview]:
        return [self._plane_row(plane) for plane in self.planes]

    def _plane_row(self, plane: ApplicationPlane) -> Overview:
        mine = [trust for trust in self.trusts if trust.recipient.plane_id == plane.id]
        issuing = (each for each in self.authorities if each.plane_id == plane.id and each.state == "issuing")
        return Overview(
            plane=plane,
            root=next((each.name for each in issuing if each.is_ours), ""),
            bundle=bundle.version if (bundle := self.bundles.get(plane.id)) else 0,
            regions=len(mine),
            confirmed=sum(1 for trust in mine if trust.bundle_confirmed),
        )

    @property
    def going(self) -> bool:
        return bool(self.rotations) or any(_unsettled(trust) for trust in self.trusts)


def _unsettled(trust: RegionTrust) -> bool:
    return bool(trust.renewal_of) or trust.intermediate is None or not trust.bundle_confirmed


def inventory(*, scope: Scope) -> Inventory:
    at = now()
    certificates = Certificate.objects.visible_to(scope)
    used = certificates.in_use().may_count(at)
    planes = list(ApplicationPlane.objects.visible_to(scope).oldest_first())
    trusts = list(RegionTrust.objects.visible_to(scope).present().with_recipient().by_name())
    joined = [trust.recipient_id for trust in trusts]
    return Inventory(
        at=at,
        planes=planes,
        authorities=list(_roots(scope)),
        trusts=trusts,
        intermediates=list(used.at_level(Level.INTERMEDIATE).with_issuer().without_pem().soonest_first()),
        leaves=leaf_groups(scope, at),
        soonest=list(used.at_level(Level.LEAF).with_issuer().without_pem().soonest_first()[:SOONEST]),
        bundles=_bundles(scope),
        rotations=rotations(scope=scope, planes=planes, trusts=trusts),
        by_hand=list(_tls_secrets(scope)[:SOONEST]),
        waiting=list(Recipient.objects.visible_to(scope).present().exclude(pk__in=joined).by_name()),
    )


def _roots(scope: Scope) -> Sequence[CertificateAuthority]:
    rows = CertificateAuthority.objects.visible_to(scope).trusted().without_key()
    return list(rows.select_related("certificate", "plane").in_order())


def _tls_secrets(scope: Scope) -> SecretQuerySet:
    rows: SecretQuerySet = Secret.objects.visible_to(scope)
    return rows.present().of_kind(Kind.TLS).exclude(expires_at=None).order_by("expires_at")


def _bundles(scope: Scope) -> dict[UUID, TrustBundle]:
    newest = TrustBundle.objects.visible_to(scope).order_by("plane_id", "-version").distinct("plane_id")
    return {bundle.plane_id: bundle for bundle in newest.defer("pem")}


def leaf_groups(scope: Scope, at: datetime) -> list[LeafGroup]:
    """Counted by PostgreSQL: an organization may have thousands of leaves."""
    rows = Certificate.objects.visible_to(scope).at_level(Level.LEAF).in_use().may_count(at)
    counted = rows.values("issuer_id", "project").annotate(
        many=Count("id"), renews=Min("renew_at"), ends=Max("not_after")
    )
    firsts = rows.order_by("issuer_id", "project", "renew_at").distinct("issuer_id", "project")
    first = {(row[0], row[1]): row[2] for row in firsts.values_list("issuer_id", "project", "app")}
    return [
        LeafGroup(
            each["issuer_id"],
            each["project"],
            each["many"],
            each["renews"],
            each["ends"],
            first.get((each["issuer_id"], each["project"]), ""),
        )
        for each in counted.order_by("issuer_id", "project")
    ]
