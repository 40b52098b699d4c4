"""What of the certificates waits for somebody: renewals that are late, regions that do not confirm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, OuterRef, Subquery

from accounts.models import ApplicationPlane
from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.models import Certificate, Level, RegionTrust

LATE = timedelta(hours=1)
QUIET = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Late:
    """Certificates of one region, or roots, that are past the time of their renewal."""

    title: str
    text: str
    who: str
    since: datetime
    ends_at: datetime
    query: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A region that has not taken what its plane should trust."""

    name: str
    plane: str
    bundle: int
    since: datetime


def late_renewals(*, scope: Scope) -> Sequence[Late]:
    """One query, a row for each region."""
    rows = Certificate.objects.visible_to(scope).in_use().may_count(now()).overdue(now(), LATE)
    counted = rows.values("recipient_id", "recipient__name", "level").annotate(
        many=Count("id"), since=Min("renew_at"), ends=Min("not_after")
    )
    return [_late(each) for each in counted.order_by("since")]


def _late(row: Mapping[str, Any]) -> Late:
    many, region = row["many"], row["recipient__name"]
    since, ends_at = row["since"], row["ends"]
    noun = "certificate is" if many == 1 else "certificates are"
    where = {"level": row["level"], "region": row["recipient_id"]}
    query = urlencode({name: value for name, value in where.items() if value})
    if row["level"] == Level.ROOT:
        title, who = "A root is past two thirds of its life", "You"
        text = f"Rotate the root of its application plane before {ends_at:%-d %b %Y}."
    else:
        title, who = f"{many} {noun} late to be renewed in {region}", "The region"
        text = f"The first one ends on {ends_at:%-d %b, %H:%M} UTC; its peers refuse it then."
    return Late(title, text, who, since, ends_at, query)


def unconfirmed(*, scope: Scope) -> Sequence[Unconfirmed]:
    """One query; the plane's slug is asked beside it, since a recipient holds the id alone."""
    slug = ApplicationPlane.objects.visible_to(scope).filter(pk=OuterRef("recipient__plane_id")).values("slug")[:1]
    rows = RegionTrust.objects.visible_to(scope).present().behind(now() - QUIET).order_by("desired_at")
    named = rows.values_list("recipient__name", Subquery(slug), "desired_bundle", "desired_at")
    return [Unconfirmed(*row) for row in named]
