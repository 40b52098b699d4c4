"""The audit trail of an organization: the list with one event open, an event alone, the history of a thing."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access.scoped import scoped
from console.audit.models import AuditEvent
from console.dashboard.forms.audit import asked
from console.dashboard.readings import audit, audit_event, audit_history, audit_page
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page
from console.web.pagination import paginate


@require_safe
@scoped(Permission.AUDIT_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    question = audit_page.question(asked(request.GET), at=now())
    found = question.trail.page(request, scope)
    context = audit_page.read(
        scope=scope, slug=request.organization.slug, question=question, page=found, address=request.GET
    )
    context |= {"address": request.build_absolute_uri(), "may_export": scope.allows(Permission.AUDIT_EXPORT)}
    return page(request, "audit/list.html", context, partial="trail")


@require_safe
@scoped(Permission.AUDIT_VIEW)
def event(request: HtmxRequest, scope: Scope, event_id: UUID) -> HttpResponse:
    found = get_object_or_404(AuditEvent.objects.visible_to(scope), id=event_id)
    slug = request.organization.slug
    reading = audit_event.read(scope=scope, slug=slug, event=found)
    neighbours = audit_event.neighbours(scope=scope, slug=slug, reading=reading)
    return page(request, "audit/event.html", {"reading": reading, "neighbours": neighbours})


@require_safe
@scoped(Permission.AUDIT_VIEW)
def history(request: HtmxRequest, scope: Scope, kind: str, key: str) -> HttpResponse:
    reading = audit_history.read(scope=scope, slug=request.organization.slug, target_type=kind, key=key)
    found = paginate(request, AuditEvent.objects.visible_to(scope).about(kind, key), order="-id")
    if reading.thing is None and not found.items:
        raise Http404
    lines = audit.linked(found.items, request.organization.slug)
    context = {**reading.context(found.items), "page": found, "lines": lines}
    return page(request, "audit/history.html", context)
