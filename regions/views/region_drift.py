"""Pages of a region's drift: what differs, who changed it, and what is done about it."""

from datetime import timedelta
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from regions.actions import drift, drift_findings, regions
from regions.forms.drift import AcceptForm, PauseForm, SnoozeForm, WatchForm
from regions.models import Finding, Region, Resource
from regions.steps.drift_findings import watch_of
from regions.views import drift_readings as readings


@require_safe
@scoped(Permission.REGION_VIEW)
def index(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = regions.get(scope=scope, region_id=region_id)
    settled = Finding.objects.visible_to(scope).of_region(region).not_acted_on()
    page_of = paginate(request, settled, order="-id", limit=20)
    context = {
        "region": region,
        "reading": readings.read(scope=scope, region=region),
        "page": page_of,
        "rows": [readings.FindingReading(each) for each in page_of.items],
        "may_control": scope.allows(Permission.OPERATION_CONTROL),
        "may_approve": scope.allows(Permission.REGION_APPROVE),
    }
    return page(request, "regions/drift/index.html", context)


@require_safe
@scoped(Permission.REGION_VIEW)
def finding(request: HtmxRequest, scope: Scope, region_id: UUID, finding_id: UUID) -> HttpResponse:
    found = _finding(scope, region_id, finding_id)
    return page(request, "regions/drift/finding.html", _forms(scope, found))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def revert(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    """The findings that are named, or every open one that a call puts back."""
    region = regions.get(scope=scope, region_id=region_id)
    found = drift_findings.chosen(scope=scope, region=region, named=request.POST.getlist("finding"))
    operation = drift_findings.revert(scope=scope, region=region, findings=found)
    toast(request, f"{operation.title}: it has started.")
    return redirect_to(request, _url(request, "operation", operation_id=operation.id))


@require_POST
@scoped(Permission.REGION_APPROVE)
def accept(request: HtmxRequest, scope: Scope, region_id: UUID, finding_id: UUID) -> HttpResponse:
    found, form = _finding(scope, region_id, finding_id), AcceptForm(request.POST)
    if form.is_valid():
        try:
            override = drift_findings.accept(scope=scope, finding=found, reason=form.cleaned_data["reason"])
        except ConsoleError as error:
            form.add_error("reason", str(error))
        else:
            toast(request, f"Wanted from now on, as version {override.number} of what the region wants otherwise.")
            return redirect_to(request, _url(request, "region-drift", region_id=region_id))
    return _again(request, scope, found, accept_form=form)


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def snooze(request: HtmxRequest, scope: Scope, region_id: UUID, finding_id: UUID) -> HttpResponse:
    found = _finding(scope, region_id, finding_id)
    form = SnoozeForm(request.POST, finding=found)
    if form.is_valid():
        until = now() + timedelta(hours=form.cleaned_data["hours"])
        try:
            drift_findings.snooze(scope=scope, finding=found, reason=form.cleaned_data["reason"], until=until)
        except ConsoleError as error:
            form.add_error("reason", str(error))
        else:
            toast(request, f"Snoozed until {until:%d %B, %H:%M} UTC.")
            return redirect_to(request, _url(request, "region-drift", region_id=region_id))
    return _again(request, scope, found, snooze_form=form)


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def wake(request: HtmxRequest, scope: Scope, region_id: UUID, finding_id: UUID) -> HttpResponse:
    drift_findings.wake(scope=scope, finding=_finding(scope, region_id, finding_id))
    toast(request, "The finding is open again.")
    return redirect_to(request, _url(request, "region-drift", region_id=region_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def pause(request: HtmxRequest, scope: Scope, region_id: UUID, name: str) -> HttpResponse:
    form = PauseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    drift.pause(scope=scope, resource=_resource(scope, region_id, name), reason=reason)
    toast(request, "Scans look at the resource and leave it alone.")
    return redirect_to(request, _url(request, "region-drift", region_id=region_id))


@require_POST
@scoped(Permission.OPERATION_CONTROL)
def resume(request: HtmxRequest, scope: Scope, region_id: UUID, name: str) -> HttpResponse:
    drift.resume(scope=scope, resource=_resource(scope, region_id, name))
    toast(request, "The next scan judges the resource again.")
    return redirect_to(request, _url(request, "region-drift", region_id=region_id))


@require_http_methods(["GET", "POST"])
@scoped(Permission.REGION_APPROVE)
def policy(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = regions.get(scope=scope, region_id=region_id)
    form = _watch_form(request, scope, region)
    if form.is_bound and form.is_valid():
        every = form.cleaned_data["every_seconds"]
        drift.set_watch(scope=scope, region=region, every_seconds=every, healing=form.healing)
        toast(request, "Saved. The next scan goes by it.")
        return redirect_to(request, _url(request, "region-drift", region_id=region_id))
    context = {"region": region, "form": form}
    return page(request, "regions/drift/policy.html", context, status=422 if form.errors else 200)


def _watch_form(request: HtmxRequest, scope: Scope, region: Region) -> WatchForm:
    kinds = Resource.objects.visible_to(scope).of_region(region).kinds()
    watch = watch_of(scope, region)
    healing = {f"kind-{kind}": policy for kind, policy in watch.healing.items() if kind}
    initial = {"every_seconds": watch.every_seconds, "others": watch.healing.get("", "off"), **healing}
    return WatchForm(request.POST or None, kinds=kinds, initial=initial)


def _forms(scope: Scope, found: Finding, **forms: Form) -> dict[str, object]:
    return {
        "region": found.region,
        "reading": readings.FindingReading(found),
        "finding": found,
        "accept_form": AcceptForm(),
        "snooze_form": SnoozeForm(finding=found),
        "pause_form": PauseForm(),
        "may_control": scope.allows(Permission.OPERATION_CONTROL),
        "may_approve": scope.allows(Permission.REGION_APPROVE),
        **forms,
    }


def _again(request: HtmxRequest, scope: Scope, found: Finding, **forms: Form) -> HttpResponse:
    return page(request, "regions/drift/finding.html", _forms(scope, found, **forms), status=422)


def _finding(scope: Scope, region_id: UUID, finding_id: UUID) -> Finding:
    rows = Finding.objects.visible_to(scope).select_related("region__connection")
    return get_object_or_404(rows, region_id=region_id, id=finding_id)


def _resource(scope: Scope, region_id: UUID, name: str) -> Resource:
    rows = Resource.objects.visible_to(scope).select_related("region")
    return get_object_or_404(rows, region_id=region_id, name=name)


def _url(request: HtmxRequest, name: str, **kwargs: object) -> str:
    return reverse(name, kwargs={"org": request.organization.slug, **kwargs})
