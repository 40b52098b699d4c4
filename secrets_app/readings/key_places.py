"""Places that keep a KEK: the console, its certificate authorities, and each region, which keeps its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import ApplicationPlane
from console.encryption.keyring import keyring
from console.encryption.models import KeyPolicy, Rotation
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Step
from secrets_app.models import Recipient
from secrets_app.readings.key_progress import rate_of

OWN_KEY = "keeps and rotates its own key"
NOT_JOINED = "gets its own key when it joins"


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    sub: str
    state: str
    label: str
    versions: str = ""
    done: int | None = None
    total: int | None = None
    rate: int | None = None
    ended_at: datetime | None = None
    left: timedelta | None = None
    last: datetime | None = None
    next: datetime | None = None


def places(
    scope: Scope,
    names: Sequence[str],
    rows: Sequence[Rotation],
    policy: KeyPolicy,
    counted: Mapping[int, int],
    going: UUID | None,
) -> list[Place]:
    """The console first; regions by name."""
    planes = _planes(scope) if len(names) > 1 else {}
    first = [_kept_here(name, rows, policy, counted if not number else None, planes, going)
             for number, name in enumerate(names)]  # fmt: skip
    return [*first, *_regions(scope, rows)]


def _planes(scope: Scope) -> dict[str, str]:
    rows = ApplicationPlane.objects.visible_to(scope)
    return {str(pk): str(name) for pk, name in rows.values_list("id", "name")}


def _kept_here(
    name: str,
    rows: Sequence[Rotation],
    policy: KeyPolicy,
    counted: Mapping[int, int] | None,
    planes: Mapping[str, str],
    going: UUID | None,
) -> Place:
    ours = [row for row in rows if row.keyring == name]
    newest = ours[0] if ours else None
    authority = planes.get(name.rpartition(".")[2], "")
    title, sub = ("Console", "secrets, tokens, private keys") if counted is not None else (
        f"Authority of {authority}" if authority else "Certificate authority", "its root's private key"
    )  # fmt: skip
    if newest and newest.finished_at is None:
        return _going(title, sub, newest, policy, stopped=newest.operation_id != going)
    last = next((row for row in ours if row.finished_at), None)
    total = sum(counted.values()) if counted is not None else last.deks if last else None
    version = f"v{keyring(name).active_version}"
    return Place(
        title, sub, "succeeded", "Done" if last else "Never rotated", version,
        total, total, ended_at=last.finished_at if last else None,
        last=last.started_at if last else None, next=policy.next_rotation_at,
    )  # fmt: skip


def _going(title: str, sub: str, row: Rotation, policy: KeyPolicy, *, stopped: bool) -> Place:
    """`stopped`: its operation was cancelled; the next rotation takes what is left along."""
    ranges = list(row.ranges.all())
    done, total, rate = sum(one.done for one in ranges), sum(one.total for one in ranges), rate_of(ranges, now())
    state, label = ("paused", "Paused") if policy.rows_a_second == 0 else ("running", "Running")
    if stopped:
        state, label, rate = "cancelled", "Stopped half-way", None
    left = timedelta(seconds=(total - done) / rate) if rate else None
    return Place(
        title, sub, state, label, f"v{row.to_version - 1} → v{row.to_version}", done, total, rate, left=left,
        last=row.started_at, next=policy.next_rotation_at,
    )  # fmt: skip


def _regions(scope: Scope, rows: Sequence[Rotation]) -> list[Place]:
    recipients = list(Recipient.objects.visible_to(scope).present().by_name())
    said = _said(scope, rows[0].operation_id) if recipients and rows else {}
    return [_region(one, said.get(str(one.id))) for one in recipients]


def _said(scope: Scope, operation_id: UUID) -> dict[str, Step]:
    """What the last rotation's step of each region says."""
    steps = Step.objects.visible_to(scope).filter(operation_id=operation_id, handler="keys.region")
    return {str(step.params["recipient"]): step for step in steps}


def _region(recipient: Recipient, step: Step | None) -> Place:
    if recipient.state == "joining":
        return Place(recipient.name, NOT_JOINED, "pending", "Joining")
    if step is None or step.facts.get("kept_by_region"):
        return Place(recipient.name, OWN_KEY, "skipped", "By the region")
    if not step.ended:
        return Place(recipient.name, step.message or OWN_KEY, step.state, "")
    facts = step.facts
    return Place(
        recipient.name, OWN_KEY, "succeeded", "Done", f"v{facts['version']}" if facts.get("version") else "",
        facts.get("deks"), facts.get("deks"), ended_at=step.finished_at, last=step.finished_at,
    )  # fmt: skip
