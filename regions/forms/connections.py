"""Forms of connections."""

from django import forms


class RevokeForm(forms.Form):
    typed = forms.CharField(
        label="Name of the connection",
        max_length=60,
        error_messages={"required": "Type the name of the connection to revoke it."},
    )
