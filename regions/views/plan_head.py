"""The words of the plan's page that depend on the plan."""

from typing import Any

from regions.actions.plan_contents import PlanContents
from regions.models import PlanVersion
from regions.questionnaire import prices
from regions.questionnaire.plan import RegionPlan


def plan_head(
    version: PlanVersion,
    newest: PlanVersion,
    plan: RegionPlan,
    found: PlanContents,
    organization: str,
    signed: int,
) -> dict[str, Any]:
    return {
        **_state(version, newest, signed),
        "title": f"Plan of {version.onboarding.name}, version {version.number}",
        "crumb": f"Plan, version {version.number}",
        "replaced": f"Version {newest.number} has replaced this one",
        "digest": f"sha256:{version.digest}",
        "total": f"${round(float(plan.cost.total)):,}",
        "all": f"of {len(found.resources)}",
        "network": f"{len(plan.spec.zones)} zones, {3 * len(plan.spec.zones)} subnets, {plan.network.vpc}",
        "duties": f"shared responsibility, {len(plan.responsibilities)} lines",
        "duty_columns": f"Duty | {organization.replace('|', ' ').replace(':', ' ')} | Akka",
        "prices": f"list prices of {plan.cost.rows[0].date}, {prices.HOURS_PER_MONTH} hours",
        "permissions": f"of the deployment role, bundle {found.bundle.version[:8]}",
        "granted": f"of {len(found.bundle.grants)} granted",
        "resources": f"{len(found.resources)}, everything tagged with the region's id",
        "actions": "\n".join(found.bundle.actions),
        "versions": f"{newest.number} so far" if newest.number > 1 else "the first",
        "sign": f"Sign version {version.number}",
    }


def _state(version: PlanVersion, newest: PlanVersion, signed: int) -> dict[str, str]:
    if version.pk != newest.pk:
        return {"state": "expired", "label": "Replaced"}
    if signed == 2:
        return {"state": "signed", "label": "Signed by both sides"}
    return {"state": "approval", "label": f"{signed} of 2 signatures"}
