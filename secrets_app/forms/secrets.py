"""What is said about secrets as forms: where they belong, why one is revealed, when it is rotated."""

from typing import Any

from django import forms

from accounts.models import Project
from console.web.components.fields import Card
from secrets_app.forms.secret_values import UNSEEN, bytes_of, file_field, secret_field
from secrets_app.models import Provider


class PlaceForm(forms.Form):
    """What every new secret says: name, project, words."""

    name = forms.CharField(
        label="Name",
        max_length=63,
        widget=forms.TextInput(attrs=UNSEEN),
        help_text="Lower-case letters, digits, “-” and “.”.",
        error_messages={"required": "Give the secret a name.", "max_length": "At most 63 characters."},
    )
    project = forms.ChoiceField(
        label="Belongs to",
        required=False,
        help_text="A secret of the organization can be read by every project.",
        error_messages={"invalid_choice": "Choose one of the projects."},
    )
    description = forms.CharField(label="What it is for", max_length=300, required=False)

    def __init__(self, *args: Any, projects: list[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = {str(project.pk): project for project in projects}
        field = self.fields["project"]
        assert isinstance(field, forms.ChoiceField)
        named = [(key, project.name) for key, project in self.projects.items()]
        field.choices = [("", "The organization"), *named]

    def place(self) -> dict[str, Any]:
        data = self.cleaned_data
        project = self.projects.get(data["project"])
        return {"name": data["name"], "project": project, "description": data["description"]}


class ReferenceForm(forms.Form):
    provider = forms.ChoiceField(
        label="Where it is kept",
        widget=forms.RadioSelect,
        initial=Provider.AWS,
        choices=[
            (
                Provider.AWS.value,
                Card("AWS Secrets Manager", "In an account that the console has a connection to."),
            ),
            (
                Provider.GCP.value,
                Card("Google Secret Manager", "Not yet available: regions run on AWS alone so far."),
            ),
            (Provider.AZURE.value, Card("Azure Key Vault", "Not yet available: regions run on AWS alone so far.")),
        ],
        error_messages={"required": "Choose where the secret is kept."},
    )
    reference = forms.CharField(
        label="ARN",
        max_length=400,
        help_text="It begins with arn:aws:secretsmanager: and names region, account and secret.",
        widget=forms.TextInput(attrs=UNSEEN),
        error_messages={"required": "Enter the ARN of the secret."},
    )


class RevealForm(forms.Form):
    key = forms.ChoiceField(label="Key", error_messages={"invalid_choice": "Choose one of its keys."})
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Goes to the audit trail.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say in a few words why you need to see it."},
    )

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, key) for key in keys]


class ScheduleForm(forms.Form):
    rotate_days = forms.IntegerField(
        label="Rotate every",
        required=False,
        min_value=1,
        max_value=1095,
        help_text="Days, 1 to 1,095; empty: no schedule.",
        error_messages={"invalid": "Enter a whole number of days."},
    )
    grace_hours = forms.IntegerField(
        label="Grace time",
        min_value=0,
        max_value=720,
        help_text="Hours that the value before stays valid, 0 to 720.",
        error_messages={"required": "Enter a number of hours.", "invalid": "Enter a whole number of hours."},
    )


class ImportForm(PlaceForm):
    text = secret_field("Contents", hint="A .env file or a JSON object.", rows=8)
    file = file_field("Contents as a file")

    def raw(self) -> bytes:
        return bytes_of(self.cleaned_data.get("file"), self.cleaned_data.get("text"))
