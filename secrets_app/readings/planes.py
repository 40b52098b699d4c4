"""One application plane: its roots, what its regions trust, versions of the bundle, rotations past and present."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from accounts.models import ApplicationPlane
from console.kernel.scope import Scope
from console.operations.models import Operation
from secrets_app.models import CertificateAuthority, Recipient, RegionTrust, RevocationList, TrustBundle
from secrets_app.readings import plane_rotations
from secrets_app.readings.plane_rotations import Rotation, Standing
from secrets_app.steps.root_rotation import KIND

PAST = 5
BUNDLES = 10


@dataclass(frozen=True, slots=True)
class Reading:
    authorities: Sequence[CertificateAuthority]
    """Those that were removed last."""
    regions: Sequence[Standing]
    bundles: Sequence[TrustBundle]
    lists: Sequence[RevocationList]
    operations: Sequence[Operation]
    rotation: Rotation | None
    waiting: Sequence[Recipient]

    @property
    def issuing(self) -> CertificateAuthority | None:
        return next((each for each in self.authorities if each.state == "issuing" and each.is_ours), None)

    @property
    def newest(self) -> TrustBundle | None:
        return self.bundles[0] if self.bundles else None

    @property
    def confirmed(self) -> int:
        return sum(1 for each in self.regions if each.trust.bundle_confirmed)

    @property
    def going(self) -> bool:
        return self.rotation is not None or any(each.counted and not each.confirmed for each in self.regions)

    @property
    def own_roots(self) -> Sequence[CertificateAuthority]:
        return [each for each in self.authorities if not each.is_ours]


def read(*, scope: Scope, plane: ApplicationPlane) -> Reading:
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane.id).without_key().with_certificate()
    trusts = list(RegionTrust.objects.visible_to(scope).of_plane(plane.id).present().with_recipient().by_name())
    operations = Operation.objects.visible_to(scope).of_kind(KIND).on_target(plane.id).newest_first()[:PAST]
    past = list(operations)
    going = next((each for each in past if not each.ended), None)
    joined = [trust.recipient_id for trust in trusts]
    recipients = Recipient.objects.visible_to(scope).of_plane(plane.id).present()
    return Reading(
        authorities=list(rows.order_by("-number")),
        regions=plane_rotations.standings_of(scope, plane.id, trusts),
        bundles=list(
            TrustBundle.objects.visible_to(scope).of_plane(plane.id).newest_first().defer("pem")[:BUNDLES]
        ),
        lists=list(RevocationList.objects.visible_to(scope).of_plane(plane.id).with_issuer().newest_of_each()),
        operations=past,
        rotation=plane_rotations.read(scope=scope, operation=going, planes=[plane], trusts=trusts)
        if going
        else None,
        waiting=list(recipients.exclude(pk__in=joined).by_name()),
    )


def newest_bundle(*, scope: Scope, plane: ApplicationPlane) -> TrustBundle | None:
    found: TrustBundle | None = TrustBundle.objects.visible_to(scope).of_plane(plane.id).newest_first().first()
    return found


@dataclass(frozen=True, slots=True)
class Overview:
    """One plane in a line."""

    plane: ApplicationPlane
    root: str
    bundle: int
    regions: int
    confirmed: int


def overviews(*, scope: Scope, planes: Sequence[ApplicationPlane]) -> list[Overview]:
    """In three queries, however many there are."""
    ids = [plane.id for plane in planes]
    roots = CertificateAuthority.objects.visible_to(scope).issuing().without_key().with_certificate()
    names = {root.plane_id: root.name for root in roots.filter(plane_id__in=ids)}
    versions = dict(
        TrustBundle.objects.visible_to(scope)
        .filter(plane_id__in=ids)
        .values_list("plane_id")
        .annotate(newest=Max("version"))
    )
    trusts = RegionTrust.objects.visible_to(scope).present().filter(recipient__plane_id__in=ids).with_recipient()
    confirmed = Counter(trust.recipient.plane_id for trust in trusts if trust.bundle_confirmed)
    regions = Counter(trust.recipient.plane_id for trust in trusts)
    return [
        Overview(plane, names.get(plane.id, ""), versions.get(plane.id, 0), regions[plane.id], confirmed[plane.id])
        for plane in planes
    ]
