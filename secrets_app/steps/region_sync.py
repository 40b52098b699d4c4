"""One look at one region's bucket: its key is read, what it has applied is heard, what is desired is published.

Idempotent, and it heals itself: the bucket is compared with what is wanted each time. Rows are read and written in
short transactions; none is open while the cloud is asked.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope, of_console
from secrets_app.models import Recipient, RecipientState
from secrets_app.ports import CloudAway, RegionBucket, region_bucket
from secrets_app.sealing import KeyUnusable, checked_key
from secrets_app.steps.region_layout import APPLIED, INDEX, JSON, LARGEST_ANSWER, RECIPIENT_KEY, plain_object
from secrets_app.steps.region_parts import PARTS, Heard, Outgoing, Part

SOON = timedelta(seconds=3)
LATER = timedelta(seconds=30)
PATIENT_FOR = timedelta(minutes=10)
"""So long a region that lacks something is looked at again soon; afterwards it is away, and looked at later."""
LONGEST_TROUBLE = 500


def look(*, org_id: UUID, recipient_id: UUID) -> None:
    """Raises nothing that the cloud says: it is kept as the recipient's trouble."""
    scope = of_console(org_id)
    with scope.entered():
        recipient = Recipient.objects.visible_to(scope).present().filter(pk=recipient_id).first()
    if recipient is None:
        return
    try:
        trouble = _look(scope, recipient, region_bucket())
    except (CloudAway, ConsoleError) as error:
        trouble = str(error)
    with scope.entered():
        _close(scope, recipient, trouble)


def _look(scope: Scope, recipient: Recipient, bucket: RegionBucket) -> str:
    trouble = _meet(scope, recipient, bucket)
    if recipient.state != RecipientState.ACTIVE:
        return trouble
    doubts = _hear(scope, recipient, bucket)  # before publishing: what a region foretells is not believed
    return " ".join(filter(None, [trouble, doubts, _publish(scope, recipient, bucket)]))


def _meet(scope: Scope, recipient: Recipient, bucket: RegionBucket) -> str:
    """Read the key that the region offers. The first is taken, another one waits for a person."""
    raw = bucket.get(recipient, RECIPIENT_KEY)
    if raw is None:
        return "" if recipient.public_key else "The region has not published its public key yet."
    try:
        offered, key_id = checked_key(raw)
    except KeyUnusable as error:
        return str(error)
    with scope.entered():
        return _offered(scope, recipient, offered, key_id)


def _offered(scope: Scope, recipient: Recipient, offered: str, key_id: str) -> str:
    if key_id == recipient.key_id:
        _withdrawn(scope, recipient)
        return ""
    if not recipient.public_key:
        recipient.public_key, recipient.key_id, recipient.state = offered, key_id, RecipientState.ACTIVE
        recipient.save(update_fields=["public_key", "key_id", "state"])
        audit.record(scope, "recipient:joined", recipient, key_id=key_id)
        return ""
    if recipient.offered_key != offered:
        recipient.offered_key = offered
        recipient.save(update_fields=["offered_key"])
        audit.record(scope, "recipient:key-offered", recipient, key_id=key_id)
    return "The region offers another public key. Nothing is sealed to it before a person has accepted it."


def _withdrawn(scope: Scope, recipient: Recipient) -> None:
    """The region offers its first key again: there is nothing left to accept."""
    if recipient.offered_key:
        recipient.offered_key = ""
        recipient.save(update_fields=["offered_key"])
        audit.record(scope, "recipient:offer-withdrawn", recipient)


def _publish(scope: Scope, recipient: Recipient, bucket: RegionBucket) -> str:
    with scope.entered():
        outgoing = {part.name: part.outgoing(scope, recipient) for part in PARTS}
    for each in outgoing.values():
        for document in each.documents:
            bucket.put(recipient, document.key, document.body, document.content_type)
    _put_index(recipient, bucket, outgoing)
    with scope.entered():
        for part in PARTS:
            part.published(scope, recipient, outgoing[part.name])
    for part in PARTS:
        _tidy(scope, recipient, bucket, part, outgoing[part.name])
    return " ".join(each.trouble for each in outgoing.values() if each.trouble)


def _tidy(scope: Scope, recipient: Recipient, bucket: RegionBucket, part: Part, outgoing: Outgoing) -> None:
    if not outgoing.prefix:
        return
    there = frozenset(bucket.keys(recipient, outgoing.prefix))
    for key in there - outgoing.keep:
        bucket.remove(recipient, key)
    if lost := outgoing.keep - there:
        with scope.entered():
            part.lost(scope, recipient, lost)


def _put_index(recipient: Recipient, bucket: RegionBucket, outgoing: Mapping[str, Outgoing]) -> None:
    wanted = {"organization": str(recipient.org_id), "region": str(recipient.region_id)}
    body = json.dumps({**wanted, **{name: each.index for name, each in outgoing.items()}}, sort_keys=True).encode()
    if bucket.get(recipient, INDEX) != body:
        bucket.put(recipient, INDEX, body, JSON)


def _hear(scope: Scope, recipient: Recipient, bucket: RegionBucket) -> str:
    raw = bucket.get(recipient, APPLIED)
    objects = {key: bucket.get(recipient, key) for part in PARTS for key in part.reads}
    if raw is None:
        return ""
    try:
        applied = plain_object(json.loads(raw[:LARGEST_ANSWER]))
    except ValueError:
        return "What the region says it has applied is not JSON."
    with scope.entered():
        _spoken(scope, recipient, applied)
        doubts = [_told(scope, recipient, part, applied, objects) for part in PARTS]
    return " ".join(filter(None, doubts))


def _told(
    scope: Scope, recipient: Recipient, part: Part, applied: Mapping[str, Any], objects: Mapping[str, bytes | None]
) -> str:
    read = {key: body for key in part.reads if (body := objects.get(key)) is not None}
    return part.heard(scope, recipient, Heard(applied.get(part.name), read))


def _spoken(scope: Scope, recipient: Recipient, applied: Mapping[str, Any]) -> None:
    """A region's clock may be wrong: what it says lies in the future is taken as now."""
    try:
        at = min(datetime.fromisoformat(str(applied.get("at"))), now())
    except (ValueError, TypeError):
        return
    recipient.seen_at = at
    Recipient.objects.visible_to(scope).filter(pk=recipient.pk).update(seen_at=at)


def _close(scope: Scope, recipient: Recipient, trouble: str) -> None:
    at = now()
    settled = recipient.state == RecipientState.ACTIVE and all(part.settled(scope, recipient) for part in PARTS)
    away = at - (recipient.seen_at or recipient.created_at) > PATIENT_FOR
    again = at + (LATER if settled or away or trouble else SOON)
    rows = Recipient.objects.visible_to(scope).filter(pk=recipient.pk)
    rows.update(looked_at=at, look_at=again, trouble=trouble[:LONGEST_TROUBLE])
