"""Versions of what a plane's regions trust."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.scope import Scope
from secrets_app.models import CertificateAuthority, Recipient, RegionTrust, TrustBundle


def publish(
    scope: Scope, plane: ApplicationPlane, *, reason: str, now: datetime, operation_id: UUID | None = None
) -> TrustBundle:
    """Make the version that trusts the plane's roots as they are, and ask every region to apply it.

    The plane is locked by the caller. A version that would say what the last one says is not made.
    """
    newest = current(scope, plane.id)
    roots = _trusted(scope, plane.id)
    fingerprints = [root.certificate.fingerprint for root in roots]
    if newest is not None and newest.roots == fingerprints:
        return newest
    made = TrustBundle.objects.create(
        org_id=scope.org_id,
        plane=plane,
        version=1 + (newest.version if newest else 0),
        roots=fingerprints,
        pem="".join(root.certificate.pem for root in roots),
        reason=reason,
        operation_id=operation_id,
        created_at=now,
    )
    RegionTrust.objects.visible_to(scope).of_plane(plane.id).update(desired_bundle=made.version, desired_at=now)
    wake(scope, plane.id, now)
    names = [str(root) for root in roots]
    audit.record(scope, "bundle:published", made, plane=plane.slug, version=made.version, roots=names, why=reason)
    return made


def current(scope: Scope, plane_id: UUID) -> TrustBundle | None:
    found: TrustBundle | None = TrustBundle.objects.visible_to(scope).of_plane(plane_id).newest_first().first()
    return found


def wake(scope: Scope, plane_id: UUID, now: datetime) -> None:
    """Have the buckets of the plane's regions written and read soon."""
    Recipient.objects.visible_to(scope).of_plane(plane_id).present().update(look_at=now)


def wake_one(scope: Scope, recipient: Recipient, now: datetime) -> None:
    Recipient.objects.visible_to(scope).filter(pk=recipient.pk).update(look_at=now)


def first_with(scope: Scope, root: CertificateAuthority) -> int:
    """The first version since which every one trusts the root."""
    rows = TrustBundle.objects.visible_to(scope).of_plane(root.plane_id)
    return int(
        rows.with_root(root.certificate.fingerprint).order_by("version").values_list("version", flat=True)[0]
    )


def _trusted(scope: Scope, plane_id: UUID) -> Sequence[CertificateAuthority]:
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane_id).trusted()
    return list(rows.with_certificate().without_key().in_order())
