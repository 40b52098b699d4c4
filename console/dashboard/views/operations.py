"""Pages of operations: the list, one live, and the acts on it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import scoped
from console.dashboard.readings import operations as readings
from console.dashboard.readings.step_rows import table
from console.dashboard.readings.targets import url_of
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.actions import operations, retries
from console.operations.models import Operation
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate


@require_safe
@scoped(Permission.OPERATION_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    going_on = request.GET.get("show") == "going-on"
    rows = Operation.objects.visible_to(scope)
    listed = paginate(request, rows.going_on() if going_on else rows, order="-id")
    return page(request, "operations/list.html", {"page": listed, "going_on": going_on, "all": not going_on})


@require_safe
@scoped(Permission.OPERATION_VIEW)
def detail(request: HtmxRequest, scope: Scope, operation_id: UUID) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.visible_to(scope), id=operation_id)
    every, whole_log = request.GET.get("steps") == "all", request.GET.get("log") == "all"
    reading = readings.read(scope=scope, operation=operation, at=now(), whole_log=whole_log)
    context = {
        "operation": operation,
        "reading": reading,
        "table": table(reading, every_step=every),
        "every": every,
        "cancellation": lifecycle.cancellation(operation.kind),
        "going": not operation.ended,
        "can_control": scope.allows(Permission.OPERATION_CONTROL),
        "target_url": url_of(operation, request.organization.slug),
    }
    return page(request, "operations/detail.html", context, partial="progress")


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def retry_all(request: HtmxRequest, scope: Scope, operation_id: UUID) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.visible_to(scope), id=operation_id)
    retries.retry_all(scope=scope, operation=operation)
    toast(request, "Every step that waited for a person is tried again.")
    return redirect_to(request, page_of(request, operation_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def cancel(request: HtmxRequest, scope: Scope, operation_id: UUID) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.visible_to(scope), id=operation_id)
    operations.cancel(scope=scope, operation=operation)
    toast(request, f"{operation.title} is being cancelled.")
    return redirect_to(request, page_of(request, operation_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def pause(request: HtmxRequest, scope: Scope, operation_id: UUID) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.visible_to(scope), id=operation_id)
    operations.pause(scope=scope, operation=operation)
    toast(request, f"{operation.title} is paused.")
    return redirect_to(request, page_of(request, operation_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def resume(request: HtmxRequest, scope: Scope, operation_id: UUID) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.visible_to(scope), id=operation_id)
    operations.resume(scope=scope, operation=operation)
    toast(request, f"{operation.title} goes on.")
    return redirect_to(request, page_of(request, operation_id))


def page_of(request: HtmxRequest, operation_id: UUID) -> str:
    return reverse("operation", kwargs={"org": request.organization.slug, "operation_id": operation_id})
