"""Pages of a region's changes: asked for, shown, approved, carried out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from regions.actions import onboardings, region_changes, region_plans, regions
from regions.forms.onboardings import SectionPost
from regions.forms.region_changes import AskForm, DecideForm
from regions.models import Onboarding, PlanVersion, Region, RegionChange
from regions.questionnaire.sections.changing import CHANGING
from regions.views import change_pages as pages


@require_safe
@scoped(Permission.REGION_VIEW)
def index(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = regions.get(scope=scope, region_id=region_id)
    rows = paginate(request, RegionChange.objects.visible_to(scope).of_region(region).with_plan(), order="-id")
    context = {
        "region": region,
        "page": rows,
        "rows": pages.listed(list(rows.items)),
        "standing": pages.standing(scope, region),
        "may_answer": scope.allows(Permission.ONBOARDING_ANSWER),
    }
    return page(request, "regions/changes/list.html", context)


@require_http_methods(["GET", "POST"])
@scoped(Permission.ONBOARDING_ANSWER)
def create(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    """The answers that are usually changed; saving them makes a new plan version."""
    region = regions.get(scope=scope, region_id=region_id)
    onboarding = get_object_or_404(Onboarding.objects.visible_to(scope).of_region(region.pk))
    if request.method == "POST":
        return _answered(request, scope, region, onboarding)
    sheet = onboardings.sheet(scope=scope, onboarding_id=onboarding.pk)
    return page(request, "regions/changes/form.html", pages.form_context(scope, region, sheet))


def _answered(request: HtmxRequest, scope: Scope, region: Region, onboarding: Onboarding) -> HttpResponse:
    sent = SectionPost(request.POST, CHANGING)
    sheet = onboardings.answer(scope=scope, onboarding_id=onboarding.pk, typed=sent.typed, reasons=sent.reasons)
    if sheet.problems or sent.stays:
        context = pages.form_context(scope, region, sheet, untouched=True)
        return page(request, "regions/changes/form.html", context, status=422 if sheet.problems else 200)
    version = region_plans.compile_plan(scope=scope, onboarding_id=onboarding.pk)
    toast(request, f"Version {version.number} of the plan says what the answers say. Nothing has changed yet.")
    return redirect_to(request, _url(request, "region-change-preview", region_id=region.pk, number=version.number))


@require_safe
@scoped(Permission.REGION_VIEW)
def preview(request: HtmxRequest, scope: Scope, region_id: UUID, number: int) -> HttpResponse:
    region, version = _planned(scope, region_id, number)
    return page(request, "regions/changes/preview.html", pages.preview_context(scope, region, version))


@require_POST
@scoped(Permission.REGION_CREATE)
def ask(request: HtmxRequest, scope: Scope, region_id: UUID, number: int) -> HttpResponse:
    region, version = _planned(scope, region_id, number)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            change = region_changes.ask(scope=scope, region=region, plan_version=version, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error("note" if error.field == "note" else None, str(error))
        else:
            toast(request, "Asked for; a person who may approves it.")
            return redirect_to(request, _change_url(request, change))
    context = pages.preview_context(scope, region, version, form)
    return page(request, "regions/changes/preview.html", context, status=422)


@require_safe
@scoped(Permission.REGION_VIEW)
def detail(request: HtmxRequest, scope: Scope, region_id: UUID, change_id: UUID) -> HttpResponse:
    return _show(request, scope, _change(scope, region_id, change_id))


@require_POST
@scoped(Permission.REGION_APPROVE)
def approve(request: HtmxRequest, scope: Scope, region_id: UUID, change_id: UUID) -> HttpResponse:
    change, form = _change(scope, region_id, change_id), DecideForm(request.POST)
    if form.is_valid():
        try:
            operation = region_changes.approve(scope=scope, change=change, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(None, str(error))
        else:
            toast(request, "Approved. The change has started.")
            return redirect_to(request, _url(request, "operation", operation_id=operation.id))
    return _show(request, scope, change, form)


@require_POST
@scoped(Permission.REGION_APPROVE)
def deny(request: HtmxRequest, scope: Scope, region_id: UUID, change_id: UUID) -> HttpResponse:
    change, form = _change(scope, region_id, change_id), DecideForm(request.POST)
    if form.is_valid():
        change = region_changes.deny(scope=scope, change=change, **form.cleaned_data)
        toast(request, "Denied. The region stays as it is.")
        return redirect_to(request, _change_url(request, change))
    return _show(request, scope, change, form)


@require_POST
@scoped(Permission.REGION_CREATE)
def withdraw(request: HtmxRequest, scope: Scope, region_id: UUID, change_id: UUID) -> HttpResponse:
    change = region_changes.withdraw(scope=scope, change=_change(scope, region_id, change_id))
    toast(request, "Withdrawn. The region stays as it is.")
    return redirect_to(request, _change_url(request, change))


def _planned(scope: Scope, region_id: UUID, number: int) -> tuple[Region, PlanVersion]:
    region = regions.get(scope=scope, region_id=region_id)
    versions = PlanVersion.objects.visible_to(scope).of_region(region.pk).with_signatures()
    return region, get_object_or_404(versions.select_related("onboarding"), number=number)


def _change(scope: Scope, region_id: UUID, change_id: UUID) -> RegionChange:
    rows = RegionChange.objects.visible_to(scope).with_plan()
    return get_object_or_404(rows, id=change_id, region_id=region_id)


def _show(
    request: HtmxRequest, scope: Scope, change: RegionChange, form: DecideForm | None = None
) -> HttpResponse:
    context = pages.change_context(scope, change, form)
    return page(request, "regions/changes/detail.html", context, status=422 if form else 200)


def _url(request: HttpRequest, name: str, **kwargs: object) -> str:
    return reverse(name, kwargs={"org": request.organization.slug, **kwargs})  # type: ignore[attr-defined]


def _change_url(request: HtmxRequest, change: RegionChange) -> str:
    return _url(request, "region-change", region_id=change.region_id, change_id=change.pk)
