"""Signing how long each chain is, and how it ends."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connections, transaction

from console.audit import chain, signing
from console.audit.actions.events import record
from console.audit.actions.signing_keys import Signer, signer
from console.audit.models import AuditCheckpoint, AuditLink
from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

ENGINE = "engine"

GROWN = """
WITH RECURSIVE chains AS (
    (SELECT org_id FROM audit_link ORDER BY org_id LIMIT 1)
    UNION ALL
    SELECT (SELECT org_id FROM audit_link WHERE org_id > chains.org_id ORDER BY org_id LIMIT 1)
    FROM chains WHERE chains.org_id IS NOT NULL
)
SELECT chains.org_id, last.seq, last.hash FROM chains
CROSS JOIN LATERAL (
    SELECT seq, hash FROM audit_link WHERE org_id = chains.org_id ORDER BY seq DESC LIMIT 1
) AS last
WHERE NOT EXISTS (SELECT FROM audit_checkpoint WHERE org_id = chains.org_id AND seq = last.seq)
"""
"""The last link of every chain that no checkpoint covers; a few index entries a chain, however long it is."""


class NothingToSign(Conflict):
    code = "nothing_to_sign"
    title = "The trail is empty"


@transaction.atomic
def checkpoint(*, scope: Scope) -> AuditCheckpoint:
    """Sign the last link of the organization's chain, for a customer to keep.

    The checkpoint's own event is the next link. Raises Refused, and NothingToSign for an empty chain.
    """
    scope.require(Permission.AUDIT_EXPORT)
    last = AuditLink.objects.visible_to(scope).newest_first().first()
    if last is None:
        raise NothingToSign("No event has been recorded yet.", todo="Come back when something has happened.")
    known = AuditCheckpoint.objects.visible_to(scope).filter(seq=last.seq).first()
    if known is not None:
        return known
    made = _signed(signer(), scope.org_id, last.seq, bytes(last.hash))
    made.save(force_insert=True)
    record(scope, "trail:checkpointed", made, seq=made.seq)
    return made


def checkpoint_grown(*, most: int = 1000) -> int:
    """Sign the end of every chain that has grown since its last checkpoint; return how many there were."""
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(f"{GROWN} LIMIT %s", [most])
        grown: Sequence[tuple[UUID, int, bytes]] = cursor.fetchall()
    if grown:
        key = signer()
        rows = [_signed(key, org_id, seq, bytes(link_hash)) for org_id, seq, link_hash in grown]
        AuditCheckpoint.objects.using(ENGINE).bulk_create(rows, ignore_conflicts=True)
    return len(grown)


def _signed(key: Signer, org_id: UUID, seq: int, link_hash: bytes) -> AuditCheckpoint:
    at = now()
    statement = signing.checkpoint_statement(
        key_id=key.key_id, org_id=org_id, seq=seq, link_hash=link_hash, at_utc=chain.utc(at)
    )
    return AuditCheckpoint(
        org_id=org_id, seq=seq, hash=link_hash, at=at, statement=statement, key_id=key.key_id,
        signature=key.sign(statement),
    )  # fmt: skip
