"""Pages of application planes: who trusts what, root rotation, a customer's own CA."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from accounts.actions import planes
from accounts.models import ApplicationPlane
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from secrets_app.actions import authorities
from secrets_app.forms.certificates import KmsKeyForm, PemForm, PlaneForm
from secrets_app.models import RegionTrust
from secrets_app.readings import planes as readings
from secrets_app.views.certificates import attachment


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def detail(request: HtmxRequest, scope: Scope, plane: str) -> HttpResponse:
    found = _plane(scope, plane)
    context = {
        "plane": found,
        "reading": readings.read(scope=scope, plane=found),
        "may_manage": scope.allows(Permission.CERTIFICATE_MANAGE),
        "may_control": scope.allows(Permission.OPERATION_CONTROL),
    }
    return page(request, "certificates/plane.html", context, partial="plane")


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def by_id(request: HtmxRequest, scope: Scope, applicationplane_id: UUID) -> HttpResponse:
    """Where an operation or an event says that it is about a plane."""
    found = get_object_or_404(ApplicationPlane.objects.visible_to(scope), pk=applicationplane_id)
    return redirect_to(request, _url(request, found.slug))


@require_http_methods(["GET", "POST"])
@scoped(Permission.REGION_CREATE)
def create(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = PlaneForm(request.POST or None)
    if form.is_valid():
        try:
            made = planes.create(scope=scope, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            toast(request, f"{made} is there. Regions join it when they are requested.")
            return redirect_to(request, _url(request, made.slug))
    return page(request, "certificates/plane_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def bundle(_request: HtmxRequest, scope: Scope, plane: str) -> HttpResponse:
    """What every region of the plane should trust."""
    found = readings.newest_bundle(scope=scope, plane=_plane(scope, plane))
    if found is None:
        raise Http404
    return attachment(found.pem, f"{plane}-bundle-{found.version}.pem")


@require_POST
@scoped(Permission.CERTIFICATE_MANAGE)
def make_root(request: HtmxRequest, scope: Scope, plane: str) -> HttpResponse:
    made = authorities.create_plane_root(scope=scope, plane_id=_plane(scope, plane).id)
    toast(request, f"{made} is made.")
    return redirect_to(request, _url(request, plane))


@require_POST
@scoped(Permission.CERTIFICATE_MANAGE)
def rotate(request: HtmxRequest, scope: Scope, plane: str) -> HttpResponse:
    typed = request.POST.get("typed", "")
    authorities.rotate_root(scope=scope, plane_id=_plane(scope, plane).id, typed_name=typed)
    toast(request, "The rotation has started. Each gate opens when every region has confirmed.")
    return redirect_to(request, _url(request, plane))


@require_http_methods(["GET", "POST"])
@scoped(Permission.CERTIFICATE_MANAGE)
def own_root(request: HtmxRequest, scope: Scope, plane: str) -> HttpResponse:
    """Trust the customer's own root."""
    found, form = _plane(scope, plane), PemForm(request.POST or None)
    if form.is_valid():
        try:
            authorities.trust_root(scope=scope, plane_id=found.id, root_pem=form.cleaned_data["pem"])
        except ConsoleError as error:
            form.add_error("pem", str(error))
        else:
            toast(request, "Your root is in the next bundle.")
            return redirect_to(request, _url(request, plane))
    return _form_page(request, {"form": form, "plane": found, "trust": None})


@require_http_methods(["GET", "POST"])
@scoped(Permission.CERTIFICATE_MANAGE)
def kms_root(request: HtmxRequest, scope: Scope, plane: str) -> HttpResponse:
    """Trust a root whose key is a KMS key of the customer's."""
    found, form = _plane(scope, plane), KmsKeyForm(request.POST or None)
    if form.is_valid():
        try:
            operation = authorities.trust_kms_root(scope=scope, plane_id=found.id, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error("arn", str(error))
        else:
            return redirect_to(request, _operation(request, operation.id))
    return _form_page(request, {"form": form, "plane": found, "trust": None}, "certificates/kms_root.html")


@require_http_methods(["GET", "POST"])
@scoped(Permission.CERTIFICATE_MANAGE)
def own_authority(request: HtmxRequest, scope: Scope, plane: str, region_id: UUID) -> HttpResponse:
    """Import what the customer's CA issued for a region's request."""
    found, form = _plane(scope, plane), PemForm(request.POST or None)
    trust = _trust(scope, found, region_id)
    if form.is_valid():
        try:
            authorities.import_intermediate(scope=scope, region_id=region_id, chain_pem=form.cleaned_data["pem"])
        except ConsoleError as error:
            form.add_error("pem", str(error))
        else:
            toast(request, f"{trust.recipient} issues from your authority once it has taken it.")
            return redirect_to(request, _url(request, plane))
    return _form_page(request, {"form": form, "plane": found, "trust": trust})


@require_POST
@scoped(Permission.CERTIFICATE_MANAGE)
def source(request: HtmxRequest, scope: Scope, plane: str, region_id: UUID) -> HttpResponse:
    """Whose CA a region's authority comes from."""
    own = request.POST.get("source") == "customer"
    change = authorities.use_own_ca if own else authorities.use_plane_root
    trust = change(scope=scope, region_id=region_id)
    toast(request, f"{trust.recipient} is asked for a new key and a request.")
    return redirect_to(request, _url(request, plane))


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def signing_request(_request: HtmxRequest, scope: Scope, plane: str, region_id: UUID) -> HttpResponse:
    """A region's newest certificate request, for the customer's CA."""
    trust = _trust(scope, _plane(scope, plane), region_id)
    if not trust.request_pem:
        raise Http404
    return attachment(trust.request_pem, f"{trust.recipient}.csr.pem")


def _form_page(
    request: HtmxRequest, context: dict[str, Any], template: str = "certificates/own_ca.html"
) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, partial="form", status=status)


def _plane(scope: Scope, slug: str) -> ApplicationPlane:
    return get_object_or_404(ApplicationPlane.objects.visible_to(scope), slug=slug)


def _trust(scope: Scope, plane: ApplicationPlane, region_id: UUID) -> RegionTrust:
    rows = RegionTrust.objects.visible_to(scope).of_plane(plane.id).of_region(region_id).with_recipient()
    return get_object_or_404(rows)


def _url(request: HtmxRequest, slug: str) -> str:
    return reverse("plane", kwargs={"org": request.organization.slug, "plane": slug})


def _operation(request: HtmxRequest, operation_id: UUID) -> str:
    return reverse("operation", kwargs={"org": request.organization.slug, "operation_id": operation_id})
