"""What the pages of an onboarding show, put together from a sheet of answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.actions.onboardings import Sheet
from regions.actions.plan_identity import draft_identity
from regions.forms.onboardings import SectionForm, rows
from regions.models import Answer, OnboardingState, PlanVersion
from regions.questionnaire.answers import Answers, shown
from regions.questionnaire.catalog import QUESTIONS, SECTION_OF, SECTIONS, neighbours
from regions.questionnaire.compiler import draft
from regions.questionnaire.effect import effect
from regions.questionnaire.plan import RegionPlan
from regions.questionnaire.questions import Question, Section
from regions.questionnaire.reading import read
from regions.questionnaire.rules import Problem
from regions.views import plan_pictures

STATES = {
    OnboardingState.ANSWERING: ("in_progress", "Answering"),
    OnboardingState.PLANNED: ("approval", "Awaiting signatures"),
    OnboardingState.SIGNED: ("signed", "Signed"),
}


@dataclass(frozen=True, slots=True)
class RailItem:
    """A section in the list of sections, with how far it is."""

    section: Section
    number: int
    url: str
    state: str
    answered: int
    asked: int
    current: bool

    @property
    def progress(self) -> str:
        return f"{self.answered} of {self.asked} answered"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A problem with the way to the field that has it."""

    problem: Problem
    label: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    question: Question
    value: str
    answer: Answer | None
    problem: Problem | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One version of one answer, in words; a key of an earlier questionnaire stands for itself."""

    answer: Answer
    question: str
    section: str
    value: str


def told(answer: Answer) -> Told:
    question = QUESTIONS.get(answer.key)
    if question is None:
        return Told(answer, answer.key, "an earlier questionnaire", str(answer.value))
    reading = read(question, answer.raw)
    value = str(answer.value) if reading.value is None else shown(question, reading.value)
    return Told(answer, question.label, SECTION_OF[answer.key].title, value)


def section_url(org: str, sheet: Sheet, section: Section) -> str:
    kwargs = {"org": org, "onboarding_id": sheet.onboarding.pk, "section": section.key}
    return reverse("onboarding-section", kwargs=kwargs)


def url(name: str, org: str, sheet: Sheet, **kwargs: object) -> str:
    return reverse(name, kwargs={"org": org, "onboarding_id": sheet.onboarding.pk, **kwargs})


def next_url(org: str, sheet: Sheet, section: Section) -> str:
    _, after = neighbours(section)
    return section_url(org, sheet, after) if after else url("onboarding-review", org, sheet)


def first_open(sheet: Sheet) -> Section | None:
    """The first section that lacks an answer or has a wrong one."""
    return next((item.section for item in rail("", sheet, None) if item.state != "answered"), None)


def rail(org: str, sheet: Sheet, current: Section | None) -> Iterator[RailItem]:
    wrong = {problem.key for problem in sheet.problems}
    for number, section in enumerate(SECTIONS, start=1):
        asked = [question.key for question in section.questions if sheet.answers.asked(question.key)]
        given = [key for key in asked if key in sheet.given]
        right = [key for key in given if key not in wrong]
        state = "answered" if len(right) == len(asked) else "in_progress" if given else "not_answered"
        if len(right) < len(given):
            state = "blocked"
        link = section_url(org, sheet, section) if org else ""
        yield RailItem(section, number, link, state, len(right), len(asked), section is current)


def progress(items: list[RailItem]) -> dict[str, int]:
    return {"answered": sum(item.answered for item in items), "asked": sum(item.asked for item in items)}


def last_plan(sheet: Sheet) -> RegionPlan | None:
    version = PlanVersion.objects.of(sheet.onboarding).newest_first().first()
    return RegionPlan.from_document(version.document) if version else None


def section_context(
    scope: Scope, org: str, sheet: Sheet, section: Section, *, untouched: bool = False
) -> dict[str, Any]:
    found = sheet.problems_of(section, untouched=untouched)
    form = SectionForm(sheet, section, found)
    before, after = neighbours(section)
    items = list(rail(org, sheet, section))
    plan = draft(sheet.answers, identity=draft_identity(sheet.onboarding, org))
    return {
        "org": org,
        "onboarding": sheet.onboarding,
        "section": section,
        "number_text": f"{SECTIONS.index(section) + 1} of {len(SECTIONS)}",
        "rail": items,
        "progress": progress(items),
        "form": form,
        "rows": rows(form, sheet, section),
        "found": found,
        "may_answer": scope.allows(Permission.ONBOARDING_ANSWER),
        "saved_at": _saved_at(sheet, section),
        "back_url": section_url(org, sheet, before) if before else url("onboarding-review", org, sheet),
        "back_label": before.title if before else "Review",
        "next_label": f"Next: {after.title}" if after else "Review",
        "next_url": next_url(org, sheet, section),
        "review_url": url("onboarding-review", org, sheet),
        "effect": effect(plan, section, last_plan(sheet)),
        "picture": plan_pictures.beside_the_form(plan.network, sheet.taken),
    }


def _saved_at(sheet: Sheet, section: Section) -> datetime | None:
    keys = {question.key for question in section.questions}
    return max((row.answered_at for key, row in sheet.given.items() if key in keys), default=None)


def review_context(scope: Scope, org: str, sheet: Sheet) -> dict[str, Any]:
    items = list(rail(org, sheet, None))
    versions = PlanVersion.objects.of(sheet.onboarding).newest_first().with_signatures()
    return {
        "org": org,
        "onboarding": sheet.onboarding,
        "rail": items,
        "progress": progress(items),
        "sections": [(item, list(_review(sheet, item.section))) for item in items],
        "problems": sheet.problems,
        "versions": versions,
        "head": _head(org, sheet),
        "may_answer": scope.allows(Permission.ONBOARDING_ANSWER),
        "open_url": section_url(org, sheet, first_open(sheet) or SECTIONS[0]),
    }


def _head(org: str, sheet: Sheet) -> dict[str, Any]:
    state, label = STATES[OnboardingState(sheet.onboarding.state)]
    count = len(sheet.problems)
    return {
        "state": state,
        "label": label,
        "region_id": str(sheet.onboarding.region_id),
        "answers": f"{len(sheet.given)} given",
        "todo": "1 answer is missing or wrong" if count == 1 else f"{count} answers are missing or wrong",
        "problems": [_open(org, sheet, problem) for problem in sheet.problems],
    }


def _open(org: str, sheet: Sheet, problem: Problem) -> OpenQuestion:
    section = SECTION_OF[problem.key]
    link = f"{section_url(org, sheet, section)}#id_{problem.key}"
    return OpenQuestion(problem, sheet.answers.questions[problem.key].label, section.title, link)


def _review(sheet: Sheet, section: Section) -> Iterator[ReviewRow]:
    for question in section.questions:
        key = question.key
        if sheet.answers.asked(key):
            yield ReviewRow(
                question=question,
                value=as_typed(sheet.answers, key),
                answer=sheet.given.get(key),
                problem=sheet.problem(key),
                is_default=not sheet.answers.differs(key),
            )


def as_typed(answers: Answers, key: str) -> str:
    """The answer in words, or what was typed where it cannot be read."""
    reading, raw = answers.reading(key), answers.raw(key)
    if reading.value is None:
        return raw if isinstance(raw, str) else ", ".join(raw)
    return shown(answers.questions[key], reading.value)
