"""Codes as people type them."""

from django import forms

DIGITS = 6
EMPTY = "Enter the six digits that your authenticator shows."


class CodeForm(forms.Form):
    code = forms.CharField(
        label="6-digit code",
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "code-input",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
        error_messages={"required": EMPTY, "max_length": EMPTY},
    )

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not code.isascii() or not code.isdigit():
            raise forms.ValidationError("The code has digits alone. A recovery code goes to the other form.")
        if len(code) != DIGITS:
            raise forms.ValidationError(
                f"That is {len(code)} digits; the code has 6. A code is valid for 30 seconds and works once."
            )
        return code


class RecoveryCodeForm(forms.Form):
    code = forms.CharField(
        label="Recovery code",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off", "autofocus": True}
        ),
        error_messages={"required": "Enter one of the codes that you kept when you enrolled."},
    )
