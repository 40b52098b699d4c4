"""The plan that both sides read and sign."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import page, redirect_to, toast
from regions.actions import region_plans, regions
from regions.forms.onboardings import SignForm
from regions.models import Side
from regions.views.onboardings import slug_of
from regions.views.plan_pages import plan_context


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def detail(request: HttpRequest, scope: Scope, onboarding_id: UUID, number: int) -> HttpResponse:
    return _show(request, scope, onboarding_id, number)


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def current(request: HttpRequest, scope: Scope, onboarding_id: UUID) -> HttpResponse:
    """Go to the newest version."""
    newest = region_plans.newest(scope=scope, onboarding_id=onboarding_id)
    return redirect_to(request, _url(request, onboarding_id, newest.number))


@require_POST
@scoped(Permission.REGION_CREATE)
def request_region(request: HttpRequest, scope: Scope, onboarding_id: UUID, number: int) -> HttpResponse:
    version, _ = region_plans.versions(scope=scope, onboarding_id=onboarding_id, number=number)
    group = request.POST.get("region_group", "")
    region = regions.request(scope=scope, plan_version=version, region_group=group)
    toast(request, f"{region.name} is asked for; a person who may approves it.")
    return redirect_to(request, reverse("region", kwargs={"org": slug_of(request), "region_id": region.pk}))


@require_GET
@scoped(Permission.ONBOARDING_VIEW)
def export(
    request: HttpRequest,  # noqa: ARG001  every view takes it
    scope: Scope,
    onboarding_id: UUID,
    number: int,
) -> HttpResponse:
    """The plan as JSON, with the digest that signatures are about."""
    version, _ = region_plans.versions(scope=scope, onboarding_id=onboarding_id, number=number)
    name = f"plan-{version.onboarding.name}-v{version.number}.json"
    body = {"digest": version.digest, "number": version.number, "plan": version.document}
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(body, headers=headers, json_dumps_params={"indent": 2, "sort_keys": True})


@require_POST
@scoped(Permission.PLAN_SIGN)
def sign_as_operator(request: HttpRequest, scope: Scope, onboarding_id: UUID, number: int) -> HttpResponse:
    return _sign(request, scope, onboarding_id, number, Side.OPERATOR)


@require_POST
@scoped(Permission.PLAN_SIGN_AS_ARCHITECT)
def sign_as_architect(request: HttpRequest, scope: Scope, onboarding_id: UUID, number: int) -> HttpResponse:
    return _sign(request, scope, onboarding_id, number, Side.ARCHITECT)


def _sign(request: HttpRequest, scope: Scope, onboarding_id: UUID, number: int, side: Side) -> HttpResponse:
    form = SignForm(request.POST)
    if form.is_valid():
        version, _ = region_plans.versions(scope=scope, onboarding_id=onboarding_id, number=number)
        try:
            region_plans.sign(scope=scope, plan_id=version.pk, side=side, note=form.cleaned_data["note"])
        except ConsoleError as error:
            form.add_error(None, str(error))
        else:
            toast(request, f"Version {number} is signed.")
            return redirect_to(request, _url(request, onboarding_id, number))
    return _show(request, scope, onboarding_id, number, form)


def _url(request: HttpRequest, onboarding_id: UUID, number: int) -> str:
    kwargs = {"org": slug_of(request), "onboarding_id": onboarding_id, "number": number}
    return reverse("onboarding-plan", kwargs=kwargs)


def _show(
    request: HttpRequest, scope: Scope, onboarding_id: UUID, number: int, form: SignForm | None = None
) -> HttpResponse:
    version, versions = region_plans.versions(scope=scope, onboarding_id=onboarding_id, number=number)
    context = plan_context(scope, slug_of(request), version, versions, form)
    return page(request, "regions/plan/detail.html", context, status=422 if form else 200)
