"""The steps of a rotation: a new version, every data key under it, the proof, the regions' own keys."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from console.audit.actions import events as audit
from console.encryption import reencrypt as reencrypting
from console.encryption import rotation as rotating
from console.encryption.models import Cause, KeyPolicy, Rotation, WorkRange
from console.encryption.reencrypt import reencrypt_batch
from console.encryption.rewrap import BATCH, Part, rewrap_batch
from console.encryption.rotation import Proof
from console.kernel.clock import now
from console.operations.handlers import handler
from console.operations.outcomes import Done, Halt, Outcome, Wait, Who
from console.operations.steps import StepContext, StepSpec
from secrets_app.models import Recipient
from secrets_app.region_keys import RegionKeyState, region_keys

KIND = "rotate-keys"
SLICE_SECONDS = 5.0
"""A step answers at least this often, so that a cancelled or slowed rotation is so soon."""
HALVES = 2
MOST_AT_ONCE = BATCH
REWRAPPING = "Re-wrapping data keys; no ciphertext is touched."
REENCRYPTING = "Encrypting values anew, each under a fresh data key."
PAUSED = "Paused."
AT_ONCE = timedelta(0)
ELSEWHERE = timedelta(milliseconds=50)
STILL_PAUSED = timedelta(seconds=2)
WRITER_AT_WORK = timedelta(seconds=1)
ASK_REGION_AGAIN = timedelta(seconds=5)

_at_work = threading.Lock()
"""Threads of one process gain nothing from each other here: the other half is left to another process."""


def steps(names: Sequence[str], columns: Sequence[str], recipients: Sequence[Recipient]) -> list[StepSpec]:
    """`columns`: encrypted columns that get fresh data keys, where the old key was compromised."""
    activate = StepSpec("activate", "New version becomes active", "keys.activate", params={"group": "Console"})
    anew = [
        StepSpec(f"reencrypt-{number}-{place}", f"Fresh data keys for {column.rpartition('.')[0]}",
                 "keys.reencrypt", ("activate",), {"keyring": name, "range": column, "group": "Console"})
        for number, name in enumerate(names, 1) for place, column in enumerate(columns, 1)
    ]  # fmt: skip
    before = tuple(step.name for step in anew) or ("activate",)
    wrapped = [
        StepSpec(f"rewrap-{number}-{half}", f"Re-wrap data keys, {_of(name, half)}", "keys.rewrap", before,
                 {"keyring": name, "range": f"data keys {half}", "group": "Console"})
        for number, name in enumerate(names, 1) for half in range(1, HALVES + 1)
    ]  # fmt: skip
    verify = StepSpec(
        "verify",
        "No data key is left on an old version",
        "keys.verify",
        tuple(step.name for step in wrapped),
        {"group": "Console"},
    )
    regions = [
        StepSpec(f"region-{number}", f"Key of {recipient.name}", "keys.region", ("verify",),
                 {"recipient": str(recipient.id), "group": "Regions"})
        for number, recipient in enumerate(recipients, 1)
    ]  # fmt: skip
    return [activate, *anew, *wrapped, verify, *regions]


def _of(name: str, half: int) -> str:
    part = f"part {half} of {HALVES}"
    return f"{part}, of a certificate authority" if ".ca." in name else part


@handler("keys.activate")
def activate(context: StepContext) -> Outcome:
    """Versions were chosen when the operation began, so that a second attempt makes no second one."""
    chosen: dict[str, int] = context.operation_context["versions"]
    cause = Cause(context.operation_context["cause"])
    for name, version in chosen.items():
        with context.scope.entered():
            row, made = Rotation.objects.get_or_create(
                operation_id=context.operation_id,
                keyring=name,
                defaults={"org_id": context.scope.org_id, "to_version": version, "cause": cause},
            )
            rotating.begin(row, reencrypt=cause == Cause.COMPROMISED)
            if made:
                audit.record(context.scope, "key:activated", row, keyring=name, version=version, cause=cause.value)
    return Done("New values are under the new version from now on; the earlier one still opens what is under it.")


@dataclass(frozen=True, slots=True)
class Work:
    rotation: Rotation
    range: WorkRange
    rows_a_second: int | None
    """For this range alone; 0: paused."""

    @property
    def part(self) -> Part:
        made = self.rotation
        return Part(self.range.id, made.keyring, made.to_version, self.range.first, self.range.last)

    @property
    def percent(self) -> int | None:
        return min(99, int(self.range.done * 100 / self.range.total)) if self.range.total else None


def _work(context: StepContext) -> Work | None:
    with context.scope.entered():
        rotations = Rotation.objects.visible_to(context.scope).of_operation(context.operation_id)
        rotation = rotations.of_keyring(context.params["keyring"]).get()
        ranges = list(rotation.ranges.all())
        mine = next((one for one in ranges if one.name == context.params["range"]), None)
        policy = KeyPolicy.objects.visible_to(context.scope).first()
    if mine is None or mine.finished_at:
        return None
    speed = policy.rows_a_second if policy else None
    sharing = sum(one.finished_at is None and not one.field for one in ranges)
    return Work(rotation, mine, speed if speed is None else -(-speed // max(1, sharing)))


@handler("keys.rewrap")
def rewrap(context: StepContext) -> Outcome:
    work = _work(context)
    if work is None:
        return Done("Nothing is left in this part.")
    if work.rows_a_second == 0:
        return Wait(STILL_PAUSED, PAUSED, work.percent)
    if not _at_work.acquire(blocking=False):
        return Wait(ELSEWHERE, REWRAPPING, work.percent)
    try:
        pause, over = _rewrapped(work)
    finally:
        _at_work.release()
    if over:
        return Done("Every data key of this part is under the new version.")
    return Wait(timedelta(seconds=pause), REWRAPPING, work.percent)


def _rewrapped(work: Work) -> tuple[float, bool]:
    """Work a slice of time. Returns how many seconds to wait so as to keep the pace, and whether it is over."""
    most = MOST_AT_ONCE if work.rows_a_second is None else min(MOST_AT_ONCE, max(1, work.rows_a_second // 2))
    deadline = monotonic() + SLICE_SECONDS
    while (began := monotonic()) < deadline:
        batch = rewrap_batch(work.part, at=now(), most=most)
        if batch.over:
            return 0.0, True
        if work.rows_a_second is not None:
            return max(0.0, batch.done / work.rows_a_second - (monotonic() - began)), False
    return 0.0, False


@handler("keys.reencrypt")
def reencrypt(context: StepContext) -> Outcome:
    work = _work(context)
    if work is None:
        return Done("Nothing is left in this column.")
    if work.rows_a_second == 0:
        return Wait(STILL_PAUSED, PAUSED, work.percent)
    deadline = monotonic() + SLICE_SECONDS
    while monotonic() < deadline:
        with context.scope.entered():
            if reencrypt_batch(work.range, work.rotation.keyring, at=now()):
                return Done("Every value that can be read has a fresh data key.")
        if work.rows_a_second is not None:
            pause = timedelta(seconds=reencrypting.BATCH / work.rows_a_second)
            return Wait(pause, REENCRYPTING, work.percent)
    return Wait(AT_ONCE, REENCRYPTING, work.percent)


@handler("keys.verify")
def verify(context: StepContext) -> Outcome:
    """Count; re-wrap what was saved under the old version at the last moment; disable what nothing is under."""
    with context.scope.entered():
        found = list(Rotation.objects.visible_to(context.scope).of_operation(context.operation_id).order_by("id"))
    total = 0
    for rotation in found:
        proof = _proved(context, rotation)
        if proof is None:
            return Wait(WRITER_AT_WORK, "Waiting for a value that is being saved at this moment.")
        if proof.left:
            return _left(proof)
        total += proof.total
        _finish(context, rotation, proof, context.now)
    return Done(f"0 of {total:,} data keys on old versions.", facts={"deks": total, "on_old_versions": 0})


def _proved(context: StepContext, rotation: Rotation) -> Proof | None:
    proof = rotating.prove(rotation.keyring, rotation.to_version, at=context.now)
    if proof is None or not proof.left:
        return proof
    with context.scope.entered():
        late = rotating.late_range(rotation, proof.left)
    part = Part(late.id, rotation.keyring, rotation.to_version, late.first, late.last)
    while not rewrap_batch(part, at=now()).over:
        pass
    return rotating.prove(rotation.keyring, rotation.to_version, at=context.now)


def _left(proof: Proof) -> Halt:
    return Halt(
        "DataKeysUnreadable",
        f"{proof.left:,} of {proof.total:,} data keys do not open with their key, so they stay on the old "
        "version, which stays in use. Their values cannot be read either.",
        who=Who.VENDOR,
        fix="Find the values in the audit trail (value:unreadable), restore or delete them, then retry.",
    )


def _finish(context: StepContext, rotation: Rotation, proof: Proof, at: datetime) -> None:
    with context.scope.entered():
        row = Rotation.objects.select_for_update().get(pk=rotation.pk)
        if row.finished_at:
            return
        row.finished_at, row.deks = at, proof.total
        row.save(update_fields=["finished_at", "deks"])
        facts: Mapping[str, Any] = {"keyring": row.keyring, "version": row.to_version, "deks": proof.total}
        audit.record(context.scope, "key:rotated", row, disabled=list(proof.disabled), **facts)


@handler("keys.region")
def region(context: StepContext) -> Outcome:
    """A region rotates its own key; what it has not said is not made up."""
    with context.scope.entered():
        recipient = Recipient.objects.visible_to(context.scope).get(id=UUID(context.params["recipient"]))
    compromised = context.operation_context["cause"] == Cause.COMPROMISED
    answer = region_keys().rotate(context.scope, recipient, reencrypt=compromised)
    match answer.state:
        case RegionKeyState.KEPT:
            message = (
                f"{recipient.name} keeps its own key and rotates it itself; it reports nothing of it here yet."
            )
            return Done(message, facts={"kept_by_region": True})
        case RegionKeyState.ROTATING:
            share = int(100 * answer.rewrapped / answer.deks) if answer.deks and answer.rewrapped else None
            return Wait(ASK_REGION_AGAIN, f"{recipient.name} re-wraps its data keys.", share)
        case RegionKeyState.ROTATED:
            facts = {"version": answer.version, "deks": answer.deks}
            return Done(f"{recipient.name} is on version {answer.version} of its own key.", facts=facts)
