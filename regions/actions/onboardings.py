"""Answering the questionnaire: started, saved as one goes, copied from an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from console.audit.actions import events as audit
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.models import Answer, Onboarding, OnboardingState, PlanVersion, Region
from regions.questionnaire.answers import Answers
from regions.questionnaire.catalog import QUESTIONS, SECTION_BY_KEY, answers_from
from regions.questionnaire.questions import Raw, Section
from regions.questionnaire.reading import LONGEST, NamedRange
from regions.questionnaire.rules import Problem, Taken, problems, proposals
from regions.questionnaire.sections.people import region_name
from regions.states import RegionState

OWN_TO_EACH_REGION = frozenset({"region_name", "vpc_cidr", "dns_zone", "kms_key_arn"})
"""Answers that a copy does not take over: two regions cannot share them."""
LONGEST_REASON = 500


class OnboardingExists(Conflict):
    code = "onboarding_exists"
    title = "The name is taken"


class NameUnusable(Invalid):
    code = "region_name_unusable"


class OnboardingUnknown(NotFound):
    code = "onboarding_unknown"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answers of an onboarding as they stand, with what is wrong about them."""

    onboarding: Onboarding
    answers: Answers
    given: Mapping[str, Answer]
    """The last version of each answer, by question."""
    taken: Taken
    problems: tuple[Problem, ...]
    is_fixed: bool
    """The region is in the cloud: its immutable answers stay as they are."""

    def problem(self, key: str) -> Problem | None:
        return next((problem for problem in self.problems if problem.key == key), None)

    def problems_of(self, section: Section, *, untouched: bool = False) -> tuple[Problem, ...]:
        """What is wrong in a section; about questions nobody has answered only if `untouched`."""
        keys = {question.key for question in section.questions}
        found = (problem for problem in self.problems if problem.key in keys)
        return tuple(problem for problem in found if untouched or problem.key in self.given)


@transaction.atomic
def start(*, scope: Scope, name: str, copy_of: UUID | None = None) -> Onboarding:
    """Begin an onboarding; the region's id is given now.

    Raises Refused, NameUnusable and OnboardingExists; OnboardingUnknown when there is nothing to copy from.
    """
    scope.require(Permission.ONBOARDING_ANSWER)
    if sentence := region_name(name):
        raise NameUnusable(sentence, field="name")
    source = sheet(scope=scope, onboarding_id=copy_of) if copy_of else None
    onboarding = Onboarding(
        org_id=scope.org_id,
        name=name,
        copied_from=source.onboarding.name if source else "",
        started_by=scope.actor.label,
    )
    _insert(onboarding)
    typed, reasons = _first_answers(onboarding, source)
    _add(scope, onboarding, {}, typed, reasons)
    audit.record(scope, "onboarding:started", onboarding, copied_from=onboarding.copied_from)
    return onboarding


def _insert(onboarding: Onboarding) -> None:
    try:
        with transaction.atomic():
            onboarding.save(force_insert=True)
    except IntegrityError as error:
        raise OnboardingExists(
            f"There is already an onboarding called {onboarding.name}.",
            todo="Choose another name, or go on with that one.",
            field="name",
        ) from error


def _first_answers(onboarding: Onboarding, source: Sheet | None) -> tuple[dict[str, Raw], dict[str, str]]:
    """The name, what is copied, and a free range where the default one is in use."""
    copied = source.answers if source else answers_from({})
    typed = {key: raw for key, raw in copied.typed.items() if key not in OWN_TO_EACH_REGION}
    reasons = {key: copied.reasons.get(key, "") for key in typed}
    typed["region_name"] = onboarding.name
    taken = taken_ranges(onboarding)
    found = [problem for problem in problems(answers_from(typed), taken=taken) if problem.key == "vpc_cidr"]
    if found and (free := proposals(answers_from(typed), taken, 1)):
        typed["vpc_cidr"] = free[0]
        reasons["vpc_cidr"] = f"Proposed: {found[0].sentence.split(' is free')[0].rsplit('. ', 1)[0]}."
    return typed, reasons


@transaction.atomic
def answer(
    *,
    scope: Scope,
    onboarding_id: UUID,
    typed: Mapping[str, Raw],
    reasons: Mapping[str, str] | None = None,
    as_one_goes: bool = False,
) -> Sheet:
    """Keep what was typed, right or wrong, and return the sheet with what is wrong about it.

    Only answers that changed get a new version; `as_one_goes` leaves defaults that nobody touched open.
    Immutable answers stay as they are once the region is in the cloud.
    Raises OnboardingUnknown, and Refused without the permission to answer.
    """
    scope.require(Permission.ONBOARDING_ANSWER)
    onboarding = locked(scope, onboarding_id)
    given = _given(onboarding)
    if _is_provisioned(onboarding):
        typed = {key: raw for key, raw in typed.items() if key in QUESTIONS and not QUESTIONS[key].immutable}
    if as_one_goes:
        typed = {key: raw for key, raw in typed.items() if key in given or raw != QUESTIONS[key].default}
    changed = _add(scope, onboarding, given, typed, reasons or {})
    if changed:
        _reopen(onboarding)
        audit.record(scope, "onboarding:answered", onboarding, questions=sorted(changed))
    return _sheet(onboarding, {**given, **changed})


