"""The first page after signing in: the one organization, the choice among several, or founding one."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.scoped import personal
from accounts.access.standing import standings
from accounts.actions import organizations
from accounts.forms.access import OrganizationForm
from accounts.models import User
from console.kernel.errors import ConsoleError
from console.web.pages import HtmxRequest, page, redirect_to


@require_safe
@personal
def index(request: HtmxRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    found = standings(request.user)
    if not found and not request.user.is_staff:
        return redirect_to(request, reverse("organization-create"))
    if len(found) == 1:
        return redirect_to(request, reverse("overview", kwargs={"org": found[0].organization.slug}))
    return page(request, "accounts/choose.html", {"standings": found})


@require_http_methods(["GET", "POST"])
@personal
def create(request: HtmxRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = OrganizationForm(request.POST or None)
    if form.is_valid():
        try:
            made = organizations.create_organization(
                user=request.user, request_id=request.request_id, **form.cleaned_data
            )
        except ConsoleError as error:
            form.add_error("name", str(error))
        else:
            return redirect_to(request, reverse("overview", kwargs={"org": made.slug}))
    return page(request, "accounts/create.html", {"form": form}, status=422 if form.errors else 200)
