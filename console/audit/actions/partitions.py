"""Months of the trail, made ahead by a function of the owner's role."""

from datetime import date, timedelta

from django.db import connections

AHEAD = timedelta(days=100)
KEEP = "SELECT audit_keep_partitions(%s, %s)"


def keep_ahead(*, today: date, using: str = "engine") -> int:
    """Make the partitions of the coming months that are not there yet; return how many were made."""
    with connections[using].cursor() as cursor:
        cursor.execute(KEEP, [today, today + AHEAD])
        return int(cursor.fetchone()[0])
