"""Certificates of the public APIs, watched from outside: as a client that knows nothing of us sees them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from console.audit.actions import events as audit
from console.audit.models import Outcome
from console.kernel import tls_probe
from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope, of_console
from secrets_app.models import PublicApi, Recipient, WatchedCertificate, WatchState
from secrets_app.models.watched import PLATFORM
from secrets_app.pki import public
from secrets_app.public_apis import PublicApis, bound

ENGINE = "engine"
EVERY = timedelta(minutes=10)
IN_TROUBLE = timedelta(minutes=2)
"""So that what was repaired is soon seen to be."""
LEASE = timedelta(seconds=60)
MOST = 200
LONGEST_NAME = 200

CLAIM = """
UPDATE secrets_app_watchedcertificate SET look_at = %(until)s WHERE id IN (
    SELECT id FROM secrets_app_watchedcertificate WHERE look_at <= %(now)s
    ORDER BY look_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING org_id, id
"""

FORGET = "DELETE FROM secrets_app_watchedcertificate WHERE id = ANY(%s)"

Place = tuple[UUID, str, int]
"""Organization, host, port."""


def claim(*, at: datetime) -> list[tuple[UUID, UUID]]:
    """Bring the addresses up to date; organization and row of each that is due to be looked at."""
    keep_current(bound(), at=at)
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(CLAIM, {"now": at, "until": at + LEASE, "most": MOST})
        return [(org_id, watched_id) for org_id, watched_id in cursor.fetchall()]


def keep_current(apis: PublicApis, *, at: datetime) -> None:
    """Watch what there is now: the console's own address, and one of every region that is active."""
    wanted = {(row.org_id, row.host, row.port): row for row in (*_of_console(apis), *_of_regions(apis))}
    rows = WatchedCertificate.objects.using(ENGINE)
    there: dict[Place, UUID] = {
        (org_id, host, port): key for key, org_id, host, port in rows.values_list("id", "org_id", "host", "port")
    }
    if gone := [key for place, key in there.items() if place not in wanted]:
        with connections[ENGINE].cursor() as cursor:
            cursor.execute(FORGET, [gone])
    if new := [row for place, row in wanted.items() if place not in there]:
        for row in new:
            row.since = row.look_at = at
        rows.bulk_create(new, ignore_conflicts=True)


def _of_console(apis: PublicApis) -> Iterable[WatchedCertificate]:
    for address in apis.of_console():
        yield WatchedCertificate(org_id=PLATFORM, api=PublicApi.MANAGEMENT, host=address.host, port=address.port)


def _of_regions(apis: PublicApis) -> Iterable[WatchedCertificate]:
    if not apis.execution:
        return
    active = Recipient.objects.using(ENGINE).active().values_list("id", "org_id", "host")
    for recipient_id, org_id, region_host in active:
        for address in apis.of_region(region_host):
            yield WatchedCertificate(
                org_id=org_id,
                api=PublicApi.EXECUTION,
                host=address.host,
                port=address.port,
                recipient_id=recipient_id,
            )


def look(*, org_id: UUID, watched_id: UUID) -> None:
    """Look at one address, outside of any transaction, and keep what was seen."""
    scope = of_console(org_id)
    with scope.entered():
        row = WatchedCertificate.objects.of(org_id).filter(pk=watched_id).first()
    if row is None:
        return
    at = now()
    seen = seen_at(row.host, row.port, trusted=bound().trusted, at=at)
    with scope.entered():
        _keep(scope, row, seen, at)


def seen_at(host: str, port: int, *, trusted: str, at: datetime) -> dict[str, Any]:
    """What an address shows, as columns of its row. Raises nothing that the other side says or does."""
    try:
        shown = tls_probe.look(host, port, trusted=trusted)
        read = public.read(shown.chain, refusal=shown.refusal, host=host, now=at)
    except ConsoleError as error:
        return {"state": WatchState.UNREACHABLE, "finding": error.message}
    return {
        "state": WatchState(read.verdict.value),
        "finding": read.sentence,
        "issuer": read.issuer[:LONGEST_NAME],
        "names": [each[:253] for each in read.names],
        "chain": [each[:LONGEST_NAME] for each in read.chain],
        "serial": read.serial[:40],
        "fingerprint": read.fingerprint,
        "protocol": shown.protocol,
        "not_before": read.not_before,
        "not_after": read.not_after,
    }


def _keep(scope: Scope, row: WatchedCertificate, seen: dict[str, Any], at: datetime) -> None:
    before, state = row.state, seen["state"]
    well = state == WatchState.AS_EXPECTED
    kept = {**seen, "looked_at": at, "look_at": at + (EVERY if well else IN_TROUBLE)}
    if state != before:
        kept["since"] = at
    if not WatchedCertificate.objects.of(row.org_id).filter(pk=row.pk).update(**kept):
        return
    if state != before:
        outcome = Outcome.SUCCEEDED if well else Outcome.FAILED
        _record(scope, row, outcome, {"state": (before, str(state))}, seen["finding"])


def _record(scope: Scope, row: WatchedCertificate, outcome: Outcome, changes: audit.Changes, finding: str) -> None:
    event = "public-certificate:seen"
    if row.is_of_platform:
        audit.record_platform(scope.actor, event, row, outcome=outcome, changes=changes, finding=finding)
    else:
        audit.record(scope, event, row, outcome=outcome, changes=changes, finding=finding)
