"""What each region of a plane may trust and present now, at worst; the gates of a rotation ask it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from console.kernel.scope import Scope
from secrets_app.models import Certificate, Level, RegionTrust, TrustBundle
from secrets_app.pki.rotation import Desired, Standing

Roots = Mapping[int, frozenset[str]]


def of_plane(scope: Scope, plane_id: UUID, *, now: datetime) -> list[Standing]:
    """Regions that issue, or may begin to. One without an intermediate presents nothing and is not counted."""
    regions = list(RegionTrust.objects.visible_to(scope).of_plane(plane_id).present().with_recipient().by_name())
    counted = [trust for trust in regions if trust.intermediate is not None]
    if not counted:
        return []
    bundles = _bundles(scope, plane_id, counted)
    presented = _presented(scope, plane_id, counted, now)
    return [_standing(trust, bundles, presented.get(trust.recipient_id, set())) for trust in counted]


def _bundles(scope: Scope, plane_id: UUID, counted: Iterable[RegionTrust]) -> Roots:
    first = min(trust.applied_bundle for trust in counted)
    last = max(trust.desired_bundle for trust in counted)
    rows = TrustBundle.objects.visible_to(scope).of_plane(plane_id).between(first, last)
    return {row.version: frozenset(row.roots) for row in rows}


def _presented(
    scope: Scope, plane_id: UUID, counted: Iterable[RegionTrust], now: datetime
) -> dict[UUID, set[str]]:
    """Roots of the leaves in use, and of the intermediates that regions say they issue from, by region."""
    certificates = Certificate.objects.visible_to(scope).of_plane(plane_id)
    leaves = certificates.at_level(Level.LEAF).in_use().may_count(now)
    found: dict[UUID, set[str]] = {}
    for recipient_id, root in leaves.values_list("recipient_id", "issuer__issuer__fingerprint").distinct():
        found.setdefault(recipient_id, set()).add(root)
    applied = {(trust.recipient_id, trust.applied_intermediate) for trust in counted}
    intermediates = certificates.at_level(Level.INTERMEDIATE)
    for recipient_id, serial, root in intermediates.values_list("recipient_id", "serial", "issuer__fingerprint"):
        if (recipient_id, serial) in applied:
            found.setdefault(recipient_id, set()).add(root)
    return found


def _standing(trust: RegionTrust, bundles: Roots, presented: set[str]) -> Standing:
    """It may have applied any version that was published since the one it has confirmed."""
    assert trust.intermediate is not None
    assert trust.intermediate.issuer is not None
    issuer = trust.intermediate.issuer.fingerprint
    versions = range(trust.applied_bundle, trust.desired_bundle + 1) if trust.applied_bundle else ()
    published = [Desired(bundles[version], issuer) for version in versions if version in bundles]
    return Standing.of(trust.recipient.name, published, {*presented, issuer})


def between(standings: Iterable[Standing], roots: frozenset[str]) -> list[Standing]:
    """The same without roots that a rotation does not touch, such as a customer's own."""
    return [replace(one, trusts=one.trusts & roots, presents=one.presents & roots) for one in standings]
