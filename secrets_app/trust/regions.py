"""What one region should trust and issue, and what it says of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.scope import Scope
from secrets_app.models import (
    AuthorityState,
    Certificate,
    CertificateState,
    Level,
    Recipient,
    RegionTrust,
    TrustBundle,
    WantedLeaf,
)
from secrets_app.trust import bundles, lists, roots

MOST_REVOKED = 1_000
SAID = ("applied_bundle", "applied_intermediate", "applied_lists")


def join(scope: Scope, recipient: Recipient, *, now: datetime) -> RegionTrust | None:
    """The region's trust; the first region of a plane brings the plane's root with it."""
    if recipient.plane_id is None:
        return None
    rows = RegionTrust.objects.visible_to(scope).to(recipient.id).with_recipient()
    found: RegionTrust | None = rows.first()
    if found is not None:
        return found
    plane = roots.locked(scope, recipient.plane_id)
    bundle = bundles.current(scope, plane.id) or first_root(scope, plane, now=now)
    RegionTrust.objects.get_or_create(
        recipient=recipient,
        defaults={
            "org_id": scope.org_id,
            "desired_bundle": bundle.version,
            "desired_at": now,
            "lists_digest": lists.digest_of(lists.text(scope, plane.id, now)),
        },
    )
    made: RegionTrust = rows.get()
    return made


def first_root(scope: Scope, plane: ApplicationPlane, *, now: datetime) -> TrustBundle:
    """Make the plane's first root, its list and its bundle. The plane is locked by the caller."""
    authority = roots.create(scope, plane, state=AuthorityState.ISSUING, now=now)
    bundle = bundles.publish(scope, plane, reason=f"{authority} is the first root", now=now)
    lists.issue(scope, authority, now=now)
    return bundle


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the region is told beside the documents."""

    index: dict[str, Any]
    bundle: str
    intermediate: str
    """PEM of its own authority, and of a customer's authorities above it."""
    lists: str


def wanted(scope: Scope, trust: RegionTrust, *, now: datetime) -> Wanted:
    plane_id = trust.recipient.plane_id
    assert plane_id is not None
    bundle = TrustBundle.objects.visible_to(scope).of_plane(plane_id).get(version=trust.desired_bundle)
    text = lists.text(scope, bundle.plane_id, now)
    current = trust.intermediate
    certificates = Certificate.objects.visible_to(scope).of_recipient(trust.recipient_id)
    leaves = certificates.at_level(Level.LEAF)
    revoked: dict[str, list[str]] = {}
    for issuer, serial in (
        leaves.revoked()
        .filter(not_after__gt=now)
        .order_by("serial")
        .values_list("issuer__serial", "serial")[:MOST_REVOKED]
    ):
        revoked.setdefault(issuer, []).append(serial)
    renew = leaves.in_state(CertificateState.VALID).exclude(renewal_asked_at=None).values_list("serial", flat=True)
    apps = WantedLeaf.objects.visible_to(scope).to(trust.recipient_id).in_order()
    return Wanted(
        index={
            "bundle": bundle.version,
            "bundle_sha256": lists.digest_of(bundle.pem),
            "intermediate": current.serial if current else "",
            "lists": lists.digest_of(text),
            "renew": trust.renewal_of,
            "apps": [f"{each.app}.{each.project}" for each in apps],
            "host": trust.recipient.host,
            "renew_leaves": sorted(renew),
            "revoked": revoked,
        },
        bundle=bundle.pem,
        intermediate=current.pem + current.above_pem if current else "",
        lists=text,
    )


def confirm(scope: Scope, trust: RegionTrust, applied: dict[str, Any], *, now: datetime) -> str:
    """Keep what the region says that it has applied; return a sentence if it cannot be."""
    before = [getattr(trust, name) for name in SAID]
    doubts = [_bundle(scope, trust, applied.get("bundle"), now), _intermediate(trust, applied, now)]
    trust.applied_lists = str(applied.get("lists") or "")[:64]
    if before != [getattr(trust, name) for name in SAID]:
        trust.reported_at = now
        trust.save(update_fields=[*SAID, "bundle_applied_at", "intermediate_applied_at", "reported_at"])
    return " ".join(filter(None, doubts))


def _bundle(scope: Scope, trust: RegionTrust, said: Any, now: datetime) -> str:
    if said is None or said == trust.applied_bundle:
        return ""
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= trust.desired_bundle:
        return "The region says that it trusts a bundle that was never published to it. It is not believed."
    trust.applied_bundle, trust.bundle_applied_at = said, now
    audit.record(scope, "bundle:confirmed", trust.recipient, version=said)
    return ""


def _intermediate(trust: RegionTrust, applied: dict[str, Any], now: datetime) -> str:
    said = applied.get("intermediate")
    if said is None or said == trust.applied_intermediate:
        return ""
    known = Certificate.objects.filter(org_id=trust.org_id).of_recipient(trust.recipient_id)
    if not isinstance(said, str) or not known.at_level(Level.INTERMEDIATE).filter(serial=said).exists():
        return "The region says that it issues from an authority that it was never given. It is not believed."
    trust.applied_intermediate, trust.intermediate_applied_at = said, now
    return ""
