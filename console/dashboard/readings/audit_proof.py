"""How far the trail is proven: verifications, signed checkpoints, and how long events are kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from console.audit.models import (
    AuditCheckpoint,
    AuditLink,
    AuditRetention,
    AuditSigningKey,
    AuditTombstone,
    AuditVerification,
)
from console.audit.models.chain import SignedRow
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

YEAR = 365
VERIFIER = Path(__file__).resolve().parents[2] / "audit" / "standalone" / "verify_audit.py"
"""One file that judges an export, and needs neither the console nor its database."""
COMMAND = "python3 verify_audit.py audit.jsonl checkpoint.json"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head of the trail's pages says."""

    verified: AuditVerification | None
    """The newest that has ended."""
    going: AuditVerification | None
    checkpoint: AuditCheckpoint | None
    retention: AuditRetention | None

    @property
    def state(self) -> str:
        if self.verified is None:
            return ""
        return "succeeded" if self.verified.ok else "failed"

    @property
    def words(self) -> str:
        if self.verified is None:
            return ""
        if self.verified.ok:
            return f"Chain intact to event {self.verified.last_seq:,}"
        return f"Chain broken in {self.verified.number:,} place{'s' if self.verified.number != 1 else ''}"

    @property
    def days(self) -> int | None:
        return self.retention.days if self.retention else None

    @property
    def kept(self) -> str:
        return kept_for(self.days)


def kept_for(days: int | None) -> str:
    if days is None:
        return "for ever"
    years, rest = divmod(days, YEAR)
    return f"{days} days" if rest or not years else f"{years} year{'s' if years > 1 else ''}"


def standing(scope: Scope) -> Standing:
    verifications = AuditVerification.objects.visible_to(scope).newest_first()
    return Standing(
        verified=verifications.ended().first(),
        going=verifications.going_on(now()).first(),
        checkpoint=AuditCheckpoint.objects.visible_to(scope).newest_first().first(),
        retention=AuditRetention.objects.visible_to(scope).first(),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """One place that does not fit, and whether its event can still be opened."""

    seq: int | None
    event_id: UUID | None
    kind: str
    sentence: str


def findings(verification: AuditVerification | None) -> list[Found]:
    found: Sequence[dict[str, Any]] = verification.findings if verification else []
    return [
        Found(each["seq"], UUID(each["event_id"]) if each["event_id"] else None, each["kind"], each["sentence"])
        for each in found
    ]


def read(*, scope: Scope, host: str) -> dict[str, Any]:
    """What the page of the proof shows."""
    found = standing(scope)
    newest = AuditLink.objects.visible_to(scope).newest_first().first()
    return {
        "standing": found,
        "found": findings(found.verified),
        "newest": newest.seq if newest else 0,
        "tombstone": AuditTombstone.objects.visible_to(scope).oldest_first().last(),
        "may_export": scope.allows(Permission.AUDIT_EXPORT),
        "may_manage": scope.allows(Permission.AUDIT_MANAGE),
        "export_query": "",
        "command": COMMAND,
        "host": host,
    }


def public_keys() -> dict[UUID, str]:
    """Every key that ever signed, in hex, by its id."""
    return {key.id: bytes(key.public_key).hex() for key in AuditSigningKey.objects.all()}


def statement(row: SignedRow) -> dict[str, Any]:
    """A checkpoint or a tombstone as a customer keeps it: the signed text byte for byte, and what checks it."""
    return {
        "statement": row.statement,
        "signature": bytes(row.signature).hex(),
        "key_id": str(row.key_id),
        "public_key": public_keys().get(row.key_id),
        "algorithm": "Ed25519",
        "says": json.loads(row.statement),
    }
