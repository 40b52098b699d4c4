"""Pages of certificates: the inventory, the list, one certificate and the acts on it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from accounts.models import Project
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from secrets_app.actions import certificates
from secrets_app.forms.certificates import NewCertificateForm, RevokeForm
from secrets_app.models import Certificate, Recipient
from secrets_app.readings import certificate_details as details
from secrets_app.readings import certificate_filters
from secrets_app.readings.certificates import inventory
from secrets_app.views.certificate_pages import inventory_context


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    context = inventory_context(request, scope, inventory(scope=scope))
    return page(request, "certificates/inventory.html", context, partial="inventory")


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def listing(request: HtmxRequest, scope: Scope) -> HttpResponse:
    asked = certificate_filters.asked(request.GET)
    rows = certificate_filters.chosen(Certificate.objects.visible_to(scope), asked)
    found = paginate(request, rows.with_issuer().without_pem(), order="not_after")
    context = {"page": found, "asked": asked, "chips": certificate_filters.chips(scope, asked)}
    return page(request, "certificates/list.html", context, partial="certificates")


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def detail(request: HtmxRequest, scope: Scope, certificate_id: UUID) -> HttpResponse:
    return _detail(request, scope, certificate_id, RevokeForm())


def _detail(
    request: HtmxRequest, scope: Scope, certificate_id: UUID, form: RevokeForm, *, status: int = 200
) -> HttpResponse:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(scope).select_related("issuer__issuer", "recipient", "plane"),
        pk=certificate_id,
    )
    context = {
        "certificate": certificate,
        "detail": details.read(scope=scope, certificate=certificate),
        "form": form,
        "may_manage": scope.allows(Permission.CERTIFICATE_MANAGE),
    }
    return page(request, "certificates/detail.html", context, partial="certificate", status=status)


@require_safe
@scoped(Permission.CERTIFICATE_VIEW)
def pem(_request: HtmxRequest, scope: Scope, certificate_id: UUID) -> HttpResponse:
    """The certificate and the authorities above it, without the root, as a server sends them."""
    certificate = get_object_or_404(
        Certificate.objects.visible_to(scope).select_related("issuer"), pk=certificate_id
    )
    return attachment(details.chain_pem(certificate), f"{certificate.common_name}.pem")


def attachment(text: str, name: str) -> HttpResponse:
    safe = "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return HttpResponse(text, content_type="application/x-pem-file", headers=headers)


@require_POST
@scoped(Permission.CERTIFICATE_MANAGE)
def renew(request: HtmxRequest, scope: Scope, certificate_id: UUID) -> HttpResponse:
    certificate = certificates.renew(scope=scope, certificate_id=certificate_id)
    toast(request, f"{certificate.recipient} is asked for a new key and certificate.")
    return redirect_to(request, _url(request, certificate_id))


@require_POST
@scoped(Permission.CERTIFICATE_MANAGE)
def revoke(request: HtmxRequest, scope: Scope, certificate_id: UUID) -> HttpResponse:
    form = RevokeForm(request.POST)
    if form.is_valid():
        why, typed = form.cleaned_data["why"], form.cleaned_data["typed"]
        try:
            certificates.revoke(scope=scope, certificate_id=certificate_id, why=why, typed_name=typed)
        except ConsoleError as error:
            form.add_error("typed" if error.field else None, str(error))
        else:
            toast(request, "Revoked. The next list names it.")
            return redirect_to(request, _url(request, certificate_id))
    return _detail(request, scope, certificate_id, form, status=422)


@require_http_methods(["GET", "POST"])
@scoped(Permission.CERTIFICATE_MANAGE)
def create(request: HtmxRequest, scope: Scope) -> HttpResponse:
    regions = list(Recipient.objects.visible_to(scope).present().active().by_name())
    names = list(Project.objects.visible_to(scope).by_name().values_list("name", flat=True))
    form = NewCertificateForm(request.POST or None, regions=regions, projects=names)
    if form.is_valid():
        try:
            certificates.issue(scope=scope, **form.asked())
        except ConsoleError as error:
            form.add_error("app", str(error))
        else:
            toast(request, "The region is asked for the certificate; it is listed once it has been verified.")
            return redirect_to(request, reverse("certificates", kwargs={"org": request.organization.slug}))
    context = {"form": form, "regions": regions, "projects": names}
    return page(request, "certificates/new.html", context, partial="form", status=422 if form.errors else 200)


def _url(request: HtmxRequest, certificate_id: UUID) -> str:
    return reverse("certificate", kwargs={"org": request.organization.slug, "certificate_id": certificate_id})
