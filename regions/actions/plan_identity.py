"""The names a plan carries beside its answers: the connection to the account, and the control plane's own."""

from uuid import UUID

from django.conf import settings

from console.kernel.scope import Scope
from regions.actions import bundles, connections
from regions.models import Connection, Onboarding
from regions.questionnaire.answers import Answers
from regions.questionnaire.plan import PlanIdentity
from regions.spec import Tailoring

NOBODY = UUID(int=0)
NOT_TAILORED = Tailoring()


def draft_identity(onboarding: Onboarding, organization: str) -> PlanIdentity:
    """For a look at the effect of answers, before there is a connection."""
    unsaved = Connection(id=NOBODY, org_id=onboarding.org_id, account_id="000000000000")
    return _identity(onboarding, organization, unsaved)


def identity(*, scope: Scope, onboarding: Onboarding, organization: str, answers: Answers) -> PlanIdentity:
    """The connection to the answered account, drafted now when there is none yet."""
    cloud, account_id = answers.text("cloud"), answers.text("account_id")
    connection = connections.for_account(scope=scope, cloud=cloud, account_id=account_id)
    tailoring = bundles.tailoring(scope=scope, connection=connection)
    return _identity(onboarding, organization, connection, tailoring)


def _identity(
    onboarding: Onboarding, organization: str, connection: Connection, tailoring: Tailoring = NOT_TAILORED
) -> PlanIdentity:
    return PlanIdentity(
        region_id=str(onboarding.region_id),
        organization=organization,
        connection_id=str(connection.id),
        deployment_role_arn=connection.role_arn,
        boundary_arn=connection.boundary_arn,
        operations_principal_arn=settings.OPERATIONS_PRINCIPAL_ARN,
        control_plane_cidrs=tuple(settings.CONSOLE_CIDRS),
        base_domain=settings.APPS_DOMAIN,
        tailoring=tailoring,
    )
