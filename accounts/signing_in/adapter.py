"""Where allauth asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from accounts.access.standing import origin
from accounts.actions import sign_ins
from accounts.models import User

WRONG = "The e-mail address or the password is not right."


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "email_taken": "This address has an account. Sign in with it instead.",
        "enter_current_password": "This is not your present password.",
        "same_as_current": "This is your present password. Choose another one.",
    }

    def get_login_stages(self) -> list[str]:
        return ["accounts.signing_in.stages.SecondFactorStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:  # noqa: ARG002  allauth's signature
        return [{"id": "second_factor", "description": "Use your code", "url": reverse("mfa_reauthenticate")}]

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data["name"]
        saved: User = super().save_user(request, user, form, commit)
        sign_ins.record(user=saved, event="person:signed-up", origin=origin(request))
        return saved

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sign_ins.record(user=user, event="person:signed-in", origin=origin(request))

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            sign_ins.record(user=request.user, event="person:signed-out", origin=origin(request))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        sign_ins.record_refusal(email=str(credentials.get("email", "")), origin=origin(request))

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        sign_ins.record(user=user, event="password:changed", origin=origin(self.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  allauth's signature
        return reverse("mfa_index")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: a page that shows the outcome needs no message beside it."""
