"""Organizations, members, engagements and tokens; shape alone is checked here."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms

from accounts.models import Role
from console.kernel.clock import now
from console.web.components.fields import Card

ROLE_CARDS = [
    (Role.OWNER.value, Card("Owner", "Everything, including who belongs to the organization and its tokens.")),
    (Role.OPERATOR.value, Card("Operator", "Onboards, connects, approves, runs and deprovisions regions.")),
    (Role.AUDITOR.value, Card("Auditor", "Sees everything, changes nothing.")),
]
END_OF_DAY = time(23, 59, 59, tzinfo=UTC)


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Role",
        choices=ROLE_CARDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one of the roles."},
    )


def email_field(label: str) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        max_length=254,
        error_messages={"required": "Enter an e-mail address.", "invalid": "This is not an e-mail address."},
    )


class DayInput(forms.DateInput):
    input_type = "date"


class OrganizationForm(forms.Form):
    name = forms.CharField(
        label="Name of the organization",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
        error_messages={"required": "Enter the name of your organization."},
    )


class InvitationForm(forms.Form):
    email = email_field("E-mail")
    role = role_field()

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class RoleForm(forms.Form):
    role = role_field()

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class EngagementForm(forms.Form):
    email = email_field("E-mail of the vendor's person")
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Stays in the audit trail, “Onboarding of our first region” for example.",
        error_messages={"required": "Say what it is for."},
    )
    ends_on = forms.DateField(
        label="Last day",
        help_text="Ends at midnight UTC of this day, 30 days from now at the latest.",
        widget=DayInput,
        error_messages={"required": "Choose the last day.", "invalid": "Enter a day, 2026-12-31 for example."},
    )

    def asked(self) -> dict[str, Any]:
        """Return the values as the action takes them."""
        data = self.cleaned_data
        ends_at = min(datetime.combine(data["ends_on"], END_OF_DAY), now() + timedelta(days=30))
        if data["ends_on"] > now().date() + timedelta(days=30):
            ends_at = datetime.combine(data["ends_on"], END_OF_DAY)
        return {"email": data["email"], "reason": data["reason"], "ends_at": ends_at}


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=80,
        help_text="What it is used for, “ci-deploy” for example.",
        error_messages={"required": "Give the token a name."},
    )
    role = role_field()
    expires_on = forms.DateField(
        label="Last day",
        required=False,
        help_text="Empty: until it is revoked.",
        widget=DayInput,
        error_messages={"invalid": "Enter a day, 2026-12-31 for example."},
    )

    def asked(self) -> dict[str, Any]:
        """Return the values as the action takes them."""
        data = self.cleaned_data
        day = data["expires_on"]
        return {
            "name": data["name"],
            "role": Role(data["role"]),
            "expires_at": datetime.combine(day, END_OF_DAY) if day else None,
        }
