"""Signing in, one's own account, and who may do what in an organization.

allauth's routes are listed one by one: what is not here does not exist.
"""

from allauth.account import views as allauth_views
from django.urls import include, path

from accounts.access.scoped import fresh, personal, public
from accounts.views import access, home, invitations, projects, second_factor, settings

SIGNING_IN = public(reason="Whoever signs in or up has not signed in yet.")
SIGNING_OUT = public(reason="Signing out also gives up a sign-in that waits for the second factor.")

account = [
    path("login/", SIGNING_IN(allauth_views.login), name="account_login"),
    path("signup/", SIGNING_IN(allauth_views.signup), name="account_signup"),
    path("inactive/", SIGNING_IN(allauth_views.account_inactive), name="account_inactive"),
    path("logout/", SIGNING_OUT(allauth_views.logout), name="account_logout"),
    path("password/change/", personal(fresh(allauth_views.password_change)), name="account_change_password"),
    path("security/", second_factor.index, name="mfa_index"),
    path("second-factor/", second_factor.authenticate, name="mfa_authenticate"),
    path("second-factor/again/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/enrol/", second_factor.enrol, name="mfa_activate_totp"),
    path("recovery-codes/", second_factor.renew_recovery_codes, name="mfa_generate_recovery_codes"),
    path("organizations/new/", home.create, name="organization-create"),
    path("invitations/<str:token>/", invitations.answer, name="invitation"),
]

organization = [
    path("projects/", projects.index, name="projects"),
    path("projects/new/", projects.create, name="project-create"),
    path("projects/<uuid:project_id>/", projects.detail, name="project"),
    path("projects/<uuid:project_id>/change/", projects.change, name="project-change"),
    path("projects/<uuid:project_id>/remove/", projects.remove, name="project-remove"),
    path("access/", access.index, name="access"),
    path("access/roles/", access.roles, name="access-roles"),
    path("access/invite/", access.invite, name="access-invite"),
    path("access/invitations/<uuid:invitation_id>/revoke/", access.revoke_invitation, name="invitation-revoke"),
    path("access/members/<uuid:membership_id>/", access.member, name="member"),
    path("access/members/<uuid:membership_id>/remove/", access.remove_member, name="member-remove"),
    path(
        "access/members/<uuid:membership_id>/second-factor/reset/",
        access.reset_second_factor,
        name="member-reset-second-factor",
    ),
    path("access/engagements/new/", access.engage, name="engagement-grant"),
    path("access/engagements/<uuid:engagement_id>/revoke/", access.revoke_engagement, name="engagement-revoke"),
    path("settings/", settings.index, name="settings"),
    path("settings/tokens/", settings.api_tokens, name="tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", settings.revoke_token, name="token-revoke"),
]

urlpatterns = [
    path("", home.index, name="home"),
    path("account/", include(account)),
    path("o/<slug:org>/", include(organization)),
]
