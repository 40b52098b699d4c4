"""The first page of an organization."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access.scoped import scoped
from console.dashboard.readings import overview as readings
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page


@require_safe
@scoped(Permission.ORGANIZATION_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    overview = readings.read(scope=scope, slug=request.organization.slug)
    context = {"overview": overview, "can_start": scope.allows(Permission.ONBOARDING_ANSWER)}
    return page(request, "dashboard/overview.html", context, partial="overview")
