"""The audit trail of an organization."""

from accounts.access.scoped import scoped
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.audit.models import AuditEvent
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from console.web.pagination import paginate

NOUNS = ("region", "operation", "connection", "onboarding", "plan", "membership", "engagement", "token")


@require_safe
@scoped(Permission.AUDIT_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    wanted = request.GET.get("event", "")
    rows = AuditEvent.objects.visible_to(scope).of_noun(wanted)
    context = {
        "page": paginate(request, rows, order="-id"),
        "everything": not wanted,
        "nouns": [{"label": noun, "href": f"?event={noun}", "on": noun == wanted} for noun in NOUNS],
    }
    return page(request, "audit/list.html", context)
