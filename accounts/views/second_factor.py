"""The second factor: enrolling it, showing it at sign-in and again later, and one's security page."""

from typing import cast
from uuid import UUID

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginStage
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import second_factor
from accounts.access.scoped import before_second_factor, fresh, next_of, personal, public, to_second_factor
from accounts.access.standing import origin
from accounts.actions import second_factors
from accounts.forms.second_factor import CodeForm
from accounts.models import TotpDevice, User
from accounts.readings import security
from accounts.signing_in import showing
from accounts.signing_in.stages import SecondFactorStage
from console.kernel.errors import ConsoleError
from console.web.pages import HtmxRequest, page, redirect_to

PENDING = "pending_authenticator"
"""Key of the session: the id, never the secret, of the authenticator that this browser is enrolling."""


@require_safe
@personal
def index(request: HtmxRequest) -> HttpResponse:
    return page(request, "mfa/index.html", security.of_person(user=person(request)))


@require_http_methods(["GET", "POST"])
@before_second_factor
@personal
def enrol(request: HtmxRequest) -> HttpResponse:
    if TotpDevice.objects.of(person(request).pk).confirmed().exists() and not second_factor.is_fresh(request):
        return to_second_factor(request)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            made = _confirm(request, form)
        except ConsoleError as error:
            form.add_error("code", str(error))
        else:
            return page(request, "mfa/recovery_codes.html", security.new_codes(made, then=next_of(request)))
    context = {"form": form, **security.enrolment(_pending(request))}
    return page(request, "mfa/enrol.html", context, status=422 if form.errors else 200)


def _pending(request: HtmxRequest) -> TotpDevice:
    """Return the authenticator that this session began to enrol, or begin one: nobody else has seen its secret."""
    known = request.session.get(PENDING)
    found = TotpDevice.objects.of(person(request).pk).pending().with_id(known) if known else None
    device = found or second_factors.begin_enrolment(user=person(request))
    request.session[PENDING] = str(device.pk)
    return device


def _confirm(request: HtmxRequest, form: Form) -> list[str]:
    made = second_factors.confirm_enrolment(
        user=person(request),
        device_id=UUID(request.session.get(PENDING) or "0" * 32),
        code=form.cleaned_data["code"],
        origin=origin(request),
    )
    del request.session[PENDING]
    second_factor.record(request, person(request), "totp")
    return made


@require_POST
@personal
@fresh
def renew_recovery_codes(request: HtmxRequest) -> HttpResponse:
    made = second_factors.renew_recovery_codes(user=person(request), origin=origin(request))
    return page(request, "mfa/recovery_codes.html", security.new_codes(made, then=reverse("mfa_index")))


@require_http_methods(["GET", "POST"])
@public(reason="The second half of signing in; it opens only after the password was right.")
@login_stage_required(stage=SecondFactorStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def authenticate(request: HtmxRequest) -> HttpResponseBase:
    stage: LoginStage = request._login_stage  # type: ignore[attr-defined]
    form = showing.form_of(request)
    if showing.accepts(request, form, user=stage.login.user):
        return cast("HttpResponseBase", stage.exit())
    context = {"form": form, "email": stage.login.user.email, "recovery": showing.by_recovery_code(request)}
    return page(request, "mfa/authenticate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@before_second_factor
@personal
def reauthenticate(request: HtmxRequest) -> HttpResponse:
    form = showing.form_of(request)
    if showing.accepts(request, form, user=person(request)):
        return redirect_to(request, next_of(request))
    context = {"form": form, "next": next_of(request), "recovery": showing.by_recovery_code(request)}
    return page(request, "mfa/reauthenticate.html", context, status=422 if form.errors else 200)


def person(request: HtmxRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
