"""Signing in, one's own account, and who may do what in an organization.

allauth's routes are listed one by one: what is not here does not exist.
"""

from allauth.account import views as allauth_views
from django.urls import path

from accounts.access.scoped import before_second_factor, personal, public

SIGN_IN = public(reason="Whoever signs in has not signed in yet.")

urlpatterns = [
    path("account/login/", SIGN_IN(allauth_views.login), name="account_login"),
    path("account/signup/", SIGN_IN(allauth_views.signup), name="account_signup"),
    path("account/inactive/", SIGN_IN(allauth_views.account_inactive), name="account_inactive"),
    path(
        "account/logout/",
        before_second_factor(personal(allauth_views.logout)),
        name="account_logout",
    ),
    path("account/password/change/", personal(allauth_views.password_change), name="account_change_password"),
]
