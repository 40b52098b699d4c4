"""Which steps are due, and which of them have a place: limits for each organization and for each lane.

A running step's `run_at` is the end of its lease, so that one index finds what is due and what was lost. The index
is sorted by organization and lane: the first step of each lane is read, whatever waits behind it, so that the
backlog of one costs the others nothing. Lanes of an organization take turns, and organizations do.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

ENGINE = "engine"
SUSPECT_TAKEOVERS = 2
"""Lost workers after which a step runs alone."""
PER_ORGANIZATION = 500
PER_LANE = 40
"""Calls to one cloud account at a time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many steps may run at once, over all workers; those that wait for the cloud are not counted."""

    per_organization: int = PER_ORGANIZATION
    per_lane: int = PER_LANE
    """Steps without a lane know no such limit."""


USUAL_LIMITS = Limits()

DUE = "state IN ('pending', 'waiting', 'running', 'awaiting_approval') AND open_needs = 0 AND NOT paused"
SUSPECT = f"state = 'running' AND takeovers >= {SUSPECT_TAKEOVERS}"
A_LANES_SHARE = "1 + 4 * %(most)s / room.due_lanes"
"""The rows that are read grow with what is wanted, not with the lanes; more than an even share, since others may
want less."""
LANES = f"""
lanes AS (
    (SELECT org_id, lane, run_at FROM operations_step WHERE {DUE} ORDER BY org_id, lane, run_at LIMIT 1)
    UNION ALL
    SELECT next.* FROM lanes CROSS JOIN LATERAL (
        SELECT org_id, lane, run_at FROM operations_step
        WHERE {DUE} AND (org_id, lane) > (lanes.org_id, lanes.lane) ORDER BY org_id, lane, run_at LIMIT 1
    ) next
), held AS MATERIALIZED (
    SELECT org_id, lane, count(*) AS many FROM operations_step
    WHERE state = 'running' AND run_at > %(now)s GROUP BY org_id, lane
), of_organization AS (
    SELECT org_id, sum(many) AS many FROM held GROUP BY org_id
), room AS MATERIALIZED (
    SELECT org_id, lane, run_at, %(per_organization)s - coalesce(of_organization.many, 0) AS organization_free,
        CASE WHEN lane <> '' THEN %(per_lane)s - coalesce(held.many, 0) END AS lane_free,
        count(*) FILTER (WHERE run_at <= %(now)s) OVER () AS due_lanes
    FROM lanes LEFT JOIN held USING (org_id, lane) LEFT JOIN of_organization USING (org_id)
)
"""  # noqa: S608  put together from this module's own words
WITH_A_PLACE = f"""
WITH RECURSIVE {LANES}, next AS (
    SELECT step.id, step.run_at, room.org_id, room.organization_free,
        row_number() OVER (PARTITION BY room.org_id, room.lane ORDER BY step.run_at) AS lane_turn
    FROM room CROSS JOIN LATERAL (
        SELECT id, run_at FROM operations_step
        WHERE {DUE} AND org_id = room.org_id AND lane = room.lane AND run_at <= %(now)s AND NOT ({SUSPECT})
        ORDER BY run_at LIMIT greatest(least(room.organization_free, room.lane_free, {A_LANES_SHARE}), 0)
    ) step
    WHERE room.run_at <= %(now)s
), turns AS (
    SELECT id, run_at, organization_free,
        row_number() OVER (PARTITION BY org_id ORDER BY lane_turn, run_at) AS turn
    FROM next
), due AS MATERIALIZED (
    SELECT id, state, reason, message FROM operations_step
    WHERE {DUE} AND run_at <= %(now)s AND id IN (
        SELECT id FROM turns WHERE turn <= organization_free ORDER BY turn, run_at LIMIT %(most)s
    ) FOR NO KEY UPDATE SKIP LOCKED
)
"""  # noqa: S608  as above
SUSPECTS = f"""
WITH due AS MATERIALIZED (
    SELECT id, state, reason, message FROM operations_step
    WHERE {DUE} AND {SUSPECT} AND run_at <= %(now)s
    ORDER BY run_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
"""  # noqa: S608  as above
NEXT_DUE = f"""
WITH RECURSIVE {LANES}
SELECT min(run_at) FROM room WHERE least(organization_free, lane_free) > 0
"""  # noqa: S608  as above


def next_due_at(now: datetime, limits: Limits) -> datetime | None:
    """When the next step that has a place wants a worker; a lost one counts from the end of its lease."""
    told: dict[str, Any] = {"now": now, "per_organization": limits.per_organization, "per_lane": limits.per_lane}
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(NEXT_DUE, told)
        row: tuple[Any, ...] = cursor.fetchone()
    found: datetime | None = row[0]
    return found
