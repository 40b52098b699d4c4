"""How long an organization keeps its events, and purging those that are older.

The links stay for ever; a signed tombstone says which events are gone.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from console.audit import chain, signing
from console.audit.actions.events import record
from console.audit.actions.signing_keys import signer
from console.audit.models import SHORTEST_RETENTION_DAYS, AuditLink, AuditRetention, AuditTombstone
from console.kernel.clock import now
from console.kernel.errors import Invalid
from console.kernel.ids import new_id
from console.kernel.permissions import Permission
from console.kernel.scope import Scope, of_console

AT_ONCE = 20_000
"""Events that one transaction purges."""
LONGEST_DAYS = 36_500
PURGE = "SELECT audit_purge(%s, %s, %s, %s, %s, %s)"


class RetentionUnfit(Invalid):
    code = "retention_unfit"
    title = "Events cannot be kept so long"


@transaction.atomic
def set_retention(*, scope: Scope, days: int | None) -> AuditRetention | None:
    """Keep events for this many days, or for ever (None). Raises Refused and RetentionUnfit."""
    scope.require(Permission.AUDIT_MANAGE)
    if days is not None and not SHORTEST_RETENTION_DAYS <= days <= LONGEST_DAYS:
        raise RetentionUnfit(
            f"Events are kept for at least {SHORTEST_RETENTION_DAYS} days and at most {LONGEST_DAYS}.",
            todo="Choose a number between them, or keep events for ever.",
            field="days",
        )
    before = AuditRetention.objects.visible_to(scope).first()
    after = None
    if days is None:
        AuditRetention.objects.visible_to(scope).delete()
    else:
        after = AuditRetention(
            org_id=scope.org_id, days=days, changed_by=scope.actor.label[:200], changed_at=now()
        )
        after.save()
    record(scope, "retention:changed", after or before, changes={"days": (before and before.days, days)})
    return after


@transaction.atomic
def purge(*, scope: Scope) -> int:
    """Purge what the organization's retention no longer covers, at most AT_ONCE events; return how many went."""
    scope.require(Permission.AUDIT_MANAGE)
    return _purge(scope, at=now())


def purge_all(*, at: datetime) -> int:
    """Purge every organization that has set a retention, in one transaction for each stretch."""
    total = 0
    for org_id in AuditRetention.objects.using("engine").values_list("org_id", flat=True):
        scope = of_console(org_id)
        while gone := _purge_one(scope, at):
            total += gone
    return total


def _purge_one(scope: Scope, at: datetime) -> int:
    with scope.entered():
        return _purge(scope, at=at)


def _purge(scope: Scope, *, at: datetime) -> int:
    kept = AuditRetention.objects.visible_to(scope).first()
    last = AuditTombstone.objects.visible_to(scope).oldest_first().last()
    first = last.through_seq + 1 if last else 1
    through = _through(scope, first, at - timedelta(days=kept.days)) if kept else None
    if through is None:
        return 0
    gone = _buried(scope, first, through, at)
    record(scope, "trail:purged", None, from_seq=first, through_seq=through.seq, events=gone)
    return gone


def _through(scope: Scope, first: int, limit: datetime) -> AuditLink | None:
    """The last link of the oldest stretch whose events are all older than the limit."""
    links = AuditLink.objects.visible_to(scope).filter(seq__gte=first, seq__lt=first + AT_ONCE).order_by("seq")
    young = links.filter(event_id__gte=first_id(limit)).first()
    old = links.filter(seq__lt=young.seq) if young else links
    return old.last()


def _buried(scope: Scope, first: int, through: AuditLink, at: datetime) -> int:
    key = signer()
    statement = signing.tombstone_statement(
        key_id=key.key_id, org_id=scope.org_id, from_seq=first, through_seq=through.seq,
        link_hash=bytes(through.hash), at_utc=chain.utc(at),
    )  # fmt: skip
    values: list[Any] = [scope.org_id, through.seq, new_id(), statement, key.key_id, key.sign(statement)]
    with connection.cursor() as cursor:
        cursor.execute(PURGE, values)
        return int(cursor.fetchone()[0])


def first_id(moment: datetime) -> UUID:
    """The least id of events at or after a moment: UUIDv7 begins with Unix milliseconds (RFC 9562, 5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
