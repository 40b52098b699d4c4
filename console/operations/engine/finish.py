"""Writing a batch of results: steps, their history, ready successors and their operations, in one transaction."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from console.kernel.ids import new_id
from console.operations.decide import Written, after_cancel
from console.operations.engine.claim import Claimed
from console.operations.engine.lanes import ENGINE
from console.operations.engine.rollup import record_approvals, roll_up
from console.operations.models import Operation
from console.operations.states import STEP_SATISFIED, Cancelling, StepState

WRITE = """
UPDATE operations_step step
SET state = w.state, run_at = w.run_at, attempt = w.attempt, takeovers = 0, reason = w.reason, message = w.message,
    who = w.who, fix = w.fix, provider = w.provider::jsonb, facts = step.facts || w.facts::jsonb,
    progress = w.progress, lease_until = NULL, changed_at = %(now)s,
    finished_at = CASE WHEN w.ended THEN %(now)s::timestamptz END
FROM unnest(%(id)s::uuid[], %(fence)s::bigint[], %(state)s::text[], %(run_at)s::timestamptz[],
    %(attempt)s::int[], %(reason)s::text[], %(message)s::text[], %(who)s::text[], %(fix)s::text[],
    %(provider)s::text[], %(facts)s::text[], %(progress)s::int[], %(ended)s::bool[])
    AS w(id, fence, state, run_at, attempt, reason, message, who, fix, provider, facts, progress, ended)
WHERE step.id = w.id AND step.fence = w.fence AND step.state = 'running'
RETURNING step.id
"""
TELL = """
INSERT INTO operations_step_event (id, org_id, operation_id, step_name, at, state, reason, message, attempt)
SELECT * FROM unnest(%(id)s::uuid[], %(org_id)s::uuid[], %(operation_id)s::uuid[], %(step_name)s::text[],
    %(at)s::timestamptz[], %(state)s::text[], %(reason)s::text[], %(message)s::text[], %(attempt)s::int[])
"""
LOWER = """
WITH done AS MATERIALIZED (
    SELECT operation_id, array_agg(name) AS names
    FROM unnest(%(operations)s::uuid[], %(names)s::text[]) AS each(operation_id, name) GROUP BY operation_id
), lowered AS (
    SELECT successor.id,
        (SELECT count(*) FROM unnest(successor.needs) AS need WHERE need = ANY(done.names)) AS satisfied
    FROM done JOIN operations_step successor ON successor.operation_id = done.operation_id
    WHERE successor.open_needs > 0 AND successor.needs::text[] && done.names
)
UPDATE operations_step step SET open_needs = step.open_needs - lowered.satisfied, run_at = %(now)s
FROM lowered WHERE step.id = lowered.id AND step.state = 'pending'
RETURNING step.open_needs
"""


@dataclass(frozen=True, slots=True)
class Result:
    claimed: Claimed
    written: Written


@dataclass(frozen=True, slots=True)
class Finished:
    written: int
    """Results that counted; those under a stale fence did not."""
    ready: int
    """Successors that became due."""
    ended: tuple[Operation, ...]


def finish(results: Sequence[Result], *, now: datetime) -> Finished:
    """Operations are locked before steps, as everywhere, so that no two writers wait for each other."""
    with transaction.atomic(using=ENGINE):
        operations = _locked({result.claimed.operation_id for result in results})
        rows = [_under_cancel(result, operations) for result in results]
        counted = _write(rows, now)
        rows = [row for row in rows if row.claimed.id in counted]
        _tell(rows, now)
        ready = _lower([row.claimed for row in rows if row.written.state in STEP_SATISFIED], now)
        record_approvals(operations, {row.claimed: row.written for row in rows})
        moved = {row.claimed.operation_id: row.written for row in rows if row.written.state != StepState.WAITING}
        ended = roll_up([operations[each] for each in moved], _causes(rows), now) if moved else ()
    return Finished(len(rows), ready, ended)


def _locked(ids: Collection[UUID]) -> dict[UUID, Operation]:
    rows = Operation.objects.using(ENGINE).select_for_update(no_key=True)
    return {operation.id: operation for operation in rows.filter(id__in=ids).order_by("id")}


def _under_cancel(result: Result, operations: Mapping[UUID, Operation]) -> Result:
    cancelling = operations[result.claimed.operation_id].cancelling
    if not cancelling:
        return result
    return Result(result.claimed, after_cancel(result.written, Cancelling(cancelling)))


def _causes(rows: Sequence[Result]) -> dict[UUID, Written]:
    """What its operation waits for, as far as these results tell."""
    return {row.claimed.operation_id: row.written for row in rows if row.written.who}


def _write(rows: Sequence[Result], now: datetime) -> set[UUID]:
    columns: dict[str, Any] = {
        "now": now,
        "id": [row.claimed.id for row in rows],
        "fence": [row.claimed.fence for row in rows],
        "provider": [_json(row.written.provider and asdict(row.written.provider)) for row in rows],
        "facts": [_json(dict(row.written.facts)) for row in rows],
    }
    for name in ("state", "run_at", "attempt", "reason", "message", "who", "fix", "progress", "ended"):
        columns[name] = [getattr(row.written, name) for row in rows]
    for name in ("state", "who"):
        columns[name] = [str(value) for value in columns[name]]
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(WRITE, columns)
        return {row[0] for row in cursor.fetchall()}


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, default=str)


def _tell(rows: Sequence[Result], now: datetime) -> None:
    """Add the history's lines; a wait that says what the last one said adds none."""
    lines = [line for row in rows for line in _lines(row, now)]
    if lines:
        columns: dict[str, Any] = {name: [line[name] for line in lines] for name in lines[0]}
        columns["id"] = sorted(new_id() for _ in lines)
        with connections[ENGINE].cursor() as cursor:
            cursor.execute(TELL, columns)


def _lines(row: Result, now: datetime) -> list[dict[str, Any]]:
    claimed, written = row.claimed, row.written
    lines = []
    if claimed.taken_over:
        lost = "Its worker ended; another took it over."
        lines.append(_line(claimed, claimed.at, StepState.RUNNING, "TakenOver", lost))
    elif claimed.earlier_state == StepState.PENDING and written.state != StepState.AWAITING_APPROVAL:
        lines.append(_line(claimed, claimed.at, StepState.RUNNING, "", ""))
    earlier = (claimed.earlier_state, claimed.earlier_reason, claimed.earlier_message)
    if earlier != (written.state, written.reason, written.message):
        lines.append(_line(claimed, now, written.state, written.reason, written.message))
    return lines


def _line(claimed: Claimed, at: datetime, state: StepState, reason: str, message: str) -> dict[str, Any]:
    return {
        "org_id": claimed.org_id,
        "operation_id": claimed.operation_id,
        "step_name": claimed.name,
        "at": at,
        "state": str(state),
        "reason": reason,
        "message": message,
        "attempt": claimed.attempt,
    }


def _lower(done: Sequence[Claimed], now: datetime) -> int:
    if not done:
        return 0
    columns: dict[str, Any] = {
        "now": now,
        "operations": [step.operation_id for step in done],
        "names": [step.name for step in done],
    }
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(LOWER, columns)
        return sum(open_needs == 0 for (open_needs,) in cursor.fetchall())
