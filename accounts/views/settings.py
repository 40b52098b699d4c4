"""An organization's own settings and its API tokens."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.scoped import scoped
from accounts.actions import organizations, tokens
from accounts.forms.access import OrganizationForm, TokenForm
from accounts.readings import access
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast


@require_http_methods(["GET", "POST"])
@scoped(Permission.ORGANIZATION_MANAGE)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = OrganizationForm(request.POST or None, initial={"name": request.organization.name})
    if form.is_valid():
        organizations.rename(scope=scope, **form.cleaned_data)
        toast(request, "Saved.")
        return redirect_to(request, request.path)
    context = {"form": form, "organization": request.organization}
    return page(request, "accounts/settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@scoped(Permission.TOKEN_MANAGE)
def api_tokens(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = TokenForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            context["issued"], context["text"] = tokens.issue_token(scope=scope, **form.asked())
            context["form"] = TokenForm()
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
    context["tokens"] = access.tokens(scope=scope)
    return page(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@scoped(Permission.TOKEN_MANAGE)
def revoke_token(request: HtmxRequest, scope: Scope, token_id: UUID) -> HttpResponse:
    revoked = tokens.revoke_token(scope=scope, token_id=token_id)
    toast(request, f"The token {revoked.name} opens nothing any more.")
    return redirect_to(request, reverse("tokens", kwargs={"org": request.organization.slug}))
