"""Forms of keys; shape alone is checked here."""

from typing import Any

from django import forms

from console.web.components.fields import Card

BY_HAND = "0"
DAYS = [
    ("30", Card("Every 30 days")),
    ("90", Card("Every 90 days", "What most security policies ask for.")),
    ("180", Card("Every 180 days")),
    ("365", Card("Every year")),
    (BY_HAND, Card("By hand alone", "Somebody has to press the button.")),
]
SLOW = 1_000
PACES: dict[str, int | None] = {"full": None, "slow": SLOW, "pause": 0}


class ScheduleForm(forms.Form):
    rotate_days = forms.ChoiceField(
        label="Rotate",
        choices=DAYS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose one of these."},
    )
    hold_days = forms.IntegerField(
        label="Keep a disabled version for",
        help_text="Days. It should be longer than the oldest backup of the database that you would restore.",
        min_value=1,
        max_value=730,
        error_messages={
            "required": "Say how many days.",
            "invalid": "Enter a number of days.",
            "min_value": "One day at least.",
            "max_value": "730 days at most.",
        },
    )

    def asked(self) -> dict[str, Any]:
        """Return the values as the action takes them."""
        days = self.cleaned_data["rotate_days"]
        return {
            "rotate_days": None if days == BY_HAND else int(days),
            "hold_days": self.cleaned_data["hold_days"],
        }


class RootForm(forms.Form):
    arn = forms.CharField(
        label="ARN of your KMS key",
        max_length=200,
        required=False,
        help_text="Symmetric, for encryption and decryption, in an account with a verified connection. "
        "Empty: the console's own key store.",
    )

    def clean_arn(self) -> str:
        return str(self.cleaned_data["arn"]).strip()


class CompromisedForm(forms.Form):
    typed = forms.CharField(max_length=120, required=False)


class PaceForm(forms.Form):
    pace = forms.ChoiceField(choices=[(name, name) for name in PACES])

    def asked(self) -> dict[str, Any]:
        return {"rows_a_second": PACES[self.cleaned_data["pace"]]}
