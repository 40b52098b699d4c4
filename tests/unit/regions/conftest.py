from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from accounts.actions import planes
from accounts.models import Organization
from console.kernel import queue
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from console.operations.steps import StepContext
from regions.actions import resources
from regions.blueprints import blueprint
from regions.models import Connection, Region
from regions.questionnaire import codec
from regions.spec import Cloud
from regions.states import ConnectionState, RegionState
from regions.steps import clouds
from tests.unit.blueprints.specs import production
from tests.unit.regions.clouds import MemoryCloud


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[queue.Job]:
    jobs: list[queue.Job] = []
    monkeypatch.setattr(queue, "send", lambda job, **_ids: jobs.append(job))
    return jobs


@pytest.fixture
def cloud() -> Iterator[MemoryCloud]:
    bound = clouds.accounts_of("aws")
    cloud = MemoryCloud()
    clouds.bind(Cloud.AWS, cloud)
    yield cloud
    clouds.bind(Cloud.AWS, bound)


@pytest.fixture
def connection(acme: Organization, alice_scope: Scope) -> Connection:
    with alice_scope.entered():
        return Connection.objects.create(
            org_id=acme.id, name="aws-1", cloud="aws", account_id="123456789012", external_id=f"e-{new_id()}",
            created_by="Alice", state=ConnectionState.VERIFIED,
        )  # fmt: skip


@pytest.fixture
def region(acme: Organization, alice_scope: Scope, connection: Connection) -> Region:
    """Planned, with all its resources."""
    spec = replace(production(), region_id=str(new_id()), connection_id=str(connection.id))
    with alice_scope.entered():
        region = Region.objects.create(
            id=UUID(spec.region_id), org_id=acme.id, name=spec.name, cloud="aws", cloud_region=spec.cloud_region,
            environment=spec.environment.value, connection=connection, plan_id=new_id(), plan_number=1,
            plane=planes.default(scope=alice_scope), spec=codec.to_document(spec), requested_by="Alice",
        )  # fmt: skip
        resources.make(scope=alice_scope, region=region, manifests=blueprint(spec))
    return region


@pytest.fixture
def context_of(alice_scope: Scope, region: Region) -> Callable[..., StepContext]:
    def make(name: str, **changes: Any) -> StepContext:
        at = now()
        fields: dict[str, Any] = {
            "scope": alice_scope, "operation_id": new_id(), "operation_context": {}, "target_id": str(region.id),
            "requested_by_id": "alice-id", "step_id": new_id(), "name": name, "params": {"resource": name},
            "attempt": 1, "started_at": at, "now": at, "request_id": "req-1",
        }  # fmt: skip
        return StepContext(**{**fields, **changes})

    return make


def in_state(region: Region, scope: Scope, state: RegionState) -> Region:
    with scope.entered():
        region.state = state
        region.save(update_fields=["state"])
    return region
