"""Forms of leaving: what becomes of the data, and holds."""

from collections.abc import Collection
from typing import Any

from django import forms

from console.web.components.fields import Card
from regions.blueprints.keeping import Buckets, Keeping

SNAPSHOT, NONE = "snapshot", "none"
DATABASES = (
    (SNAPSHOT, Card("Take a final snapshot", "RDS keeps it in your account until you delete it, with its key")),
    (NONE, Card("Delete without a snapshot", "Everything that was stored in the database is lost for good")),
)
BUCKETS = (
    (
        Buckets.KEEP.value,
        Card("Keep the state bucket", "With all versions of its objects, its settings and its key"),
    ),
    (Buckets.DELETE.value, Card("Delete the state bucket", "With every version of every object in it, for good")),
)


class DeprovisionForm(forms.Form):
    """A choice for each kind of data that the region holds; `kinds` are those of its resources."""

    database = forms.ChoiceField(
        label="The database", choices=DATABASES, widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of the database."},
    )  # fmt: skip
    buckets = forms.ChoiceField(
        label="The state bucket", choices=BUCKETS, widget=forms.RadioSelect,
        error_messages={"required": "Choose what becomes of the bucket."},
    )  # fmt: skip
    typed = forms.CharField(
        label="Name of the region", max_length=60,
        error_messages={"required": "Type the name of the region to deprovision it."},
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Collection[str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        if "Instance" not in kinds:
            del self.fields["database"]
        if "Bucket" not in kinds:
            del self.fields["buckets"]

    @property
    def keeping(self) -> Keeping:
        chosen = self.cleaned_data
        return Keeping(chosen.get("database") == SNAPSHOT, Buckets(chosen.get("buckets", Buckets.DELETE)))


class HoldForm(forms.Form):
    until = forms.DateField(
        label="Keep until", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose the last day.", "invalid": "Write the day as 2027-03-31."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason", max_length=300, error_messages={"required": "Say why; it stands in the audit trail."}
    )


class LiftForm(forms.Form):
    lift_reason = forms.CharField(
        label="Reason", max_length=300, error_messages={"required": "Say why; it stands in the audit trail."}
    )
