"""The master password of a region's database: RDS makes and keeps it; here it is only asked for a new one."""

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.errors import Conflict
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions.models import Region, Resource
from regions.states import RegionState
from regions.steps import database_password


class NoDatabase(Conflict):
    code = "no_database"
    title = "There is no database to rotate the password of"


@transaction.atomic
def rotate(*, scope: Scope, region: Region) -> Operation:
    """Have RDS make a new master password; its own secret in the customer's account gets it.

    Raises Refused, NoDatabase, and OperationGoingOn while another operation works on the region.
    """
    scope.require(Permission.SECRET_MANAGE)
    database = Resource.objects.visible_to(scope).of_region(region).databases().first()
    if region.state != RegionState.ACTIVE or database is None:
        raise NoDatabase(f"{region.name} has no database that runs.", todo="Provision the region first.")
    operation = operations.start(
        scope=scope,
        kind=database_password.KIND,
        title=f"Rotate the database's master password of {region.name}",
        target=region,
        steps=database_password.steps(),
    )
    audit.record(scope.during(operation.id), "database-password:rotation-requested", region)
    return operation
