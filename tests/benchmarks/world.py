"""Organizations, regions and operations in numbers, for pages to be measured on."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from accounts.access.grants import GRANTS
from accounts.actions import planes, projects
from accounts.actions.organizations import create_organization
from accounts.models import Organization, Role, User
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Actor, ActorKind, Scope
from console.operations.models import Operation, Step, StepEvent
from console.operations.states import OperationState, StepState
from regions.blueprints import blueprint
from regions.models import Connection, Region, Resource
from regions.plans import provision
from regions.questionnaire import codec
from regions.questionnaire.sample import sample_plan
from regions.states import ConnectionState, Health, RegionState
from secrets_app.actions import authorities, secrets
from secrets_app.models import Secret

MANIFESTS = blueprint(sample_plan().spec)
STEPS = provision(MANIFESTS)


@dataclass(frozen=True, slots=True)
class World:
    user: User
    organization: Organization
    scope: Scope
    connection: Connection


def make(slug: str) -> World:
    user = User.objects.create_user(email=f"{slug}@example.com", password="not used", name="Alice")
    organization = create_organization(user=user, name=slug, slug=slug)
    scope = Scope(
        organization.id, Actor(ActorKind.USER, str(user.id), "Alice"), frozenset(), request_id="req-bench"
    )
    with scope.entered():
        connection = Connection.objects.create(
            org_id=organization.id, name="aws-bench", cloud="aws", account_id="444455556666",
            external_id=f"external-{slug}", state=ConnectionState.VERIFIED, created_by="Alice",
        )  # fmt: skip
    return World(user, organization, scope, connection)


def add_regions(world: World, number: int) -> list[Region]:
    """Active regions, with nothing below them."""
    spec = codec.to_document(sample_plan().spec)
    with world.scope.entered():
        plane = planes.default(scope=world.scope)
        return Region.objects.bulk_create(
            Region(
                id=new_id(), org_id=world.organization.id, name=f"region-{place}", cloud="aws",
                cloud_region="eu-central-1", environment="production", connection=world.connection,
                plane=plane, plan_id=new_id(), plan_number=1, spec=spec, state=RegionState.ACTIVE,
                health=Health.HEALTHY, requested_by="Alice",
            )
            for place in range(number)
        )  # fmt: skip


def add_secrets(world: World, number: int) -> Secret:
    """Secrets of a project, each with a version, and a root that certificates hang on; return one of them."""
    scope = replace(world.scope, permissions=GRANTS[Role.OWNER])
    with scope.entered():
        project = projects.create(scope=scope, name="payments")
        authorities.create_plane_root(scope=scope, plane_id=planes.default(scope=scope).id)
        made = [
            secrets.put(scope=scope, name=f"secret-{place}", project=project, values={"PASSWORD": b"x" * 20})
            for place in range(number)
        ]
    return made[0]


def add_resources(world: World, region: Region) -> None:
    with world.scope.entered():
        Resource.objects.bulk_create(
            Resource(
                org_id=world.organization.id, region=region, position=place, name=each.name, kind=each.kind,
                api_version=each.api_version, title=each.title, manifest=dict(each.body), needs=list(each.needs),
                external_id=f"id-{place}", exists=True, ready=True, synced=True, up_to_date=True,
                provider_state="available", observed_at=now(),
            )
            for place, each in enumerate(MANIFESTS)
        )  # fmt: skip


def add_provisioning(world: World, region: Region, *, state: OperationState) -> UUID:
    """An operation of a whole region's steps, half of them done, with its log."""
    began = now() - timedelta(minutes=5)
    with world.scope.entered():
        operation = Operation.objects.create(
            org_id=world.organization.id, kind="provision", title=f"Provision {region.name}", target_type="region",
            target_id=str(region.id), target_label=region.name, state=state, requested_by_kind="user",
            requested_by_id="1", requested_by="Alice", created_at=began, started_at=began,
        )  # fmt: skip
        Step.objects.bulk_create(
            Step(
                org_id=world.organization.id, operation=operation, name=spec.name, title=spec.title,
                handler=spec.handler, params=dict(spec.params), position=place, needs=list(spec.needs),
                open_needs=0 if place < len(STEPS) // 2 else len(spec.needs),
                state=StepState.SUCCEEDED if place < len(STEPS) // 2 else StepState.PENDING,
                started_at=began if place < len(STEPS) // 2 else None,
                finished_at=began + timedelta(seconds=3) if place < len(STEPS) // 2 else None,
                run_at=now() + timedelta(days=1),
            )
            for place, spec in enumerate(STEPS)
        )  # fmt: skip
        StepEvent.objects.bulk_create(
            StepEvent(org_id=world.organization.id, operation=operation, step_name=spec.name, state="running")
            for spec in STEPS
        )
    return operation.id
