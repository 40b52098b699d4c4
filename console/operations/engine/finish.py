"""Writing a batch of results: steps, their history, ready successors and their operations, in one transaction."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from console.audit.actions import events as audit
from console.audit.models import Outcome as AuditOutcome
from console.kernel.ids import new_id
from console.operations.decide import Written, after_cancel, operation_state
from console.operations.engine.claim import ENGINE, Claimed, system_scope
from console.operations.models import Operation
from console.operations.states import STEP_SATISFIED, OperationState, StepState

HALTED = frozenset({StepState.BLOCKED, StepState.FAILED})

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
COUNT = """
SELECT operation_id, state, count(*), count(*) FILTER (WHERE state = 'pending' AND open_needs = 0)
FROM operations_step WHERE operation_id = ANY(%(ids)s::uuid[]) GROUP BY 1, 2
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
        moved = {row.claimed.operation_id for row in rows if row.written.state != StepState.WAITING}
        ended = _roll_up([operations[each] for each in moved], rows, now) if moved else ()
        for operation in ended:
            _record_end(operation)
    return Finished(len(rows), ready, ended)


def _locked(ids: Collection[UUID]) -> dict[UUID, Operation]:
    rows = Operation.objects.using(ENGINE).select_for_update(no_key=True)
    return {operation.id: operation for operation in rows.filter(id__in=ids).order_by("id")}


def _under_cancel(result: Result, operations: Mapping[UUID, Operation]) -> Result:
    if operations[result.claimed.operation_id].state != OperationState.CANCELLING:
        return result
    return Result(result.claimed, after_cancel(result.written))


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
    elif claimed.earlier_state == StepState.PENDING:
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


def _roll_up(operations: Sequence[Operation], rows: Sequence[Result], now: datetime) -> tuple[Operation, ...]:
    counts, startable = _counted([operation.id for operation in operations])
    halted = {row.claimed.operation_id: row.written for row in rows if row.written.state in HALTED}
    ended = []
    for operation in operations:
        cancelling = operation.state == OperationState.CANCELLING
        state = operation_state(counts[operation.id], cancelling=cancelling, startable=startable[operation.id])
        if state != operation.state:
            _move(operation, state, halted.get(operation.id), now)
            if operation.ended:
                ended.append(operation)
    return tuple(ended)


def _counted(ids: Sequence[UUID]) -> tuple[dict[UUID, dict[str, int]], dict[UUID, int]]:
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    startable: dict[UUID, int] = defaultdict(int)
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(COUNT, {"ids": list(ids)})
        for operation_id, state, many, due in cursor.fetchall():
            counts[operation_id][state] = many
            startable[operation_id] += due
    return counts, startable


def _move(operation: Operation, state: OperationState, cause: Written | None, now: datetime) -> None:
    operation.state = state
    operation.reason = cause.reason if cause else ""
    operation.message = cause.message if cause else ""
    operation.changed_at = now
    operation.started_at = operation.started_at or now
    operation.finished_at = now if operation.ended else None
    operation.save(
        using=ENGINE,
        update_fields=["state", "reason", "message", "changed_at", "started_at", "finished_at"],
    )


def _record_end(operation: Operation) -> None:
    scope = system_scope(operation.org_id, operation.id, operation.requested_by, operation.request_id)
    failed = operation.state == OperationState.FAILED
    outcome = AuditOutcome.FAILED if failed else AuditOutcome.SUCCEEDED
    facts: dict[str, Any] = {"kind": operation.kind, "target": operation.target_label}
    audit.record(scope, f"operation:{operation.state}", operation, outcome=outcome, using=ENGINE, **facts)
