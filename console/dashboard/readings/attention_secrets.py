"""Secrets that wait for a person: expiring, due for rotation, refused by a region or by the cloud."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from console.dashboard.readings.attention import Attention, Rank
from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.kinds import ALGORITHMS
from secrets_app.models import Check, Recipient, Secret

SHOWN = 6


def read(*, scope: Scope, slug: str) -> Iterator[Attention]:
    """Two queries."""
    at = now()
    for secret in Secret.objects.visible_to(scope).present().needing_somebody(at)[:SHOWN]:
        yield _secret(secret, at, reverse("secret", kwargs={"org": slug, "secret_id": secret.pk}))
    for recipient in Recipient.objects.visible_to(scope).in_trouble(at).by_name()[:SHOWN]:
        yield _recipient(recipient, reverse("secrets", kwargs={"org": slug}))


def _secret(secret: Secret, at: datetime, href: str) -> Attention:
    rank, state, title, text, action = _words(secret, at)
    since = secret.checked_at if secret.check_state == Check.REFUSED else None
    return Attention(
        rank=rank,
        state=state,
        title=f"{secret.name} {title}",
        text=text,
        who="You",
        happened="last looked at" if since else "saved",
        at=since or secret.changed_at,
        href=href,
        action=action,
    )


def _words(secret: Secret, at: datetime) -> tuple[Rank, str, str, str, str]:
    expires = secret.expires_at
    if expires is not None and expires <= at:
        return Rank.UNHEALTHY, "failed", "has expired", "Apps that read it may be refused.", "Renew"
    if secret.check_state == Check.REFUSED:
        return Rank.UNHEALTHY, "failed", "is refused by its cloud", secret.check_message, "Open secret"
    if secret.next_rotation_at is not None and secret.next_rotation_at <= at and secret.kind not in ALGORITHMS:
        return Rank.BEGUN, "pending", "is due for rotation", "Only a person knows its next value.", "Rotate"
    day = f"{expires:%-d %b %Y}" if expires else ""
    return Rank.BEGUN, "degraded", f"expires on {day}", "Save the next value before that day.", "Renew"


def _recipient(recipient: Recipient, href: str) -> Attention:
    return Attention(
        rank=Rank.REFUSED,
        state="failed" if recipient.offered_key else "degraded",
        title=f"{recipient.name} does not get secrets",
        text=recipient.trouble,
        who="You" if recipient.offered_key else "Your cloud team",
        happened="last looked at",
        at=recipient.looked_at or recipient.created_at,
        href=href,
        action="Review" if recipient.offered_key else "Open secrets",
    )
