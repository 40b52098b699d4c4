"""The page on which visitors play the customer."""

from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.access.scoped import scoped
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import page, redirect_to, toast
from sandbox.errors import SandboxError
from sandbox.tour import readings
from sandbox.tour.acts import ACTS


@require_safe
@login_required
def first(request: HttpRequest) -> HttpResponse:
    """Go to the page of the visitor's first organization."""
    slug = readings.first_organization(UUID(str(request.user.pk)))
    return redirect("sandbox", org=slug) if slug else redirect("/")


@require_safe
@scoped(Permission.CONNECTION_VIEW)
def index(request: HttpRequest, scope: Scope, org: str) -> HttpResponse:
    reading = readings.read(scope, chosen=request.GET.get("region", ""))
    return page(request, "sandbox/page.html", {"reading": reading, "org": org})


@require_POST
@scoped(Permission.CONNECTION_VIEW)
def perform(request: HttpRequest, scope: Scope, org: str, act: str) -> HttpResponse:
    """Do one of ACTS; a refusal is shown in the cloud's own words."""
    if act not in ACTS:
        raise Http404
    try:
        toast(request, ACTS[act](scope, request.POST))
    except (SandboxError, ClientError, BotoCoreError) as error:
        reading = readings.read(scope, chosen=request.POST.get("region", ""))
        context = {"reading": reading, "org": org, "problem": str(error)}
        return page(request, "sandbox/page.html", context, status=409)
    return redirect_to(request, readings.page_url(org, request.POST.get("region", "")))
