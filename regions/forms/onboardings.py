"""The questionnaire's sections as forms: they show and carry what was typed; the rules judge it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from console.web.components.fields import Card
from regions.actions.onboardings import Sheet
from regions.models import Answer
from regions.questionnaire.answers import shown
from regions.questionnaire.questions import Kind, Question, Raw, Section
from regions.questionnaire.rules import Problem, proposals

MONO = frozenset({Kind.CIDR, Kind.RANGES, Kind.TIME})
SHORT = frozenset({Kind.CIDR, Kind.TIME, Kind.INTEGER})
MOST_CARDS = 6
"""More choices than this are a list."""


class StartForm(forms.Form):
    name = forms.CharField(
        label="Name of the region",
        max_length=60,
        help_text="Small letters, digits and hyphens, as in production-frankfurt.",
        error_messages={"required": "Give the region a name."},
    )
    copy_of = forms.UUIDField(
        label="Begin with the answers of",
        required=False,
        widget=forms.Select,
        help_text="Copies what two regions may share; name, address range and domain stay open.",
        error_messages={"invalid": "Choose one of the onboardings, or none."},
    )

    def __init__(self, *args: Any, sources: Iterator[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_of"].widget.choices = [("", "The defaults"), *sources]


class SignForm(forms.Form):
    read = forms.BooleanField(
        label="I have read the sizing, the cost, the permissions and the shared responsibilities.",
        error_messages={"required": "Say that you have read the plan before you sign it."},
    )
    note = forms.CharField(label="Note", required=False, max_length=500)


class SectionPost:
    """What a section's form sent; a question that was not shown is not answered."""

    def __init__(self, data: QueryDict, section: Section) -> None:
        shown_keys = set(data.getlist("shown"))
        key, _, value = data.get("use", "").partition("=")
        asked = [question for question in section.questions if question.key in shown_keys]
        self.typed: dict[str, Raw] = {question.key: _typed(data, question) for question in asked}
        self.reasons = {
            question.key: str(data.get(f"reason-{question.key}")).strip()
            for question in asked
            if f"reason-{question.key}" in data
        }
        self.stays = key in self.typed
        """A proposal was taken: the page shows its effect instead of going on."""
        if self.stays:
            self.typed[key] = value


def _typed(data: QueryDict, question: Question) -> Raw:
    if question.kind is Kind.CHOICES:
        return tuple(map(str, data.getlist(question.key)))
    return data.get(question.key, "").replace("\r\n", "\n").strip()


class SectionForm(forms.Form):
    """One section, bound to the answers as they stand, with the errors that may be shown."""

    def __init__(self, sheet: Sheet, section: Section, found: tuple[Problem, ...]) -> None:
        asked = [question for question in section.questions if sheet.answers.asked(question.key)]
        raw = {question.key: sheet.answers.raw(question.key) for question in asked}
        super().__init__({key: list(value) if isinstance(value, tuple) else value for key, value in raw.items()})
        for question in asked:
            self.fields[question.key] = _field(question, fixed=sheet.is_fixed and question.immutable)
        self.full_clean()
        for problem in found:
            if problem.key in self.fields:
                self.add_error(problem.key, problem.sentence)


def _field(question: Question, *, fixed: bool) -> forms.Field:
    hint = f"Fixed: the region is provisioned. {question.hint}" if fixed else question.hint
    unit = f" ({question.unit})" if question.unit else ""
    field = forms.Field(label=f"{question.label}{unit}", help_text=hint, required=False, widget=_widget(question))
    if fixed:
        field.widget.attrs["disabled"] = True
    return field


def _widget(question: Question) -> forms.Widget:
    attrs = {"placeholder": question.placeholder} if question.placeholder else {}
    match question.kind:
        case Kind.RANGES | Kind.LINES:
            return forms.Textarea({**attrs, "rows": 4, "spellcheck": "false"})
        case Kind.CHOICES:
            return forms.CheckboxSelectMultiple(choices=_cards(question))
        case Kind.CHOICE if len(question.choices) <= MOST_CARDS:
            return forms.RadioSelect(choices=_cards(question))
        case Kind.CHOICE:
            return forms.Select(choices=[(choice.value, choice.label) for choice in question.choices])
        case Kind.INTEGER:
            return forms.TextInput({**attrs, "inputmode": "numeric", "autocomplete": "off"})
        case Kind.EMAIL:
            return forms.EmailInput({**attrs, "autocomplete": "off"})
        case _:
            return forms.TextInput({**attrs, "autocomplete": "off", "spellcheck": "false"})


def _cards(question: Question) -> list[tuple[str, Card]]:
    return [(choice.value, Card(choice.label, choice.hint)) for choice in question.choices]


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that puts a right value in place of a wrong one."""

    label: str
    value: str
    """`key=value`, as the button sends it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question on the page."""

    bound: forms.BoundField
    question: Question
    answer: Answer | None
    tag: str
    """ "Not the default, /23", or nothing."""
    note: str
    notice: str
    offers: tuple[Offer, ...]
    reason: str

    @property
    def optional(self) -> bool:
        return not self.question.required

    @property
    def mono(self) -> bool:
        return self.question.kind in MONO or self.question.key.endswith(("_id", "_arn"))

    @property
    def short(self) -> bool:
        return self.question.kind in SHORT


def rows(form: SectionForm, sheet: Sheet, section: Section) -> list[Row]:
    return [_row(form, sheet, question) for question in section.questions if question.key in form.fields]


def _row(form: SectionForm, sheet: Sheet, question: Question) -> Row:
    key, problem = question.key, sheet.problem(question.key)
    differs = sheet.answers.differs(key) and question.default not in ("", ())
    choice = question.choice(sheet.answers.text(key)) if question.kind is Kind.CHOICE else None
    return Row(
        bound=form[key],
        question=question,
        answer=sheet.given.get(key),
        tag=f"Not the default, {shown(question, sheet.answers.default(key))}" if differs else "",
        note=_note(sheet, question),
        notice=choice.notice if choice and not form.has_error(key) else "",
        offers=_offers(sheet, question, problem) if form.has_error(key) else (),
        reason=sheet.answers.reasons.get(key, ""),
    )


def _note(sheet: Sheet, question: Question) -> str:
    ranges = sheet.answers.ranges(question.key) if question.kind is Kind.RANGES else ()
    if not ranges:
        return ""
    return f"{len(ranges)} ranges read." if len(ranges) > 1 else "1 range read."


def _offers(sheet: Sheet, question: Question, problem: Problem | None) -> tuple[Offer, ...]:
    if problem is None or not problem.proposal:
        return ()
    values: tuple[str, ...] = (problem.proposal,)
    if problem.key == "vpc_cidr":
        values = tuple(dict.fromkeys((problem.proposal, *proposals(sheet.answers, sheet.taken, 3))))
    return tuple(Offer(f"Use {shown(question, value)}", f"{question.key}={value}") for value in values)


def choices_of(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from names.items()
