"""The demo organization's way to its region: the actions that people's clicks call."""

import time
from collections.abc import Callable
from uuid import UUID

from console.kernel.scope import Scope
from console.operations.models import Operation
from console.operations.states import OPERATION_ENDED, OperationState
from regions.actions import connections, onboardings, region_plans, regions
from regions.models import Connection, Onboarding, PlanVersion, Region
from regions.models.onboarding import Side
from regions.questionnaire.catalog import QUESTIONS
from regions.states import ConnectionState, RegionState
from sandbox.customer import stacks
from sandbox.customer.account import Account
from sandbox.demo import people
from sandbox.errors import SandboxError
from sandbox.ports import Ports

NAME = "prod-eu-central-1"
ANSWERS = {
    "organization_name": people.ORGANIZATION,
    "account_id": people.ACCOUNT_ID,
    "cloud_region": people.AWS_REGION,
    "corporate_ranges": "10.128.0.0/12 Stockholm campus\n172.16.0.0/14 Branch offices",
}
OPERATION_SECONDS = 600
POLL_SECONDS = 0.5


def walk(ports: Ports) -> None:
    """Go on from wherever an earlier run stopped; a road that was walked before is left as it is."""
    alice, carol = (people.scope_of(people.email_of(role)) for role in ("owner", people.ARCHITECT))
    plan = _plan(alice)
    _sign(alice, carol, plan)
    connection = _connection(alice)
    if connection.state != ConnectionState.VERIFIED:
        _play_the_customer(ports, connection)
        _wait_for_others(alice, connection.id)
        with alice.entered():
            operation = connections.verify(scope=alice, connection=connection)
        wait(alice, operation.id)
    region = _region(alice, plan)
    if region.state == RegionState.PLANNED:
        with alice.entered():
            operation = regions.approve(scope=alice, region=region)
        wait(alice, operation.id)


def _plan(alice: Scope) -> PlanVersion:
    with alice.entered():
        onboarding = Onboarding.objects.visible_to(alice).newest_first().last()
        if onboarding is None:
            onboarding = onboardings.start(scope=alice, name=NAME)
            onboardings.answer(scope=alice, onboarding_id=onboarding.id, typed=_answers())
        current = PlanVersion.objects.visible_to(alice).of(onboarding).newest_first().first()
        return current or region_plans.compile_plan(scope=alice, onboarding_id=onboarding.id)


def _answers() -> dict[str, str | tuple[str, ...]]:
    """What the demo's people typed, and the defaults of every other question."""
    return {key: question.default for key, question in QUESTIONS.items() if question.default} | {
        key: value for key, value in ANSWERS.items() if key in QUESTIONS
    }


def _sign(alice: Scope, carol: Scope, plan: PlanVersion) -> None:
    for scope, side in ((alice, Side.OPERATOR), (carol, Side.ARCHITECT)):
        with scope.entered():
            signed = {signature.side for signature in plan.signatures.all()}
            if side not in signed:
                region_plans.sign(scope=scope, plan_id=plan.id, side=side)


def _connection(alice: Scope) -> Connection:
    with alice.entered():
        return connections.for_account(scope=alice, cloud="aws", account_id=people.ACCOUNT_ID)


def _play_the_customer(ports: Ports, connection: Connection) -> None:
    account = Account(ports.aws, people.ACCOUNT_ID, people.AWS_REGION)
    stacks.run(account, name=connections.stack_name(connection), template=connections.template_text(connection))


def _region(alice: Scope, plan: PlanVersion) -> Region:
    with alice.entered():
        found = Region.objects.visible_to(alice).filter(name=NAME).first()
        return found or regions.request(scope=alice, plan_version=plan)


def _wait_for_others(scope: Scope, target_id: UUID) -> None:
    """Wait until nothing works on the target: the template may still be on its way to its bucket."""

    def going_on() -> str:
        with scope.entered():
            return str(Operation.objects.visible_to(scope).on_target(target_id).going_on().exists())

    until(going_on, lambda found: found == "False")


def wait(scope: Scope, operation_id: UUID) -> None:
    """Wait for the operation's end. Raise SandboxError if it does not succeed."""

    def state() -> str:
        with scope.entered():
            return Operation.objects.visible_to(scope).get(id=operation_id).state

    ended = until(state, lambda found: found in OPERATION_ENDED)
    if ended != OperationState.SUCCEEDED:
        raise SandboxError(f"The operation {operation_id} of the demo organization is {ended}; look at its page.")


def until(look: Callable[[], str], enough: Callable[[str], bool]) -> str:
    deadline = time.monotonic() + OPERATION_SECONDS
    while not enough(found := look()):
        if time.monotonic() > deadline:
            raise SandboxError(f"The demo organization is not complete after {OPERATION_SECONDS} s: {found}.")
        time.sleep(POLL_SECONDS)
    return found
