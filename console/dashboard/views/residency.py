"""Which data the console holds, where, for how long, under which key."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access.scoped import scoped
from console.audit.models import AuditRetention
from console.dashboard import residency
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page


@require_safe
@scoped(Permission.ORGANIZATION_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    context = {
        "groups": residency.GROUPS,
        "location": settings.DATA_LOCATION,
        "retention": AuditRetention.objects.visible_to(scope).first(),
        "may_manage": scope.allows(Permission.ORGANIZATION_MANAGE),
    }
    return page(request, "settings/data.html", context)
