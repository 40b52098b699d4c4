"""What the chain covers and how; framework-free.

    digest = SHA-256(salt of 32 bytes | canonical text in UTF-8)
    hash   = SHA-256(hash before | organization | seq | event id | digest)

Every part of the second has a fixed length (32, 16, 8 big-endian, 16 and 32 bytes), so no two links share an
encoding. The first link follows 32 zero bytes. PostgreSQL computes both when a transaction commits.
"""

import hashlib
import json
import math
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

FORMAT = 1
KEYS = (
    "v", "id", "org_id", "at_utc", "event", "outcome",
    "actor_kind", "actor_id", "actor_label", "target_type", "target_id", "target_label",
    "project_id", "reason", "changes", "facts", "operation_id", "request_id",
    "session_id", "authentication", "engagement_id", "source", "source_ip", "user_agent",
)  # fmt: skip
"""Of the canonical text, in its order; `audit_canonical` of the database builds the same text from the columns."""

ZERO = bytes(32)
SALT_BYTES = 32
SEQ = struct.Struct(">q")


def canonical(event: Mapping[str, Any]) -> str:
    """The event as JSON (RFC 8259), spelled as PostgreSQL spells it, so that it can compare text with text."""
    return "{" + ",".join(f'"{key}":{_spelled(event[key])}' for key in KEYS) + "}"


def differing(event: Mapping[str, Any], text: str) -> list[str]:
    """Keys under which an event says something else than its text; all of them for a text that is none."""
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return list(KEYS)
    return [key for key in KEYS if key not in said or _spelled(said[key]) != _spelled(event[key])]


def digest(salt: bytes, text: bytes) -> bytes:
    return hashlib.sha256(salt + text).digest()


def link_hash(before: bytes, org_id: UUID, seq: int, event_id: UUID, event_digest: bytes) -> bytes:
    return hashlib.sha256(before + org_id.bytes + SEQ.pack(seq) + event_id.bytes + event_digest).digest()


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC without its offset; trailing zeros of the fraction are left out, as PostgreSQL does."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(value: Any) -> Any:
    """Reduce a value to JSON that passes through `jsonb` unchanged: no NUL, no lone surrogate, no exponent."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) and "e" not in repr(value) else repr(value)
    if isinstance(value, Mapping):
        made = {plain(str(key)): plain(each) for key, each in value.items()}
        return dict(sorted(made.items(), key=lambda pair: (len(pair[0].encode()), pair[0].encode())))
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return str(value).encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _spelled(value: Any) -> str:
    return json.dumps(str(value) if isinstance(value, UUID) else value, ensure_ascii=False)
