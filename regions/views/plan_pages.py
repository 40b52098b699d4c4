"""What the plan's page shows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.models import ApplicationPlane, Organization
from console.kernel.scope import Scope
from regions.actions.plan_contents import contents
from regions.actions.plan_road import road
from regions.actions.preview_documents import document
from regions.actions.region_plans import MAY_SIGN
from regions.actions.region_previews import of_version
from regions.forms.onboardings import SignForm
from regions.models import OnboardingState, PlanVersion, Side, Signature
from regions.questionnaire.cost import CostRow
from regions.questionnaire.plan import RegionPlan
from regions.views import plan_pictures
from regions.views.change_readings import ChangeReading
from regions.views.plan_head import plan_head

SIDE_LABEL = {Side.ARCHITECT: "Solution architect", Side.OPERATOR: "Operator"}
SIDE_WAITS_FOR = {Side.ARCHITECT: "the solution architect", Side.OPERATOR: "an owner or operator"}


@dataclass(frozen=True, slots=True)
class SideBox:
    """One side's half of the signatures."""

    side: Side
    label: str
    signature: Signature | None
    may_sign: bool
    waits_for: str
    url: str
    form: SignForm


@dataclass(frozen=True, slots=True)
class PricedRow:
    row: CostRow
    share: str
    """Width of the bar in percent of the dearest row."""


def plan_context(
    scope: Scope, org: str, version: PlanVersion, versions: list[PlanVersion], form: SignForm | None = None
) -> dict[str, Any]:
    plan, newest = RegionPlan.from_document(version.document), versions[0]
    current = version.pk == newest.pk and version.onboarding.state != OnboardingState.ANSWERING
    signatures = {Side(signature.side): signature for signature in version.signatures.all()}
    found = contents(plan)
    organization = Organization.objects.get(pk=scope.org_id).name
    return {
        "org": org,
        "onboarding": version.onboarding,
        "version": version,
        "newest": newest,
        "is_current": current,
        "plan": plan,
        "head": plan_head(version, newest, plan, found, organization, len(signatures)),
        "contents": found,
        "sources": sorted({row.source for row in plan.cost.rows}),
        "costs": _priced(plan.cost.rows),
        "total": Decimal(plan.cost.total),
        "list_total": Decimal(plan.cost.list_total),
        "discount": Decimal(plan.cost.total) - Decimal(plan.cost.list_total),
        "picture": plan_pictures.whole(plan),
        "sides": [_side(scope, org, version, side, signatures.get(side), form, current) for side in SIDE_LABEL],
        "signed": len(signatures),
        "reading": ChangeReading(document(of_version(scope=scope, version=version))),
        "road": road(scope=scope, version=version, plan=plan, is_signed=set(signatures) == set(Side)),
        "planes": ApplicationPlane.objects.visible_to(scope).oldest_first(),
        "refusals": form.non_field_errors() if form else (),
        "versions": versions,
        **_against(version, versions, plan),
    }


def _side(
    scope: Scope,
    org: str,
    version: PlanVersion,
    side: Side,
    signature: Signature | None,
    form: SignForm | None,
    current: bool,
) -> SideBox:
    mine = scope.allows(MAY_SIGN[side])
    kwargs = {"org": org, "onboarding_id": version.onboarding_id, "number": version.number}
    url = reverse(f"onboarding-sign-{side.value}", kwargs=kwargs)
    may_sign = current and mine and signature is None
    used = form if form is not None and may_sign else SignForm()
    return SideBox(side, SIDE_LABEL[side], signature, may_sign, SIDE_WAITS_FOR[side], url, used)


def _priced(rows: tuple[CostRow, ...]) -> list[PricedRow]:
    dearest = max((row.amount for row in rows if row.amount), default=Decimal(1))
    return [PricedRow(row, f"{(row.amount or 0) / dearest * 100:.0f}") for row in rows]


def _against(version: PlanVersion, versions: list[PlanVersion], plan: RegionPlan) -> dict[str, Any]:
    """The version before, and how much more or less this one costs."""
    before = next((row for row in versions if row.number < version.number), None)
    if before is None:
        return {"before": None, "cost_delta": None}
    earlier = RegionPlan.from_document(before.document)
    return {"before": before, "cost_delta": Decimal(plan.cost.total) - Decimal(earlier.cost.total)}
