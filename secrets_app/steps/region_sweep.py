"""What beat wakes: regions whose bucket is due to be looked at are claimed, a look each."""

from datetime import timedelta
from uuid import UUID

from django.db import connections

from console.kernel.clock import now

ENGINE = "engine"
LEASE = timedelta(seconds=60)
"""A look that was claimed and never ended, because its worker did, is due again after this."""
MOST = 200

CLAIM = """
UPDATE secrets_app_recipient SET look_at = %(until)s WHERE id IN (
    SELECT id FROM secrets_app_recipient WHERE state <> 'gone' AND look_at <= %(now)s
    ORDER BY look_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING org_id, id
"""


def claim() -> list[tuple[UUID, UUID]]:
    """Organization and recipient of each look that is due now."""
    at = now()
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(CLAIM, {"now": at, "until": at + LEASE, "most": MOST})
        return [(org_id, recipient_id) for org_id, recipient_id in cursor.fetchall()]
