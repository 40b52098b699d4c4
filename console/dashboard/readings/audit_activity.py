"""How much happened when: bars over a span of time, at a cost that does not grow with the trail.

The total of a bar is read off the chain: its links are numbered without a gap, so two look-ups tell how many
lie between two moments. What is filtered is counted, but the newest few thousand alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

from django.db import connection

from console.audit.models import AuditEvent, Outcome
from console.audit.models.events import AuditEventQuerySet
from console.dashboard.readings.audit_filters import TrailFilter
from console.dashboard.readings.audit_periods import DAY, Window, window
from console.kernel.ids import first_id
from console.kernel.scope import Scope

EXACTLY, COUNTED, SEARCHED = 200, 2000, 200
"""How many events are counted one by one: before the chain is read instead, of one condition, of a search."""


@dataclass(frozen=True, slots=True)
class Bar:
    at: datetime
    until: datetime
    total: int = 0
    bad: int = 0
    """Refused or failed."""

    @property
    def words(self) -> str:
        return f"{self.at:{'%-d %b' if self.until - self.at >= DAY else '%-d %b, %H:%M'}}"


@dataclass(frozen=True, slots=True)
class Activity:
    window: Window
    bars: Sequence[Bar]
    counted_from: datetime | None = None
    """Where counting stopped short of the window's start: what is older is not in the bars."""
    bad_cut: bool = False
    """Whether only the newest refusals and failures were counted."""

    @property
    def total(self) -> int:
        return sum(bar.total for bar in self.bars)

    @property
    def bad(self) -> int:
        return sum(bar.bad for bar in self.bars)

    @property
    def finding(self) -> str:
        """What the bars say, for those who do not see them."""
        start, end = (f"{moment:%-d %b %Y, %H:%M}" for moment in (self.window.start, self.window.end))
        said = f"{self.total:,} events from {start} to {end} UTC"
        return f"{said}; {self.bad:,} refused or failed" if self.bad else said

    @property
    def telling(self) -> list[Bar]:
        """Bars with something in them, newest first."""
        return [bar for bar in reversed(self.bars) if bar.total]

    @property
    def worst(self) -> Bar | None:
        """The bar with most refusals, if there are at least a handful."""
        found = max(self.bars, key=lambda bar: bar.bad, default=None)
        return found if found is not None and found.bad >= 5 else None


def activity(*, scope: Scope, trail: TrailFilter, at: datetime) -> Activity:
    span = window(trail.since or _first(scope) or at - DAY, trail.until or at)
    rows = trail.rows(scope, most=SEARCHED)
    most = EXACTLY if trail.is_plain else SEARCHED if trail.is_searched else COUNTED
    counted, from_ = _counted(rows, span, most)
    if from_ is None or not trail.is_plain:
        return Activity(span, _bars(span, counted), from_)
    refused, failed = (
        _counted(rows.filter(outcome=outcome), span, COUNTED) for outcome in (Outcome.REFUSED, Outcome.FAILED)
    )
    bad = Counter({place: total for place, (total, _) in refused[0].items()})
    bad.update({place: total for place, (total, _) in failed[0].items()})
    bars = [
        Bar(span.at(place), span.at(place + 1), max(total, bad[place]), bad[place])
        for place, total in enumerate(_by_links(scope, span))
    ]
    return Activity(span, bars, bad_cut=bool(refused[1] or failed[1]))


def _first(scope: Scope) -> datetime | None:
    oldest = AuditEvent.objects.visible_to(scope).order_by("id").values_list("at", flat=True).first()
    return oldest.astimezone(UTC) if oldest else None


def _bars(span: Window, counted: dict[int, tuple[int, int]]) -> list[Bar]:
    return [Bar(span.at(place), span.at(place + 1), *counted.get(place, (0, 0))) for place in range(span.bars)]


COUNT = """
SELECT floor(extract(epoch FROM at - %s) / %s)::int AS bar, count(*),
       count(*) FILTER (WHERE outcome <> 'succeeded'), min(at) FROM ({newest}) AS newest (at, outcome) GROUP BY bar
"""


def _counted(
    rows: AuditEventQuerySet, span: Window, most: int
) -> tuple[dict[int, tuple[int, int]], datetime | None]:
    """Count the newest `most` rows by bar; the moment is that of the oldest counted when there may be more."""
    newest, values = rows.order_by("-id").values_list("at", "outcome")[:most].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(newest=newest), [span.start, span.step.total_seconds(), *values])
        found = cursor.fetchall()
    oldest = min((row[3] for row in found), default=None)
    full = sum(row[1] for row in found) >= most
    return {bar: (total, bad) for bar, total, bad, _ in found}, oldest if full else None


LINKS = """
SELECT link.seq FROM unnest(%s::uuid[]) WITH ORDINALITY AS bound (id, place)
LEFT JOIN LATERAL (
    SELECT id FROM audit_event WHERE org_id = %s AND id >= bound.id ORDER BY id LIMIT 1
) AS event ON true
LEFT JOIN audit_link AS link ON link.event_id = event.id
ORDER BY bound.place
"""


def _by_links(scope: Scope, span: Window) -> list[int]:
    """Read how many events lie in each bar off the numbers of the links at its ends."""
    bounds: list[UUID] = [first_id(moment) for moment in span.bounds]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) + 1 FROM audit_link WHERE org_id = %s", [scope.org_id])
        beyond = cursor.fetchone()[0]
        cursor.execute(LINKS, [bounds, scope.org_id])
        numbers = [seq if seq is not None else beyond for (seq,) in cursor.fetchall()]
    return [max(end - start, 0) for start, end in pairwise(numbers)]
