"""Regions: requested from a signed plan, approved, provisioned."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actions import planes
from accounts.models import ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, NotFound, Refused
from console.kernel.permissions import Permission
from console.kernel.scope import ActorKind, Scope
from console.operations.models import Operation
from regions import plans
from regions.actions import bundles, resources
from regions.actions.region_plans import signed_plan
from regions.actions.region_previews import of_spec, require_allowed, terms_of
from regions.actions.region_rows import locked, start, wanted
from regions.blueprints import blueprint
from regions.models import Connection, PlanVersion, Region
from regions.questionnaire import codec
from regions.questionnaire.plan import RegionPlan
from regions.states import ConnectionState, RegionState

APPROVAL_LASTS = timedelta(days=7)
MAY_BE_APPROVED = frozenset({RegionState.PLANNED, RegionState.FAILED})


class RegionUnknown(NotFound):
    code = "region_unknown"


class RegionExists(Conflict):
    code = "region_exists"
    title = "The region exists"


class ConnectionNotVerified(Conflict):
    code = "connection_not_verified"
    title = "The connection is not verified"


class ApprovalExpired(Conflict):
    code = "approval_expired"
    title = "The request has expired"


class NotAPerson(Refused):
    code = "not_a_person"


def get(*, scope: Scope, region_id: UUID) -> Region:
    """Raises RegionUnknown."""
    found = Region.objects.visible_to(scope).with_connection().with_plane().filter(id=region_id).first()
    if found is None:
        raise RegionUnknown("There is no such region.", todo="Choose one from the list of regions.")
    return found


@transaction.atomic
def request(*, scope: Scope, plan_version: PlanVersion, region_group: str = "") -> Region:
    """Ask for the region of a plan version that both sides signed; a person then approves it.

    `region_group` is the short name of the application plane it joins, the default one if empty.
    Asking again renews a request that waits for approval. Raises Refused, PlanUnknown, PlanOutdated,
    PlanNotSigned, ConnectionNotVerified, PolicyDenies, RegionExists and PlaneUnknown.
    """
    scope.require(Permission.REGION_CREATE)
    version, plan = signed_plan(scope=scope, plan_id=plan_version.id)
    plane = planes.get(scope=scope, slug=region_group) if region_group else planes.default(scope=scope)
    connection = _verified(scope, UUID(plan.spec.connection_id))
    known = Region.objects.visible_to(scope).filter(id=plan.spec.region_id).select_for_update().first()
    if known is not None and known.state != RegionState.PLANNED:
        raise RegionExists(f"{known.name} is {known.get_state_display().lower()} already.", todo="Open its page.")
    if known is not None:
        known.delete()
    require_allowed(of_spec(scope=scope, region=None, spec=plan.spec, terms=terms_of(plan)))
    region = _inserted(scope, version, plan, connection, plane)
    rows = resources.make(scope=scope, region=region, manifests=blueprint(plan.spec))
    many = len(rows)
    audit.record(scope, "region:requested", region, plan=version.number, resources=many, region_group=plane.slug)
    return region


def _verified(scope: Scope, connection_id: UUID) -> Connection:
    connection = Connection.objects.visible_to(scope).get(id=connection_id)
    if connection.state != ConnectionState.VERIFIED:
        raise ConnectionNotVerified(
            f"The connection {connection.name} is {connection.get_state_display().lower()}.",
            todo="Create the role in the cloud account and verify the connection, then ask again.",
        )
    bundles.require_verified(scope=scope, connection=connection)
    return connection


def _inserted(
    scope: Scope, version: PlanVersion, plan: RegionPlan, connection: Connection, plane: ApplicationPlane
) -> Region:
    spec = plan.spec
    region = Region(
        id=UUID(spec.region_id),
        org_id=scope.org_id,
        name=spec.name,
        cloud=spec.cloud.value,
        cloud_region=spec.cloud_region,
        environment=spec.environment.value,
        connection=connection,
        plane=plane,
        plan_id=version.id,
        plan_number=version.number,
        spec=codec.to_document(spec),
        requested_by=scope.actor.label,
    )
    try:
        with transaction.atomic():
            region.save(force_insert=True)
    except IntegrityError as error:
        raise RegionExists(
            f"The organization has a region called {spec.name} already.", todo="Give the new one another name."
        ) from error
    return region


def approval_ends_at(region: Region) -> datetime:
    return region.created_at + APPROVAL_LASTS


@transaction.atomic
def approve(*, scope: Scope, region: Region) -> Operation:
    """Start provisioning; after a failure, start it again: what is there already is taken up.

    Raises Refused, NotAPerson, ApprovalExpired, ConnectionNotVerified, NotInThisState and
    OperationGoingOn.
    """
    scope.require(Permission.REGION_APPROVE)
    if scope.actor.kind is not ActorKind.USER:
        raise NotAPerson("A region is approved by a person.", todo="Sign in and approve it on its page.")
    region = locked(scope, region, MAY_BE_APPROVED, "approved")
    if region.state == RegionState.PLANNED and now() > approval_ends_at(region):
        raise ApprovalExpired(
            f"The request for {region.name} expired on {approval_ends_at(region):%d %B %Y}.",
            todo="Ask for the region again from its plan, then approve it.",
        )
    _verified(scope, region.connection_id)
    operation = start(scope, region, plans.PROVISION, f"Provision {region.name}", wanted(scope, region))
    region.state = RegionState.PROVISIONING
    region.approved_by = scope.actor.label
    region.save(update_fields=["state", "approved_by"])
    audit.record(scope.during(operation.id), "region:approved", region, plan=region.plan_number)
    return operation
