"""Certificates, planes, and a customer's own CA; shape alone is checked here."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from secrets_app.models import Recipient, Why


class NewCertificateForm(forms.Form):
    region_id = forms.ChoiceField(
        label="Region",
        help_text="It makes the key and issues the certificate; the console never sees the key.",
        error_messages={"required": "Choose a region.", "invalid_choice": "Choose one of the regions."},
    )
    project = forms.ChoiceField(
        label="Project",
        error_messages={"required": "Choose a project.", "invalid_choice": "Choose one of the projects."},
    )
    app = forms.CharField(
        label="App",
        max_length=63,
        help_text="A DNS label; with project and region it makes the certificate's name.",
        error_messages={"required": "Enter the name of the app."},
    )

    def __init__(self, data: object, *, regions: Iterable[Recipient], projects: Iterable[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or nothing
        self.fields["region_id"].choices = [(str(each.region_id), each.name) for each in regions]  # type: ignore[attr-defined]
        self.fields["project"].choices = [(name, name) for name in projects]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The values as the action takes them."""
        data = self.cleaned_data
        return {"region_id": UUID(data["region_id"]), "project": data["project"], "app": data["app"].strip()}


class RevokeForm(forms.Form):
    why = forms.ChoiceField(
        label="Reason",
        choices=Why.choices,
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of the reasons."},
    )
    typed = forms.CharField(
        label="Type the certificate's name",
        error_messages={"required": "Type the name of the certificate to revoke it."},
    )

    def clean_why(self) -> Why:
        return Why(self.cleaned_data["why"])


class PlaneForm(forms.Form):
    slug = forms.CharField(
        label="Short name",
        max_length=40,
        help_text="A DNS label, “eu-prod” for example. It is part of the root's name and stays.",
        error_messages={"required": "Enter a short name."},
    )
    name = forms.CharField(label="Name", max_length=80, required=False)


class PemForm(forms.Form):
    """One text in PEM."""

    pem = forms.CharField(
        label="PEM",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        error_messages={"required": "Paste the text that begins with -----BEGIN CERTIFICATE-----."},
    )


class KmsKeyForm(forms.Form):
    arn = forms.CharField(
        label="ARN of the key",
        max_length=200,
        help_text="Asymmetric, ECC_NIST_P256, to sign and verify; in an account with a verified connection.",
        error_messages={"required": "Paste the ARN of the key."},
    )
