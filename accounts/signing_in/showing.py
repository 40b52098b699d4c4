"""Showing the second factor: at sign-in, and again before what needs it fresh."""

from allauth.core import ratelimit
from django.forms import Form
from django.http import HttpRequest

from accounts.access import second_factor
from accounts.access.standing import origin
from accounts.actions import second_factors
from accounts.forms.second_factor import CodeForm, RecoveryCodeForm
from accounts.models import User
from console.kernel.errors import ConsoleError

TOO_MANY = "Too many tries. Wait five minutes, then try again."


def by_recovery_code(request: HttpRequest) -> bool:
    return "recovery" in request.GET


def form_of(request: HttpRequest) -> Form:
    form = RecoveryCodeForm if by_recovery_code(request) else CodeForm
    return form(request.POST if request.method == "POST" else None)


def accepts(request: HttpRequest, form: Form, *, user: User) -> bool:
    """Say whether the form holds a code that is accepted; note it in the session, or add the error to the form.

    allauth's limit per person lives in the cache; what must outlast the cache is counted with the device.
    """
    if not form.is_valid():
        return False
    key = f"second-factor-{user.pk}"
    if not ratelimit.consume(request, action="login_failed", key=key):
        form.add_error("code", TOO_MANY)
        return False
    recovery = by_recovery_code(request)
    show = second_factors.use_recovery_code if recovery else second_factors.show_code
    try:
        show(user=user, code=form.cleaned_data["code"], origin=origin(request))
    except ConsoleError as error:
        form.add_error("code", str(error))
        return False
    ratelimit.clear(request, action="login_failed", key=key)
    second_factor.record(request, user, "recovery code" if recovery else "totp")
    return True
