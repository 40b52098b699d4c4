"""Nobody passes with a password alone."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.access import second_factor
from accounts.access.scoped import to_enrolment, to_second_factor
from accounts.models import TotpDevice

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SecondFactorMiddleware:
    """A signed-in person without a second factor reaches its enrolment and signing out, nothing else.

    A session that has never shown the second factor of its person, because it was enrolled elsewhere
    meanwhile, is asked for it. Machines carry tokens and no session.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if is_open(view) or not request.user.is_authenticated or second_factor.was_shown(request):
            return None
        if TotpDevice.objects.confirmed().of(request.user.pk).exists():
            return to_second_factor(request)
        return to_enrolment(request)


def is_open(view: Callable[..., Any]) -> bool:
    """Say whether a page is for everybody, for enrolment itself, or for machines."""
    return hasattr(view, "public_reason") or hasattr(view, "is_before_second_factor") or hasattr(view, "cls")
