"""Where a secret is live: one line for each region, in words and shapes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.models import RecipientState, SecretDelivery


@dataclass(frozen=True, slots=True)
class Live:
    """`state` is a word of `console.web.states`; `label` is short, `word` stands in a table."""

    region: str
    region_id: UUID
    state: str
    label: str
    word: str
    desired: int
    applied: int | None
    since: datetime
    trouble: str

    @property
    def is_live(self) -> bool:
        return self.state == "succeeded"


def by_secret(*, scope: Scope, secret_ids: Iterable[UUID]) -> dict[UUID, list[Live]]:
    """One query for a page of secrets; regions by name."""
    rows = SecretDelivery.objects.visible_to(scope).of_secrets(secret_ids).to_present().with_recipient()
    found: dict[UUID, list[Live]] = {}
    for row in rows.order_by("recipient__name"):
        found.setdefault(row.secret_id, []).append(live(row, now()))
    return found


def live(row: SecretDelivery, at: datetime) -> Live:
    recipient = row.recipient
    state, label, word = _said(row, at)
    return Live(
        region=recipient.name,
        region_id=recipient.region_id,
        state=state,
        label=f"{recipient.name}{label}",
        word=word,
        desired=row.desired_version,
        applied=row.applied_version,
        since=row.since,
        trouble=recipient.trouble,
    )


def _said(row: SecretDelivery, at: datetime) -> tuple[str, str, str]:
    recipient = row.recipient
    if recipient.state == RecipientState.JOINING:
        return "pending", " is joining", "Waits for the region's key"
    if recipient.is_silent(at):
        return "unreachable", " offline", "Region is silent"
    if row.is_live:
        return "succeeded", "", "Live"
    if recipient.trouble:
        return "failed", " refused", "Saved, not live"
    has = f" has v{row.applied_version}" if row.applied_version else " has none yet"
    return "waiting", has, "Saved, not live"
