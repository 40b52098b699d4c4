"""What an organization's first page shows: what needs a person, most urgent first; then regions and work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from console.dashboard.readings import attention, attention_secrets
from console.dashboard.readings.attention import Attention
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import STEP_SATISFIED, OperationState, StepState
from console.web.states import look_of
from regions.models import Onboarding, Region
from regions.models.regions import Tally
from regions.states import RegionState

SHOWN = 8
HELD = frozenset({OperationState.BLOCKED, OperationState.AWAITING_APPROVAL})
CHANGING = frozenset({RegionState.PROVISIONING, RegionState.DEPROVISIONING})
GOING_ON = 50
"""Operations that are looked at for what holds them up; the page lists the newest of them."""


@dataclass(frozen=True, slots=True)
class Work:
    """An operation that goes on, with how far it is."""

    operation: Operation
    done: int
    total: int
    now: str

    @property
    def line(self) -> str:
        return f"{self.done} of {self.total} steps{f' · {self.now}' if self.now else ''}"


@dataclass(frozen=True, slots=True)
class RegionRow:
    region: Region
    work: Work | None

    @property
    def state(self) -> str:
        """A region whose work is held up looks like what holds it."""
        if self.work is None or self.region.state not in CHANGING or self.work.operation.state not in HELD:
            return self.region.state
        return self.work.operation.state

    @property
    def label(self) -> str:
        word = look_of(self.region.state).word
        return word if self.state == self.region.state else f"{word}, {look_of(self.state).word.lower()}"


@dataclass(frozen=True, slots=True)
class Overview:
    attention: Sequence[Attention]
    regions: Sequence[RegionRow]
    tally: Tally
    work: Sequence[Work]
    going_on: int
    begun: bool
    """Whether the organization has anything to show, be it an onboarding alone."""

    @property
    def needs(self) -> str:
        return f"{len(self.attention)}, most urgent first" if len(self.attention) > 1 else ""

    @property
    def hidden_regions(self) -> str:
        more = self.tally.regions - len(self.regions)
        return f"the newest {len(self.regions)} of {self.tally.regions}" if more > 0 else ""


def read(*, scope: Scope, slug: str) -> Overview:
    """A fixed number of questions, whatever the number of regions, operations and steps."""
    operations = list(Operation.objects.visible_to(scope).going_on().newest_first()[:GOING_ON])
    steps = Step.objects.visible_to(scope).of_operations(operations)
    acute = list(steps.not_at_rest())
    work = _work(operations, steps.counted(), acute)
    by_target = {each.operation.target_id: each for each in reversed(work)}
    regions = list(Region.objects.visible_to(scope).newest_first().with_connection()[:SHOWN])
    needs = [
        *attention.read(scope=scope, slug=slug, operations=operations, steps=acute),
        *attention_secrets.read(scope=scope, slug=slug),
    ]
    return Overview(
        attention=sorted(needs, key=lambda each: (each.rank, each.at)),
        regions=[RegionRow(region, by_target.get(str(region.id))) for region in regions],
        tally=Region.objects.visible_to(scope).tally(),
        work=work[:SHOWN],
        going_on=len(work),
        begun=bool(regions or needs) or Onboarding.objects.visible_to(scope).exists(),
    )


def _work(
    operations: Sequence[Operation], counted: Mapping[UUID, Mapping[str, int]], acute: Sequence[Step]
) -> list[Work]:
    now = {
        step.operation_id: step.title
        for step in reversed(acute)
        if step.state in {StepState.RUNNING, StepState.WAITING}
    }
    return [
        Work(
            operation,
            done=sum(many for state, many in counted.get(operation.id, {}).items() if state in STEP_SATISFIED),
            total=sum(counted.get(operation.id, {}).values()),
            now=now.get(operation.id, ""),
        )
        for operation in operations
    ]
