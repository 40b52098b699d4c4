"""What the pages of a region's changes are put together from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.actions.onboardings import Sheet
from regions.actions.preview_documents import document
from regions.actions.region_changes import APPROVAL_LASTS, operation_of
from regions.actions.region_previews import of_version
from regions.forms.onboardings import SectionForm, rows
from regions.forms.region_changes import AskForm, DecideForm
from regions.models import ChangeState, Onboarding, OnboardingState, PlanVersion, Region, RegionChange, Side
from regions.questionnaire.sections.changing import CHANGING
from regions.states import RegionState
from regions.views.change_readings import ChangeReading

LASTS = f"{APPROVAL_LASTS.days} days"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the newest plan version of a region is from being carried out."""

    region: Region
    onboarding: Onboarding | None
    newest: PlanVersion | None
    waiting: RegionChange | None

    @property
    def is_ahead(self) -> bool:
        """The plan says something that the region is not made from yet."""
        return self.newest is not None and self.newest.pk != self.region.plan_id

    @property
    def is_answering(self) -> bool:
        return self.onboarding is not None and self.onboarding.state == OnboardingState.ANSWERING

    @property
    def can_change(self) -> bool:
        return self.onboarding is not None and self.region.state == RegionState.ACTIVE


def standing(scope: Scope, region: Region) -> Standing:
    onboarding = Onboarding.objects.visible_to(scope).of_region(region.pk).first()
    newest = PlanVersion.objects.visible_to(scope).of(onboarding).newest_first().first() if onboarding else None
    waiting = RegionChange.objects.visible_to(scope).of_region(region).awaiting().with_plan().first()
    late = waiting is not None and waiting.standing(now()) is ChangeState.EXPIRED
    return Standing(region, onboarding, newest, None if late else waiting)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A request in the list of them."""

    change: RegionChange
    at: datetime

    @property
    def state(self) -> str:
        return self.change.standing(self.at).value

    @property
    def reading(self) -> ChangeReading:
        return ChangeReading(self.change.document)


def listed(changes: list[RegionChange]) -> list[ChangeRow]:
    at = now()
    return [ChangeRow(change, at) for change in changes]


def form_context(scope: Scope, region: Region, sheet: Sheet, *, untouched: bool = False) -> dict[str, Any]:
    form = SectionForm(sheet, CHANGING, sheet.problems_of(CHANGING, untouched=untouched))
    elsewhere = [problem for problem in sheet.problems if problem.key not in form.fields]
    return {
        "region": region,
        "section": CHANGING,
        "rows": rows(form, sheet, CHANGING),
        "may_answer": scope.allows(Permission.ONBOARDING_ANSWER),
        "onboarding": sheet.onboarding,
        "elsewhere": elsewhere,
    }


def preview_context(
    scope: Scope, region: Region, version: PlanVersion, form: AskForm | None = None
) -> dict[str, Any]:
    """What a plan version would do now."""
    signed = {signature.side for signature in version.signatures.all()}
    newest = PlanVersion.objects.visible_to(scope).of(version.onboarding).newest_first().first()
    return {
        "region": region,
        "version": version,
        "change": None,
        "reading": ChangeReading(document(of_version(scope=scope, version=version))),
        "signed": len(signed),
        "is_signed": signed == set(Side.values),
        "is_current": newest is not None
        and newest.pk == version.pk
        and version.onboarding.state != OnboardingState.ANSWERING,
        "is_active": region.state == RegionState.ACTIVE,
        "is_planned": region.state == RegionState.PLANNED,
        "may_ask": scope.allows(Permission.REGION_CREATE),
        "form": form or AskForm(),
        "lasts": LASTS,
    }


def change_context(scope: Scope, change: RegionChange, form: DecideForm | None = None) -> Mapping[str, Any]:
    """A request as it was asked for, and what became of it."""
    state = change.standing(now())
    return {
        "region": change.region,
        "version": change.plan_version,
        "change": change,
        "state": state.value,
        "waits": state is ChangeState.AWAITING_APPROVAL,
        "reading": ChangeReading(change.document),
        "operation": operation_of(scope=scope, change=change),
        "may_approve": scope.allows(Permission.REGION_APPROVE),
        "may_withdraw": scope.allows(Permission.REGION_CREATE),
        "form": form or DecideForm(),
    }
