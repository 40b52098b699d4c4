"""What the address says of the trail: which events are asked for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from console.audit.models import Outcome
from console.dashboard.readings.audit_periods import PERIODS
from console.kernel.errors import Invalid
from console.kernel.scope import ActorKind

PERIOD = tuple((period.key, period.label) for period in PERIODS)
EVENT = RegexValidator(
    r"^[a-z][a-z0-9._-]*(:[a-z0-9._-]+)*$", "event is a noun or a whole code, as region:approved."
)
TARGET = RegexValidator(r"^[a-z_]+:[^\s:]{1,64}$", "target is a type and an id, as region:0199….")


class TrailForm(forms.Form):
    """Every field may be left out; names are those of the Management API too."""

    period = forms.ChoiceField(choices=PERIOD, required=False)
    since = forms.DateTimeField(required=False)
    until = forms.DateTimeField(required=False)
    actor = forms.CharField(max_length=64, required=False)
    actor_kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in ActorKind], required=False)
    event = forms.CharField(max_length=80, required=False, validators=[EVENT])
    target = forms.CharField(max_length=130, required=False, validators=[TARGET])
    outcome = forms.ChoiceField(choices=Outcome.choices, required=False)
    q = forms.CharField(max_length=200, required=False)
    operation_id = forms.UUIDField(required=False)
    request_id = forms.CharField(max_length=64, required=False)
    session_id = forms.CharField(max_length=64, required=False)
    show = forms.UUIDField(required=False)
    """The event whose panel is open."""

    def clean_since(self) -> datetime | None:
        return _utc(self.cleaned_data["since"])

    def clean_until(self) -> datetime | None:
        return _utc(self.cleaned_data["until"])


def asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the address asks for, nothing where it says nothing.

    Raises Invalid with the name of the first parameter that cannot be used.
    """
    form = TrailForm(given)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(f"The parameter {name} cannot be used. {errors[0]}", field=name)
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}


def _utc(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class ExportForm(forms.Form):
    """`after` is the number of the last link that the receiver has."""

    after = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def after_or_start(self) -> int:
        if not self.is_valid():
            raise Invalid(f"The parameter after cannot be used. {self.errors['after'][0]}", field="after")
        return self.cleaned_data["after"] or 0


YEARS = (1, 2, 3, 5, 7, 10)
DAYS = [
    ("", "For ever"),
    ("90", "90 days"),
    ("180", "180 days"),
    *((str(365 * n), f"{n} year{'s' if n > 1 else ''}") for n in YEARS),
]


class RetentionForm(forms.Form):
    """How long events are kept; a shorter time is confirmed by typing the organization's address."""

    days = forms.TypedChoiceField(
        label="Events are kept", choices=DAYS, required=False, coerce=int, empty_value=None
    )
    typed = forms.CharField(label="Address of the organization", max_length=60, required=False)

    def __init__(self, *args: Any, word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word = word
        self.fields["typed"].widget.attrs["placeholder"] = word

    @property
    def chosen(self) -> int | None:
        """Days, None for ever or for what cannot be chosen."""
        return self.cleaned_data.get("days") if self.is_valid() else None

    def confirmed(self, asked: bool) -> bool:
        """Whether the change may be made; where it must be confirmed, it says what is missing."""
        if not self.is_bound or not self.is_valid():
            return False
        typed = self.cleaned_data["typed"]
        if asked and typed and typed != self.word:
            self.add_error("typed", f"That is not {self.word}. Nothing was changed.")
        return not asked or typed == self.word
