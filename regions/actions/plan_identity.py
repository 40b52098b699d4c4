"""The names a plan carries beside its answers: the connection to the account, and the control plane's own."""

from uuid import UUID

from django.conf import settings

from console.kernel.ids import new_id
from console.kernel.scope import Scope
from regions.models import Connection, Onboarding
from regions.questionnaire.answers import Answers
from regions.questionnaire.plan import PlanIdentity

NOBODY = UUID(int=0)


def draft_identity(onboarding: Onboarding, organization: str) -> PlanIdentity:
    """For a look at the effect of answers, before there is a connection."""
    unsaved = Connection(id=NOBODY, org_id=onboarding.org_id, account_id="000000000000")
    return _identity(onboarding, organization, unsaved)


def identity(*, scope: Scope, onboarding: Onboarding, organization: str, answers: Answers) -> PlanIdentity:
    """The connection to the answered account, drafted now when there is none yet."""
    connection = connection_to(
        scope=scope, cloud=answers.text("cloud"), account_id=answers.text("account_id")
    )
    return _identity(onboarding, organization, connection)


def connection_to(*, scope: Scope, cloud: str, account_id: str) -> Connection:
    """Regions of one account share one connection."""
    found = Connection.objects.visible_to(scope).to_account(cloud, account_id).first()
    if found is not None:
        return found
    return Connection.objects.create(
        org_id=scope.org_id,
        name=f"{cloud}-{account_id}",
        cloud=cloud,
        account_id=account_id,
        external_id=f"byoc-{new_id().hex}",
        created_by=scope.actor.label,
    )


def _identity(onboarding: Onboarding, organization: str, connection: Connection) -> PlanIdentity:
    return PlanIdentity(
        region_id=str(onboarding.region_id),
        organization=organization,
        connection_id=str(connection.id),
        deployment_role_arn=connection.role_arn,
        boundary_arn=connection.boundary_arn,
        operations_principal_arn=settings.OPERATIONS_PRINCIPAL_ARN,
        control_plane_cidrs=tuple(settings.CONSOLE_CIDRS),
        base_domain=settings.APPS_DOMAIN,
    )