def get(*, scope: Scope, onboarding_id: UUID) -> Onboarding:
    """Raises OnboardingUnknown."""
    onboarding = Onboarding.objects.visible_to(scope).filter(pk=onboarding_id).first()
    if onboarding is None:
        raise _unknown()
    return onboarding


def sheet(*, scope: Scope, onboarding_id: UUID) -> Sheet:
    """Raises OnboardingUnknown."""
    onboarding = get(scope=scope, onboarding_id=onboarding_id)
    return _sheet(onboarding, _given(onboarding))


def locked_sheet(*, scope: Scope, onboarding_id: UUID) -> Sheet:
    """As `sheet`, with nobody else changing the answers until the transaction ends."""
    onboarding = locked(scope, onboarding_id)
    return _sheet(onboarding, _given(onboarding))


def taken_ranges(onboarding: Onboarding) -> Taken:
    """Ranges of the organization's other regions, as their last plan versions say."""
    gone = Region.objects.filter(org_id=onboarding.org_id, state=RegionState.DEPROVISIONED)
    plans = PlanVersion.objects.filter(org_id=onboarding.org_id).of_others(onboarding).current()
    rows = plans.exclude(onboarding__region_id__in=gone.values("id"))
    found = rows.values_list("document__spec__network__vpc_cidr", "document__spec__name")
    return tuple(NamedRange(cidr, f"the region {name}") for cidr, name in found)


def locked(scope: Scope, onboarding_id: UUID) -> Onboarding:
    """Raises OnboardingUnknown."""
    onboarding = Onboarding.objects.visible_to(scope).select_for_update().filter(pk=onboarding_id).first()
    if onboarding is None:
        raise _unknown()
    return onboarding


def _unknown() -> OnboardingUnknown:
    return OnboardingUnknown("There is no such onboarding.", todo="Start from the list of onboardings.")


def _given(onboarding: Onboarding) -> dict[str, Answer]:
    return {answer.key: answer for answer in Answer.objects.of(onboarding).newest_versions()}


def _sheet(onboarding: Onboarding, given: Mapping[str, Answer]) -> Sheet:
    answers = answers_from(
        {key: answer.raw for key, answer in given.items()},
        {key: answer.reason for key, answer in given.items()},
    )
    taken = taken_ranges(onboarding)
    return Sheet(onboarding, answers, given, taken, problems(answers, taken=taken), _is_provisioned(onboarding))


def _is_provisioned(onboarding: Onboarding) -> bool:
    return Region.objects.filter(org_id=onboarding.org_id, pk=onboarding.region_id).present().exists()


def _add(
    scope: Scope,
    onboarding: Onboarding,
    given: Mapping[str, Answer],
    typed: Mapping[str, Raw],
    reasons: Mapping[str, str],
) -> dict[str, Answer]:
    """Insert a version of each answer that is new or different."""
    rows = {
        key: Answer(
            org_id=scope.org_id,
            onboarding=onboarding,
            key=key,
            number=given[key].number + 1 if key in given else 1,
            value=_stored(raw),
            reason=reasons.get(key, given[key].reason if key in given else "")[:LONGEST_REASON],
            answered_by=scope.actor.label,
            answered_by_kind=scope.actor.kind.value,
        )
        for key, raw in typed.items()
        if key in QUESTIONS
    }
    changed = {key: row for key, row in rows.items() if _differs(row, given.get(key))}
    Answer.objects.bulk_create(changed.values())
    return changed


def _stored(raw: Raw) -> str | list[str]:
    """At most a little more than a reading accepts, so that it still says what is wrong."""
    return raw.replace("\x00", "").strip()[: LONGEST + 1] if isinstance(raw, str) else list(raw)


def _differs(row: Answer, last: Answer | None) -> bool:
    return last is None or (row.value, row.reason) != (last.value, last.reason)


def _reopen(onboarding: Onboarding) -> None:
    if onboarding.state != OnboardingState.ANSWERING:
        onboarding.state = OnboardingState.ANSWERING
        onboarding.save(update_fields=["state"])


def section_of(key: str) -> Section:
    """Raises OnboardingUnknown."""
    if key not in SECTION_BY_KEY:
        raise OnboardingUnknown("The questionnaire has no such section.", todo="Choose one of its sections.")
    return SECTION_BY_KEY[key]
