"""Secrets: the list, one of them, and the acts on it that change no value."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import second_factor
from accounts.access.scoped import scoped
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate
from secrets_app.actions import recipients, references, secret_upkeep, secrets
from secrets_app.forms.secrets import RevealForm, ScheduleForm
from secrets_app.models import Kind, Secret
from secrets_app.readings import secret as reading
from secrets_app.readings import secrets as readings


@require_safe
@scoped(Permission.SECRET_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    asked = readings.Filter.of(request.GET)
    found = paginate(request, readings.filtered(scope=scope, asked=asked), order="name")
    context = {
        "page": found,
        "rows": readings.rows(scope=scope, secrets=found.items),
        "asked": asked,
        "kinds": [(kind.value, kind.label, asked.address(kind=kind.value)) for kind in Kind],
        "may_manage": scope.allows(Permission.SECRET_MANAGE),
        "may_accept": scope.allows(Permission.KEY_MANAGE),
        **readings.above(scope=scope),
    }
    return page(request, "secrets/list.html", context)


@require_safe
@scoped(Permission.SECRET_VIEW)
def detail(request: HtmxRequest, scope: Scope, secret_id: UUID) -> HttpResponse:
    return shown(request, scope, secrets.get(scope=scope, secret_id=secret_id))


def shown(request: HtmxRequest, scope: Scope, secret: Secret) -> HttpResponse:
    read = reading.read(scope=scope, secret=secret)
    context = {
        "secret": secret,
        "reading": read,
        "reveal_form": RevealForm(keys=[str(entry["key"]) for entry in read.keys]),
        "may_manage": scope.allows(Permission.SECRET_MANAGE),
        "may_reveal": scope.allows(Permission.SECRET_REVEAL),
        "may_audit": scope.allows(Permission.AUDIT_VIEW),
        "is_fresh": second_factor.is_fresh(request),
    }
    return page(request, "secrets/detail.html", context, partial="live")


@require_http_methods(["GET", "POST"])
@scoped(Permission.SECRET_MANAGE)
def schedule(request: HtmxRequest, scope: Scope, secret_id: UUID) -> HttpResponse:
    secret = secrets.get(scope=scope, secret_id=secret_id)
    form = ScheduleForm(request.POST or None, initial=vars(secret))
    if form.is_valid():
        try:
            secret_upkeep.schedule(scope=scope, secret=secret, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            return to_secret(request, secret, "The schedule is set.")
    context = {"secret": secret, "form": form}
    return page(request, "secrets/schedule.html", context, status=422 if form.errors else 200)


@require_POST
@scoped(Permission.SECRET_MANAGE)
def delete(request: HtmxRequest, scope: Scope, secret_id: UUID) -> HttpResponse:
    secret = secrets.get(scope=scope, secret_id=secret_id)
    secrets.delete(scope=scope, secret=secret, typed=request.POST.get("typed", "").strip())
    toast(request, f"{secret.name} is deleted; regions remove it as they hear of it.")
    return redirect_to(request, reverse("secrets", kwargs={"org": request.organization.slug}))


@require_POST
@scoped(Permission.SECRET_MANAGE)
def look_again(request: HtmxRequest, scope: Scope, secret_id: UUID) -> HttpResponse:
    secret = secrets.get(scope=scope, secret_id=secret_id)
    references.look_again(scope=scope, secret=secret)
    return to_secret(request, secret, "Secrets Manager is asked.")


@require_POST
@scoped(Permission.KEY_MANAGE)
def accept_key(request: HtmxRequest, scope: Scope, recipient_id: UUID) -> HttpResponse:
    key_id = request.POST.get("key_id", "")
    recipient = recipients.accept_key(scope=scope, recipient_id=recipient_id, key_id=key_id)
    toast(request, f"Everything is sealed anew to the key of {recipient.name}.")
    return redirect_to(request, reverse("secrets", kwargs={"org": request.organization.slug}))


def to_secret(request: HtmxRequest, secret: Secret, said: str = "") -> HttpResponse:
    if said:
        toast(request, said)
    return redirect_to(
        request, reverse("secret", kwargs={"org": request.organization.slug, "secret_id": secret.pk})
    )
