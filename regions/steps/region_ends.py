"""What the end of an operation means for its region, where no step of its own says so."""

from console.audit.actions import events as audit
from console.kernel.scope import Scope
from console.operations.lifecycle import on_end, on_reopening, when_cancelled
from console.operations.models import Operation
from console.operations.states import Cancelling, OperationState
from regions.models import Region
from regions.states import Health, RegionState
from regions.steps.holding import refuse_if_held

PROVISION, DEPROVISION, UPDATE = "provision", "deprovision", "update"
REMOVE_LEFTOVERS = "remove-leftovers"

when_cancelled(
    PROVISION,
    Cancelling.FINISHING,
    "What the cloud has begun to create is followed until it is there, so that nothing stays half made; nothing "
    "else is started. What exists stays and goes on costing: deprovision the region to remove it.",
)
when_cancelled(
    UPDATE,
    Cancelling.FINISHING,
    "Changes that the cloud has begun are followed to their end; nothing else is started and nothing is taken "
    "back. Looking at the region then shows what still differs from its plan.",
)
when_cancelled(
    DEPROVISION,
    Cancelling.FINISHING,
    "Deletions that the cloud has begun are followed to their end; nothing else is deleted. What is left stays "
    "and goes on costing until the region is deprovisioned.",
)


when_cancelled(
    REMOVE_LEFTOVERS,
    Cancelling.FINISHING,
    "Deletions that the cloud has begun are followed to their end; nothing else is deleted.",
)


@on_end(PROVISION)
@on_end(DEPROVISION)
def stopped(scope: Scope, operation: Operation) -> None:
    """A region that came up or went away half is failed: approve it again, or deprovision it."""
    half = {PROVISION: RegionState.PROVISIONING, DEPROVISION: RegionState.DEPROVISIONING}[operation.kind]
    if operation.state == OperationState.SUCCEEDED or _worked_on(scope, operation):
        return
    region = Region.objects.visible_to(scope).filter(id=operation.target_id, state=half).first()
    if region is not None:
        region.state = RegionState.FAILED
        region.health = Health.UNKNOWN
        region.save(update_fields=["state", "health"])
        audit.record(scope, "region:failed", region, operation=operation.title, end=operation.state)


@on_reopening(PROVISION)
def provisioned_again(scope: Scope, operation: Operation) -> None:
    _resume(scope, operation, RegionState.PROVISIONING)


@on_reopening(DEPROVISION)
def deprovisioned_again(scope: Scope, operation: Operation) -> None:
    """Raises RegionHeld."""
    if region := Region.objects.visible_to(scope).filter(id=operation.target_id).first():
        refuse_if_held(scope, region)
    _resume(scope, operation, RegionState.DEPROVISIONING)


def _resume(scope: Scope, operation: Operation, state: RegionState) -> None:
    region = Region.objects.visible_to(scope).filter(id=operation.target_id, state=RegionState.FAILED)
    region.update(state=state)


def _worked_on(scope: Scope, operation: Operation) -> bool:
    return Operation.objects.visible_to(scope).on_target(operation.target_id).going_on().exists()
