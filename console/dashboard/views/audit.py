"""The audit trail of an organization."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access.scoped import scoped
from console.audit.models import AuditEvent
from console.dashboard.readings import audit as readings
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from console.web.pagination import paginate


@require_safe
@scoped(Permission.AUDIT_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    noun, refused = request.GET.get("event", ""), request.GET.get("outcome") == "refused"
    rows = AuditEvent.objects.visible_to(scope).of_noun(noun)
    page_of = paginate(request, rows.not_succeeded() if refused else rows, order="-id")
    nouns = [
        {"label": each.capitalize(), "href": "?" if each == noun else f"?event={each}", "on": each == noun}
        for each in readings.NOUNS
    ]
    context = {"page": page_of, "lines": readings.lines(page_of.items), "nouns": nouns, "refused": refused}
    return page(request, "audit/list.html", {**context, "filtered": bool(noun) or refused})
