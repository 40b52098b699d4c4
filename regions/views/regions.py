"""Pages of regions: list, dashboard, resources, approval and leaving."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.charts import plotly
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from regions.actions import drift, region_roles, regions
from regions.models import Region, Resource
from regions.views import region_readings as readings


@require_safe
@scoped(Permission.REGION_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    page_of = paginate(request, Region.objects.visible_to(scope).with_connection(), order="-id")
    return page(request, "regions/regions/list.html", {"page": page_of})


@require_safe
@scoped(Permission.REGION_VIEW)
@plotly.with_charts
def detail(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    context = {
        "region": region,
        "reading": readings.read(scope=scope, region=region),
        "roles": region_roles.standing(scope=scope, region=region),
        "can_approve": scope.allows(Permission.REGION_APPROVE),
        "can_deprovision": scope.allows(Permission.REGION_DEPROVISION),
        "can_control": scope.allows(Permission.OPERATION_CONTROL),
        "can_hold": scope.allows(Permission.REGION_HOLD),
    }
    return page(request, "regions/regions/detail.html", context, partial="region")


@require_safe
@scoped(Permission.REGION_VIEW)
def resources(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    rows = paginate(request, Resource.objects.visible_to(scope).of_region(region), order="position", limit=200)
    return page(request, "regions/regions/resources.html", {"region": region, "page": rows})


@require_safe
@scoped(Permission.REGION_VIEW)
def timing(_request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    """The chart of provisioning time by step."""
    return plotly.respond(readings.timing_figure(scope=scope, region=_region(scope, region_id)))


@require_POST
@scoped(Permission.REGION_APPROVE)
def approve(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    operation = regions.approve(scope=scope, region=_region(scope, region_id))
    toast(request, "Approved. Provisioning has started.")
    return redirect_to(request, _operation_url(request, operation.id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def reconcile(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    operation = drift.scan(scope=scope, region=_region(scope, region_id))
    toast(request, "The console reads every resource from the cloud again.")
    return redirect_to(request, _operation_url(request, operation.id))


def _region(scope: Scope, region_id: UUID) -> Region:
    return get_object_or_404(Region.objects.visible_to(scope).with_connection(), id=region_id)


def _operation_url(request: HtmxRequest, operation_id: UUID) -> str:
    return reverse("operation", kwargs={"org": request.organization.slug, "operation_id": operation_id})
