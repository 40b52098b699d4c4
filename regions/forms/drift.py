"""What a person says about drift: why, until when, how often to look, and what heals by itself."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from regions.actions.drift import EVERY
from regions.actions.drift_findings import LONGEST_SNOOZE
from regions.models import Finding
from regions.states import Harm, Healing

LONGEST_REASON = 500
SPANS = {1: "1 hour", 8: "8 hours", 24: "24 hours", 168: "7 days", 720: "30 days", 2160: "90 days"}
KIND = "kind-"
AS_OTHERS = "As the other kinds"


def _reason(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_REASON, error_messages={"required": missing}
    )  # fmt: skip


class AcceptForm(forms.Form):
    reason = _reason("Why it is wanted from now on", "Say why this is wanted from now on.")


class PauseForm(forms.Form):
    reason = _reason("Why the resource is left alone", "Say why the resource is left alone.")


class SnoozeForm(forms.Form):
    reason = _reason("Reason to snooze", "Say why nobody has to act until then.")
    hours = forms.TypedChoiceField(label="For", coerce=int, choices=())

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = LONGEST_SNOOZE[Harm(finding.harm)]
        fields: Any = self.fields
        fields["hours"].choices = [
            (hours, word) for hours, word in SPANS.items() if timedelta(hours=hours) <= longest
        ]


class WatchForm(forms.Form):
    every_seconds = forms.TypedChoiceField(label="Scan every", coerce=int, choices=list(EVERY.items()))
    others = forms.ChoiceField(label="Every other kind", choices=Healing.choices)

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[f"{KIND}{kind}"] = forms.ChoiceField(
                label=kind, required=False, choices=[("", AS_OTHERS), *Healing.choices]
            )

    @property
    def healing(self) -> dict[str, Healing]:
        """Of a form that is valid: policy by kind, "" for all others."""
        named = {
            name.removeprefix(KIND): Healing(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(KIND) and value
        }
        return {"": Healing(self.cleaned_data["others"]), **named}

    def of_kinds(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(KIND)]
