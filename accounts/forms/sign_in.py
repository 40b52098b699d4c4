"""Signing in and up, on allauth's forms; shape alone is checked here."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

PASSWORD_HINT = "At least 12 characters; a few words that do not belong together are good."  # noqa: S105  a hint
REQUIRED = {
    "email": "Enter your e-mail address.",
    "name": "Enter your name.",
    "old": "Enter your present password.",
    "password": "Enter a password.",
}


def say(form: forms.Form, name: str, label: str, *, hint: str = "", required: str) -> None:
    """Give a field of allauth's the words of this console, and take its placeholder away."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "login", "E-mail", required=REQUIRED["email"])
        say(self, "password", "Password", required="Enter your password.")
        self.fields["login"].widget.attrs.update(autocomplete="username", autofocus=True)


class SignUpForm(allauth_forms.SignupForm):  # type: ignore[misc]
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        error_messages={"required": REQUIRED["name"]},
    )
    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "email", "E-mail", required=REQUIRED["email"])
        say(self, "password1", "Password", hint=PASSWORD_HINT, required=REQUIRED["password"])


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "oldpassword", "Present password", required=REQUIRED["old"])
        say(self, "password1", "New password", hint=PASSWORD_HINT, required=REQUIRED["password"])
        say(self, "password2", "New password again", required=REQUIRED["password"])
