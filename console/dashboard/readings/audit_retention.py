"""What a shorter retention would take away."""

from dataclasses import dataclass
from datetime import timedelta

from console.audit.models import AuditEvent, AuditLink
from console.dashboard.forms.audit import RetentionForm
from console.dashboard.readings.audit_proof import Standing, kept_for
from console.kernel.clock import now
from console.kernel.ids import first_id
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Loss:
    title: str
    sentence: str


def loss(scope: Scope, standing: Standing, form: RetentionForm) -> Loss | None:
    """What goes when the form's days replace the present ones; None when nothing is shortened."""
    days = form.chosen
    before = standing.retention.days if standing.retention else None
    if days is None or (before is not None and days >= before):
        return None
    until = now() - timedelta(days=days)
    gone = _older(scope, until)
    title = f"Events older than {kept_for(days)} are purged"
    if not gone:
        return Loss(title, "None is that old yet. From then on each is purged when it reaches that age, for good.")
    many = f"{gone:,} event{'s' if gone != 1 else ''}"
    return Loss(title, f"That is {many}, from before {until:%-d %b %Y}. They cannot be brought back, by anybody.")


def _older(scope: Scope, until: object) -> int:
    """How many events are older, read off the number of the first link that is not."""
    rows = AuditEvent.objects.visible_to(scope)
    oldest = rows.order_by("id").values_list("id", flat=True).first()
    kept = rows.filter(id__gte=first_id(until)).order_by("id").values_list("id", flat=True).first()  # type: ignore[arg-type]
    numbers = dict(
        AuditLink.objects.visible_to(scope)
        .of_events([one for one in (oldest, kept) if one])
        .values_list("event_id", "seq")
    )
    newest = AuditLink.objects.visible_to(scope).newest_first().values_list("seq", flat=True).first() or 0
    if oldest not in numbers:
        return 0
    return max((numbers[kept] if kept in numbers else newest + 1) - numbers[oldest], 0)
