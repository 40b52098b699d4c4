"""Trails of many events, filled by SQL: the trigger rests meanwhile, and the indexes are built afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connections

DAYS = 360
"""Over which the events are spread, evenly, up to now."""
RARE = 20
"""Events of the rare actor, code and outcome, whatever the size."""

EVENTS = """
INSERT INTO audit_event (
    id, org_id, at, event, outcome, actor_kind, actor_id, actor_label, target_type, target_id, target_label,
    reason, changes, facts, request_id, operation_id, source_ip, user_agent, session_id, authentication, source,
    canonical, salt)
SELECT
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hex, 1, 3) || '8'
        || substr(hex, 4, 15))::uuid,
    %(org)s, at,
    CASE WHEN rare THEN 'key:rehearsed'
        ELSE (ARRAY['operation', 'region', 'secret', 'connection', 'certificate'])[1 + number %% 5]
            || (ARRAY[':started', ':succeeded', ':changed', ':verified', ':revealed', ':approved', ':requested'])
               [1 + number %% 7] END,
    CASE WHEN number %% 1000 = 7 THEN 'failed' WHEN number %% 33 = 5 THEN 'refused' ELSE 'succeeded' END,
    CASE WHEN number %% 3 = 0 THEN 'system' WHEN number %% 50 = 1 THEN 'staff' ELSE 'user' END,
    CASE WHEN rare THEN 'actor-rare' ELSE 'actor-' || number %% 40 END,
    CASE WHEN rare THEN 'Zacharias Quint' ELSE 'Person ' || number %% 40 END,
    'region', 'target-' || number %% 1000, 'prod-eu-' || number %% 1000,
    '', '{}', '{"plan": 3}', 'req_' || number / 3, NULL, '198.51.100.24', 'Mozilla/5.0', 'session-' || number / 50,
    'password+totp', 'web', repeat('{"v": 1, "event": "filled"}', 20), decode(repeat('00', 32), 'hex')
FROM (
    SELECT number, now() - make_interval(secs => number * (86400.0 * %(days)s / %(many)s)) AS at,
        number %% (%(many)s / %(rare)s) = (%(many)s / %(rare)s) - 1 AS rare, md5(number::text) AS hex
    FROM generate_series(%(first)s, %(last)s) AS number
) AS made
"""
LINKS = """
INSERT INTO audit_link (org_id, seq, event_id, digest, hash)
SELECT org_id, row_number() OVER (ORDER BY id), id, sha256(uuid_send(id)), sha256(uuid_send(id))
FROM audit_event WHERE org_id = %s
"""
BATCH = 1_000_000


@contextmanager
def filling() -> Iterator[None]:
    """Rest the triggers and drop the indexes of the trail, until the block has filled it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT audit_keep_partitions((now() - interval '{DAYS + 31} days')::date, now()::date)")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_event' AND indexname <> ALL (%s)",
            [["audit_event_pkey", "audit_event_pkey1"]],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
        cursor.execute("VACUUM (ANALYZE) audit_event")
        cursor.execute("VACUUM (ANALYZE) audit_link")


def fill(org_id: UUID, many: int) -> None:
    with connections["owner"].cursor() as cursor:
        for first in range(1, many + 1, BATCH):
            last = min(first + BATCH - 1, many)
            cursor.execute(
                EVENTS, {"org": org_id, "many": many, "days": DAYS, "rare": RARE, "first": first, "last": last}
            )
        cursor.execute("DELETE FROM audit_link WHERE org_id = %s", [org_id])
        cursor.execute(LINKS, [org_id])
