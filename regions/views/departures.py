"""Pages of leaving: the choices before it, holds against it, the certificate after it, and what is left."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from regions.actions import deletion_certificates, departures, holds
from regions.forms.departures import DeprovisionForm, HoldForm, LiftForm
from regions.models import DeletionCertificate, Region
from regions.views import departure_readings as readings


@require_http_methods(["GET", "POST"])
@scoped(Permission.REGION_DEPROVISION)
def deprovision(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    reading = readings.before(scope=scope, region=region)
    form = DeprovisionForm(request.POST or None, kinds=reading.kinds)
    if form.is_valid():
        typed = form.cleaned_data["typed"]
        try:
            operation = departures.deprovision(scope=scope, region=region, typed_name=typed, keeping=form.keeping)
        except ConsoleError as error:
            form.add_error("typed" if error.field else None, str(error))
        else:
            toast(request, f"{region.name} is being deprovisioned.")
            return redirect_to(request, _operation_url(request, operation.id))
    context = {"region": region, "reading": reading, "form": form}
    return page(request, "regions/departures/deprovision.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@scoped(Permission.REGION_HOLD)
def hold(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        try:
            held = holds.place(scope=scope, region=region, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            toast(request, f"{region.name} is held until {held.until:%d %B %Y}.")
            return redirect_to(request, _url(request, "region", region))
    return _hold_page(request, scope, region, form, LiftForm())


@require_POST
@scoped(Permission.REGION_HOLD)
def lift(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    form = LiftForm(request.POST)
    if form.is_valid():
        try:
            holds.lift(scope=scope, region=region, reason=form.cleaned_data["lift_reason"])
        except ConsoleError as error:
            form.add_error("lift_reason" if error.field else None, str(error))
        else:
            toast(request, f"{region.name} is not held any more.")
            return redirect_to(request, _url(request, "region", region))
    return _hold_page(request, scope, region, HoldForm(), form)


def _hold_page(
    request: HtmxRequest, scope: Scope, region: Region, form: HoldForm, lift_form: LiftForm
) -> HttpResponse:
    context = {
        "region": region,
        "reading": readings.holds_of(scope=scope, region=region),
        "form": form,
        "lift_form": lift_form,
    }
    wrong = form.errors or lift_form.errors
    return page(request, "regions/departures/hold.html", context, status=422 if wrong else 200)


@require_safe
@scoped(Permission.REGION_VIEW)
def certificate(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    context = {
        "region": region,
        "reading": readings.after(scope=scope, region=region, certificate=_certificate(scope, region)),
        "can_deprovision": scope.allows(Permission.REGION_DEPROVISION),
    }
    return page(request, "regions/departures/certificate.html", context)


@require_safe
@scoped(Permission.REGION_VIEW)
def download(_request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    """The signed text with its signature and the public key, as one file."""
    region = _region(scope, region_id)
    made = _certificate(scope, region)
    name = f"deletion-{region.name}-{made.number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(deletion_certificates.document(made), headers=headers, json_dumps_params={"indent": 2})


@require_POST
@scoped(Permission.REGION_DEPROVISION)
def remove_leftovers(request: HtmxRequest, scope: Scope, region_id: UUID) -> HttpResponse:
    region = _region(scope, region_id)
    typed = request.POST.get("typed", "")
    operation = departures.remove_leftovers(scope=scope, region=region, typed_name=typed)
    toast(request, f"What {region.name} left behind is being removed.")
    return redirect_to(request, _operation_url(request, operation.id))


def _region(scope: Scope, region_id: UUID) -> Region:
    return get_object_or_404(Region.objects.visible_to(scope).with_connection(), id=region_id)


def _certificate(scope: Scope, region: Region) -> DeletionCertificate:
    rows = DeletionCertificate.objects.visible_to(scope).of_region(region.id)
    found: DeletionCertificate | None = rows.newest_first().first()
    if found is None:
        raise Http404
    return found


def _url(request: HtmxRequest, name: str, region: Region) -> str:
    return reverse(name, kwargs={"org": request.organization.slug, "region_id": region.id})


def _operation_url(request: HtmxRequest, operation_id: UUID) -> str:
    return reverse("operation", kwargs={"org": request.organization.slug, "operation_id": operation_id})
