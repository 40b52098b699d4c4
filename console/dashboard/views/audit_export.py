"""Taking the trail away as a file: the choice, and the stream."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.access.scoped import scoped
from console.audit.models import AuditLink
from console.dashboard.forms.audit import asked
from console.dashboard.readings import audit_choices, audit_export
from console.dashboard.readings.audit_filters import TrailFilter
from console.dashboard.streams import audit_file
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page


@require_safe
@scoped(Permission.AUDIT_EXPORT)
def choose(request: HtmxRequest, scope: Scope) -> HttpResponse:
    trail = TrailFilter.of(_filters(request), at=now(), usual="all")
    context = {
        "trail": trail,
        "on": audit_choices.on(trail),
        "newest": AuditLink.objects.visible_to(scope).newest_first().first(),
        "kinds": audit_export.KINDS,
        "host": request.build_absolute_uri("/api/v1/audit/export"),
    }
    return page(request, "audit/export.html", context)


@require_safe
@scoped(Permission.AUDIT_EXPORT)
def download(request: HtmxRequest, scope: Scope, kind: str) -> StreamingHttpResponse:
    return audit_file(request.GET, scope=scope, kind=kind, name=request.organization.slug)


def _filters(request: HtmxRequest) -> dict[str, Any]:
    return {name: value for name, value in asked(request.GET).items() if name != "show"}
