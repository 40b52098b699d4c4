"""The doors of every route: `scoped` for organizations, `personal` for one's own account, `public` for all.

A guard test walks every URL and fails on one that carries none of these marks.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import refusals, second_factor
from accounts.access.standing import Standing, origin, standings
from accounts.models import User
from console.kernel.errors import NotFound, Refused
from console.kernel.permissions import NEEDS_FRESH_SECOND_FACTOR, Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, redirect_to

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

View = Callable[..., HttpResponseBase]
Marked = TypeVar("Marked")


class NoSuchOrganization(NotFound):
    code = "no_such_organization"


def scoped(permission: Permission) -> Callable[[View], View]:
    """Let a person with `permission` in the organization `org` of the URL into `view(request, scope, ...)`.

    The view runs inside the scope's transaction. Strangers get the same 404 as for a slug that nobody has,
    members without the permission 403, the anonymous the way to sign in. Acts of
    `NEEDS_FRESH_SECOND_FACTOR` ask for the code again; what was sent is never kept meanwhile.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HtmxRequest, org: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            scope = _admit(request, org)
            try:
                scope.require(permission)
                if permission in NEEDS_FRESH_SECOND_FACTOR and is_stale(request):
                    refusals.record(scope, permission, why="second factor")
                    return to_second_factor(request)
                with scope.entered():
                    return view(request, scope, **kwargs)
            except Refused:
                refusals.record(scope, permission)
                raise

        return mark(guarded, required_permission=permission)

    return decorate


def personal(view: View) -> View:
    """Let a signed-in person into pages of their own account, outside of any organization."""

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return mark(guarded, is_personal=True)


def visiting(view: View) -> View:
    """Let a signed-in person into `view(request, scope)`, about the console, framed as one of their organizations.

    `?org=` names it, else it is their first; who belongs to none gets the page with neither frame nor scope.
    """

    @personal
    @wraps(view)
    def guarded(request: HtmxRequest) -> HttpResponseBase:
        assert isinstance(request.user, User)
        found = standings(request.user)
        named = (each for each in found if each.organization.slug == request.GET.get("org"))
        standing = next(named, found[0] if found else None)
        if standing is None:
            return view(request, None)
        scope = _place(request, standing, found)
        with scope.entered():
            return view(request, scope)

    return guarded


def fresh(view: View) -> View:
    """Ask for the second factor again before an unsafe request to a personal page; goes below `personal`."""

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return to_second_factor(request) if is_stale(request) else view(request, *args, **kwargs)

    return guarded


def before_second_factor(view: Marked) -> Marked:
    """Leave the page open to a person who has yet to enrol or show the second factor."""
    return mark(view, is_before_second_factor=True)


def public(*, reason: str) -> Callable[[Marked], Marked]:
    """Leave the route open to everybody, for a reason that is printed in the documentation."""

    def decorate(view: Marked) -> Marked:
        return mark(view, public_reason=reason)

    return decorate


def mark(thing: Marked, **marks: object) -> Marked:
    for name, value in marks.items():
        setattr(thing, name, value)
    return thing


def _admit(request: HttpRequest, slug: str) -> Scope:
    """Find where the person stands, leave it on the request for the page's frame, and return their scope."""
    assert isinstance(request.user, User)
    found = standings(request.user)
    standing = next((each for each in found if each.organization.slug == slug), None)
    if standing is None:
        raise NoSuchOrganization(
            "There is no organization at this address, or it is not yours.",
            todo="Check the address, or choose among your organizations.",
        )
    return _place(request, standing, found)


def _place(request: HttpRequest, standing: Standing, found: tuple[Standing, ...]) -> Scope:
    scope = replace(standing.scope, **asdict(origin(request)))
    frame = {"organization": standing.organization, "role": standing.role, "standing": standing}
    mark(request, scope=scope, standings=found, **frame)
    return scope


def is_stale(request: HttpRequest) -> bool:
    return request.method not in SAFE_METHODS and not second_factor.is_fresh(request)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to(request, _with_next(str(settings.LOGIN_URL), page_of(request)))


def to_second_factor(request: HttpRequest) -> HttpResponse:
    return redirect_to(request, _with_next("mfa_reauthenticate", page_of(request)))


def to_enrolment(request: HttpRequest) -> HttpResponse:
    return redirect_to(request, _with_next("mfa_activate_totp", page_of(request)))


def next_of(request: HttpRequest) -> str:
    """Return the page to go to afterwards, as the form or the address names it, if it is one of this console."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else "/"


def _with_next(url_name: str, path: str) -> str:
    return reverse(url_name) if path == "/" else f"{reverse(url_name)}?{urlencode({'next': path})}"


def page_of(request: HttpRequest) -> str:
    """Return the page to come back to: the one asked for, or the one that a form was sent from."""
    if request.method in SAFE_METHODS and not request.headers.get("HX-Request"):
        return request.get_full_path()
    sender = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(sender, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(sender)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
