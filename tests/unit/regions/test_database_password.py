"""The database's master password: RDS rotates it, a step asks and another sees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations.models import Step
from console.operations.outcomes import Done, Halt, Retry, Wait
from console.operations.steps import StepContext
from regions.actions import database_passwords
from regions.actions.database_passwords import NoDatabase
from regions.clouds.errors import Category, CloudError
from regions.clouds.stores import KeptSecret, Objects
from regions.models import Region
from regions.spec import Cloud
from regions.states import RegionState
from regions.steps import database_password, stores
from regions.steps.clouds import CloudEntry
from tests.unit.regions.conftest import in_state

pytestmark = pytest.mark.django_db


@dataclass
class Rds:
    state: str = "active"
    asked: list[str] = field(default_factory=list)
    error: CloudError | None = None

    def objects(self, entry: CloudEntry, bucket: str) -> Objects:
        raise AssertionError("No bucket is needed.")

    def kept_secrets(self, entry: CloudEntry) -> "Rds":
        return self

    def forget(self, entry: CloudEntry) -> None:
        return None

    def describe(self, arn: str) -> KeptSecret:
        raise AssertionError("No secret is looked at.")

    def rotate_master_password(self, database: str) -> None:
        self.asked.append(database)

    def master_password_state(self, database: str) -> str:
        if self.error:
            raise self.error
        return self.state


@pytest.fixture
def context(context_of: Callable[..., StepContext]) -> StepContext:
    return context_of("ask")


@pytest.fixture
def rds() -> Iterator[Rds]:
    before, rds = stores.stores_of("aws"), Rds()
    stores.bind(Cloud.AWS, rds)
    yield rds
    stores.bind(Cloud.AWS, before)


def test_a_rotation_is_an_operation_of_two_steps(alice_scope: Scope, region: Region) -> None:
    in_state(region, alice_scope, RegionState.ACTIVE)
    with alice_scope.entered():
        operation = database_passwords.rotate(scope=alice_scope, region=Region.objects.get(pk=region.pk))
        assert [step.name for step in Step.objects.filter(operation=operation).order_by("position")] == [
            "ask",
            "see",
        ]


def test_a_region_that_does_not_run_has_none_to_rotate(alice_scope: Scope, region: Region) -> None:
    with alice_scope.entered(), pytest.raises(NoDatabase):
        database_passwords.rotate(scope=alice_scope, region=region)


def test_who_may_only_look_is_refused(carol_scope: Scope, region: Region) -> None:
    with carol_scope.entered(), pytest.raises(Refused):
        database_passwords.rotate(scope=carol_scope, region=region)


def test_rds_is_asked_once_while_it_is_at_it(rds: Rds, context: StepContext) -> None:
    assert isinstance(database_password.ask(context), Done)
    rds.state = "rotating"
    assert isinstance(database_password.ask(context), Done)
    assert len(rds.asked) == 1


def test_the_second_step_waits_until_the_database_has_it(rds: Rds, context: StepContext) -> None:
    rds.state = "rotating"
    assert isinstance(database_password.see(context), Wait)
    rds.state = "active"
    assert isinstance(database_password.see(context), Done)


@pytest.mark.parametrize("state", ["impaired", ""])
def test_a_secret_that_is_impaired_halts_for_the_customer(rds: Rds, context: StepContext, state: str) -> None:
    rds.state = state
    outcome = database_password.see(context)
    assert isinstance(outcome, Halt)
    assert "describe-db-instances" in outcome.fix


def test_a_cloud_that_is_away_is_asked_again(rds: Rds, context: StepContext) -> None:
    rds.error = CloudError(
        code="ServiceUnavailable", status=503, message="", operation="rds:DescribeDBInstances", request_id="",
        category=Category.TRANSIENT,
    )  # fmt: skip
    assert isinstance(database_password.ask(context), Retry)
