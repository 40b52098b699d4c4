"""Who may do what in an organization: members, invitations, engagements, roles."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from accounts.actions import engagements, members
from accounts.forms.access import EngagementForm, InvitationForm, RoleForm
from accounts.models import Membership
from accounts.readings import access
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast


@require_safe
@scoped(Permission.ACCESS_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    context = {
        "access": access.of_organization(scope=scope),
        "may_manage": scope.allows(Permission.ACCESS_MANAGE),
        "may_engage": scope.allows(Permission.ENGAGEMENT_GRANT),
    }
    return page(request, "accounts/access.html", context)


@require_safe
@scoped(Permission.ACCESS_VIEW)
def roles(request: HtmxRequest, scope: Scope) -> HttpResponse:  # noqa: ARG001  every view takes its scope
    holders = [name for name, _ in access.HOLDERS]
    return page(request, "accounts/roles.html", {"rows": access.roles_table(), "holders": holders})


@require_http_methods(["GET", "POST"])
@scoped(Permission.ACCESS_MANAGE)
def invite(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            invitation, token = members.invite(scope=scope, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            link = request.build_absolute_uri(reverse("invitation", kwargs={"token": token}))
            return page(request, "accounts/invited.html", {"invitation": invitation, "link": link})
    return page(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@scoped(Permission.ACCESS_MANAGE)
def revoke_invitation(request: HtmxRequest, scope: Scope, invitation_id: UUID) -> HttpResponse:
    members.revoke_invitation(scope=scope, invitation_id=invitation_id)
    return _back(request, "Invitation withdrawn.")


@require_http_methods(["GET", "POST"])
@scoped(Permission.ACCESS_MANAGE)
def member(request: HtmxRequest, scope: Scope, membership_id: UUID) -> HttpResponse:
    found = get_object_or_404(
        Membership.objects.visible_to(scope).with_user().with_second_factor(), pk=membership_id
    )
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if form.is_valid():
        try:
            members.change_role(scope=scope, membership_id=membership_id, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error("role", str(error))
        else:
            return _back(request, f"{found.user} is {form.cleaned_data['role'].label.lower()} now.")
    return page(
        request, "accounts/member.html", {"form": form, "member": found}, status=422 if form.errors else 200
    )


@require_POST
@scoped(Permission.ACCESS_MANAGE)
def remove_member(request: HtmxRequest, scope: Scope, membership_id: UUID) -> HttpResponse:
    person = members.remove_member(scope=scope, membership_id=membership_id)
    return _back(request, f"{person} has no access any more.")


@require_POST
@scoped(Permission.ACCESS_MANAGE)
def reset_second_factor(request: HtmxRequest, scope: Scope, membership_id: UUID) -> HttpResponse:
    person = members.reset_second_factor(scope=scope, membership_id=membership_id)
    return _back(request, f"{person} enrols a new authenticator with the next sign-in.")


@require_http_methods(["GET", "POST"])
@scoped(Permission.ENGAGEMENT_GRANT)
def engage(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = EngagementForm(request.POST or None)
    if form.is_valid():
        try:
            made = engagements.grant_engagement(scope=scope, **form.asked())
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            return _back(request, f"{made.user} sees this organization until {made.ends_at:%-d %b %Y}.")
    return page(request, "accounts/engage.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@scoped(Permission.ENGAGEMENT_GRANT)
def revoke_engagement(request: HtmxRequest, scope: Scope, engagement_id: UUID) -> HttpResponse:
    made = engagements.revoke_engagement(scope=scope, engagement_id=engagement_id)
    return _back(request, f"{made.user} no longer sees this organization.")


def _back(request: HtmxRequest, said: str) -> HttpResponse:
    toast(request, said)
    return redirect_to(request, reverse("access", kwargs={"org": request.organization.slug}))
