"""Root rotations as four gates, and what each region has confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import ApplicationPlane
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import StepState
from console.web.components.numbers import duration
from secrets_app.models import CertificateAuthority, RegionTrust, TrustBundle
from secrets_app.steps.root_rotation import KIND

GATES = (
    ("1. New root in every bundle", ("prepare",), "Every region is told to trust both roots."),
    ("2. Every region confirms", ("trusted",), "Nothing comes from the new root before each trusts it."),
    ("3. Switch issuing", ("switch", "moved"), "Authorities and leaves come from the new root."),
    ("4. Remove the old root", ("remove", "settled"), "When no leaf of the old root is in use."),
)


@dataclass(frozen=True, slots=True)
class Gate:
    title: str
    state: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One region in a rotation."""

    trust: RegionTrust
    counted: bool
    trusts_old: bool
    trusts_new: bool
    issues_from: str
    confirmed: bool

    @property
    def state(self) -> str:
        if not self.counted:
            return "skipped"
        return "pass" if self.confirmed else "unreachable" if self.away else "waiting"

    @property
    def away(self) -> bool:
        return self.trust.recipient.is_silent(now())

    @property
    def word(self) -> str:
        if not self.counted:
            return "Not counted"
        if self.confirmed:
            return "Confirmed"
        return "Away" if self.away else "Not yet"


@dataclass(frozen=True, slots=True)
class Rotation:
    plane: ApplicationPlane
    operation: Operation
    steps: Mapping[str, Step]
    old: CertificateAuthority | None
    new: CertificateAuthority | None
    regions: Sequence[Standing]

    @property
    def gates(self) -> list[Gate]:
        return [_gate(title, [self.steps[name] for name in names], text) for title, names, text in GATES]

    @property
    def at_gate(self) -> int:
        ended = sum(1 for gate in self.gates if gate.state == StepState.SUCCEEDED)
        return min(ended + 1, len(GATES))

    @property
    def line(self) -> str:
        return f"Root rotation at gate {self.at_gate} of {len(GATES)}"

    @property
    def dialog(self) -> str:
        return f"go-back-{self.plane.slug}"

    @property
    def may_cancel(self) -> bool:
        return self.steps["switch"].state == StepState.PENDING and not self.operation.ended


def _gate(title: str, steps: Sequence[Step], text: str) -> Gate:
    current = next((step for step in steps if step.state != StepState.SUCCEEDED), steps[-1])
    return Gate(title, current.state, current.message or text, _note(steps, current))


def _note(steps: Sequence[Step], current: Step) -> str:
    first, last = steps[0].started_at, steps[-1].finished_at
    if first is None:
        return "opens when the gate before has passed" if current.state == StepState.PENDING else ""
    if last is not None:
        return f"{_clock(last)}, took {duration(last - first)}"
    return f"since {_clock(first)}, {duration(now() - first)}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}"


def rotations(
    *, scope: Scope, planes: Sequence[ApplicationPlane], trusts: Sequence[RegionTrust]
) -> list[Rotation]:
    """Those that are going on; none in one query."""
    going = list(Operation.objects.visible_to(scope).of_kind(KIND).going_on())
    return [read(scope=scope, operation=each, planes=planes, trusts=trusts) for each in going]


def read(
    *, scope: Scope, operation: Operation, planes: Sequence[ApplicationPlane], trusts: Sequence[RegionTrust]
) -> Rotation:
    plane = next(each for each in planes if str(each.id) == operation.target_id)
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane.id).without_key()
    authorities = list(rows.with_certificate())
    old = next((each for each in authorities if str(each.id) == operation.context["old"]), None)
    new = next((each for each in authorities if each.operation_id == operation.id), None)
    mine = [trust for trust in trusts if trust.recipient.plane_id == plane.id]
    bundles = _roots_by_version(scope, plane.id)
    steps = Step.objects.visible_to(scope).of_operation(operation).in_order()
    return Rotation(
        plane=plane,
        operation=operation,
        steps={step.name: step for step in steps},
        old=old,
        new=new,
        regions=[_standing(trust, bundles, old, new) for trust in mine],
    )


def standings_of(scope: Scope, plane_id: UUID, trusts: Sequence[RegionTrust]) -> list[Standing]:
    """What each region has confirmed, whether or not a rotation goes on."""
    bundles = _roots_by_version(scope, plane_id)
    return [_standing(trust, bundles, None, None) for trust in trusts]


def _roots_by_version(scope: Scope, plane_id: UUID) -> dict[int, frozenset[str]]:
    rows = TrustBundle.objects.visible_to(scope).of_plane(plane_id)
    return {version: frozenset(found) for version, found in rows.values_list("version", "roots")}


def _standing(
    trust: RegionTrust,
    bundles: Mapping[int, frozenset[str]],
    old: CertificateAuthority | None,
    new: CertificateAuthority | None,
) -> Standing:
    trusted = bundles.get(trust.applied_bundle, frozenset())
    issuer = trust.intermediate.issuer if trust.intermediate else None
    confirmed = trust.bundle_confirmed and trust.intermediate_confirmed and not trust.renewal_of
    return Standing(
        trust=trust,
        counted=trust.intermediate is not None,
        trusts_old=old is not None and old.certificate.fingerprint in trusted,
        trusts_new=new is not None and new.certificate.fingerprint in trusted,
        issues_from=str(issuer) if issuer and trust.intermediate_confirmed else "",
        confirmed=confirmed,
    )
