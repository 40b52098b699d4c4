"""The page on which visitors play the customer."""

from botocore.exceptions import BotoCoreError, ClientError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import personal, scoped
from accounts.access.standing import standings
from accounts.models import User
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from sandbox.errors import SandboxError
from sandbox.tour import readings
from sandbox.tour.acts import ACTS


@require_safe
@personal
def first(request: HtmxRequest) -> HttpResponse:
    """Go to the page of the visitor's first organization, or to where one is made."""
    assert isinstance(request.user, User)
    mine = standings(request.user)
    return redirect("sandbox", org=mine[0].organization.slug) if mine else redirect("/")


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    return _shown(request, scope, chosen=request.GET.get("region", ""))


@require_POST
@scoped(Permission.CONNECTION_VIEW)
def perform(request: HtmxRequest, scope: Scope, act: str) -> HttpResponse:
    """Do one of ACTS; a refusal is shown in the cloud's own words."""
    if act not in ACTS:
        raise Http404
    chosen = request.POST.get("region", "")
    try:
        toast(request, ACTS[act](scope, request.POST))
    except (SandboxError, ClientError, BotoCoreError) as error:
        return _shown(request, scope, chosen=chosen, problem=str(error), status=409)
    query = f"?region={chosen}" if chosen else ""
    return redirect_to(request, reverse("sandbox", kwargs={"org": _slug(request)}) + query)


def _shown(
    request: HtmxRequest, scope: Scope, *, chosen: str, problem: str = "", status: int = 200
) -> HttpResponse:
    reading = readings.read(scope, chosen=chosen)
    context = {"reading": reading, "org": _slug(request), "problem": problem}
    return page(request, "sandbox/page.html", context, status=status)


def _slug(request: HttpRequest) -> str:
    """The organization's slug, from the URL."""
    match = request.resolver_match
    return str(match.kwargs["org"]) if match else ""
