"""Verifying a chain: every link, every text, every readable column, every signature."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connections, transaction
from psycopg.conninfo import make_conninfo

from console.audit import chain, signing
from console.audit.actions.events import fields_of
from console.audit.findings import Findings, Kind, Verification, in_order
from console.audit.models import (
    PLATFORM,
    AuditCheckpoint,
    AuditEvent,
    AuditLink,
    AuditSigningKey,
    AuditTombstone,
)
from console.audit.stretches import Read, Task, read, read_by_processes, shares
from console.audit.walk import settle
from console.kernel.permissions import Permission
from console.kernel.scope import Scope


def verify(*, scope: Scope) -> Verification:
    """Verify the organization's chain. Raises Refused without the permission to see the trail."""
    scope.require(Permission.AUDIT_VIEW)
    with scope.entered():
        return check(scope.org_id)


def check(org_id: UUID, *, using: str = "default", processes: int = 1, columns: bool = True) -> Verification:
    """Verify one chain through a connection that may see it; PLATFORM is that of no organization.

    More than one process opens as many connections with the same role. `columns=False` leaves out building each
    text again from the readable columns.
    """
    with transaction.atomic(using=using):
        _link_own(using)
        keys = {row.id: bytes(row.public_key) for row in AuditSigningKey.objects.using("default")}
        findings = Findings()
        purged = _tombstones(org_id, using, keys, findings)
        last = AuditLink.objects.using(using).filter(org_id=org_id).newest_first().first()
        task = Task(org_id, 0, last.seq if last else 0, org_id == PLATFORM, columns, purged)
        reads = _read(task, using, processes)
        found, loose = settle([each.walk for each in reads])
        findings.extend(found)
        _unlinked(org_id, using, loose, reads, findings)
        _columns(using, [event_id for each in reads for event_id in each.odd], findings)
        checkpoints, signed_through = _checkpoints(org_id, using, keys, task.last, findings)
    return Verification(
        checked=sum(each.walk.checked for each in reads),
        first_seq=min(1, task.last),
        last_seq=task.last,
        purged=sum(through - first + 1 for first, through in purged),
        checkpoints=checkpoints,
        signed_through=signed_through,
        findings=in_order(findings.named),
        more=findings.more,
    )


def _link_own(using: str) -> None:
    """Let this transaction's own events be linked now, which they would be at commit."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS audit_event_chained IMMEDIATE")
        cursor.execute("SET CONSTRAINTS audit_event_chained DEFERRED")


def _read(task: Task, using: str, processes: int) -> list[Read]:
    if not task.last:
        return []
    connection = connections[using]
    connection.ensure_connection()
    if processes == 1:
        return [read(connection.connection, task)]
    known = connection.settings_dict
    database = make_conninfo(
        host=known["HOST"],
        port=known["PORT"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname=known["NAME"],
    )
    return read_by_processes(database, shares(task, processes))


def _unlinked(org_id: UUID, using: str, loose: Iterable[bytes], reads: Iterable[Read], findings: Findings) -> None:
    """Name events without any link: those that were left over, and those after the last link."""
    ids = {UUID(bytes=event_id) for event_id in loose}
    newest = max((each.walk.newest for each in reads), default=bytes(16))
    events = AuditEvent.objects.using(using).filter(org_id=None if org_id == PLATFORM else org_id)
    unlinked = events.filter(id__in=ids) | events.filter(id__gt=UUID(bytes=newest))
    linked = AuditLink.objects.using(using).filter(org_id=org_id, event_id__in=unlinked.values("id"))
    for event_id in unlinked.exclude(id__in=linked.values("event_id")).values_list("id", flat=True)[:1000]:
        findings.add(None, event_id, Kind.INSERTED, "The event has no link: it was not written by the console.")


def _columns(using: str, odd: list[bytes], findings: Findings) -> None:
    """Let the console spell again what PostgreSQL spelled in another way, and name the columns that differ."""
    for event in AuditEvent.objects.using(using).filter(id__in=[UUID(bytes=each) for each in odd[:1000]]):
        fields = fields_of(event)
        if chain.canonical(fields) != event.canonical:
            names = ", ".join(chain.differing(fields, event.canonical)) or "the text itself"
            link = AuditLink.objects.using(using).filter(event_id=event.id).first()
            sentence = f"Readable columns do not say what was linked: {names}."
            findings.add(link.seq if link else None, event.id, Kind.COLUMN, sentence)


def _tombstones(
    org_id: UUID, using: str, keys: dict[UUID, bytes], findings: Findings
) -> tuple[tuple[int, int], ...]:
    """The stretches that signed tombstones excuse."""
    stretches = []
    for row in AuditTombstone.objects.using(using).filter(org_id=org_id).oldest_first():
        said = signing.said_by(keys.get(row.key_id), row.statement, bytes(row.signature))
        expected: dict[str, object] = {"kind": signing.TOMBSTONE, "org_id": str(org_id)}
        expected |= {"from_seq": row.from_seq, "through_seq": row.through_seq}
        if said is None or expected.items() - said.items():
            sentence = f"The tombstone of links {row.from_seq} to {row.through_seq} was not signed by the console."
            findings.add(row.from_seq, None, Kind.SIGNATURE, sentence)
        else:
            stretches.append((row.from_seq, row.through_seq))
    return tuple(stretches)


def _checkpoints(
    org_id: UUID, using: str, keys: dict[UUID, bytes], last: int, findings: Findings
) -> tuple[int, int]:
    """Hold the chain against every checkpoint; return how many there are, and the last link that they cover."""
    rows = list(AuditCheckpoint.objects.using(using).filter(org_id=org_id).order_by("seq"))
    through = 0
    for start in range(0, len(rows), 1000):
        some = rows[start : start + 1000]
        links = AuditLink.objects.using(using).filter(org_id=org_id, seq__in=[row.seq for row in some])
        hashes = {link.seq: bytes(link.hash).hex() for link in links}
        for row in some:
            said = signing.said_by(keys.get(row.key_id), row.statement, bytes(row.signature))
            if _holds(row, said, hashes.get(row.seq), last, findings):
                through = row.seq
    return len(rows), through


def _holds(
    row: AuditCheckpoint, said: signing.Said | None, link_hash: str | None, last: int, findings: Findings
) -> bool:
    signed = {"kind": signing.CHECKPOINT, "org_id": str(row.org_id), "seq": row.seq}
    if said is None or signed.items() - said.items():
        findings.add(row.seq, None, Kind.SIGNATURE, "The checkpoint at this link was not signed by the console.")
        return False
    if row.seq > last:
        sentence = f"The chain ends at link {last}; a checkpoint of {said['at_utc']} UTC saw link {row.seq}."
        findings.add(row.seq, None, Kind.CUT, f"{sentence} Its tail was cut.")
        return False
    if link_hash is not None and said["hash"] != link_hash:
        sentence = f"A checkpoint of {said['at_utc']} UTC saw another hash here: what comes before was rewritten."
        findings.add(row.seq, None, Kind.REWRITTEN, sentence)
        return False
    return True
