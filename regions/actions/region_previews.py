"""What a plan would do to a region, before anything is done: changes, cost, permissions, policy checks."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from console.kernel.errors import Invalid, Refused
from console.kernel.scope import Scope
from regions.actions.drift_overrides import laid_over
from regions.blueprints import Manifest, blueprint, by_name
from regions.changes import cost
from regions.changes.differing import Change, Verb, changes
from regions.changes.permissions import needed
from regions.changes.specs import SpecUnfitError, with_changes
from regions.models import CheckGroup, ConnectionCheck, PlanVersion, Region, Resource
from regions.permissions.bundle import Grant, current
from regions.policies.checks import Case, Check, Outcome, check
from regions.policies.rules import RULES
from regions.questionnaire import codec
from regions.questionnaire.plan import RegionPlan
from regions.spec import RegionSpec, RoleName
from regions.states import RegionState, Verdict
from regions.steps.holding import hold_of

UNTOUCHED = frozenset({RegionState.PLANNED, RegionState.DEPROVISIONED})
"""Nothing of the region is in the cloud: everything would be created."""


class PolicyDenies(Refused):
    code = "policy_denies"
    title = "A policy check denies it"


class SpecUnfit(Invalid):
    code = "spec_unfit"
    title = "The spec cannot have this value"


@dataclass(frozen=True)
class Terms:
    """What a plan says beside its spec."""

    budget_usd: int = 0
    discount_percent: int = 0


@dataclass(frozen=True)
class Preview:
    spec: RegionSpec
    before: Mapping[str, Manifest]
    after: Mapping[str, Manifest]
    changes: tuple[Change, ...]
    terms: Terms
    grants: tuple[Grant, ...]
    """Actions of the deployment role that the change makes use of."""
    lacking: tuple[str, ...]
    """Those that the connection's last verification did not find."""
    held_until: str = ""

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        at_most = cost.total(self.after.values(), cost.at_most, self.terms.discount_percent)
        case = Case(
            before=self.before,
            after=self.after,
            changes=self.changes,
            environment=self.spec.environment,
            at_most=at_most,
            budget_usd=self.terms.budget_usd,
            lacking=self.lacking,
            held_until=self.held_until,
        )
        return check(RULES, case)

    @cached_property
    def cost(self) -> cost.Delta:
        return cost.delta(self.before.values(), self.after.values(), self.terms.discount_percent)

    def price_of(self, change: Change) -> str | None:
        found = cost.change_of(change, self.terms.discount_percent)
        return None if found is None else str(found)

    @property
    def denials(self) -> tuple[Check, ...]:
        return tuple(one for one in self.checks if one.outcome is Outcome.DENIED)

    @property
    def warnings(self) -> tuple[Check, ...]:
        return tuple(one for one in self.checks if one.outcome is Outcome.WARNING)

    @property
    def unchanged(self) -> int:
        kept = len(self.before.keys() & self.after.keys())
        return kept - sum(change.verb in {Verb.UPDATE, Verb.REPLACE} for change in self.changes)

    @property
    def digest(self) -> str:
        """SHA-256 of what changes, field by field, and of all that a new resource will be."""
        told = [
            [
                change.verb,
                change.name,
                [[each.field, each.before, each.after] for each in change.fields],
                change.after.for_provider if change.after and not change.before else None,
            ]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def of_spec(*, scope: Scope, region: Region | None, spec: RegionSpec, terms: Terms) -> Preview:
    """What the spec would do to the region; everything is new while there is none."""
    wanted = laid_over(scope, region, blueprint(spec)) if region else blueprint(spec)
    before, after = _there(scope, region), by_name(wanted)
    found = changes(before, after)
    grants = needed(found, {**before, **after}, current())
    lacking = _lacking(scope, UUID(spec.connection_id), grants)
    hold = hold_of(scope, region) if region else None
    return Preview(
        spec=spec,
        before=before,
        after=after,
        changes=found,
        terms=terms,
        grants=grants,
        lacking=lacking,
        held_until=f"{hold.until:%d %B %Y}" if hold else "",
    )


def of_version(*, scope: Scope, version: PlanVersion) -> Preview:
    """What a plan version would do to the region it is for."""
    plan = RegionPlan.from_document(version.document)
    region = Region.objects.visible_to(scope).filter(id=plan.spec.region_id).first()
    return of_spec(scope=scope, region=region, spec=plan.spec, terms=terms_of(plan))


def of_values(*, scope: Scope, region: Region, values: Mapping[str, Any]) -> Preview:
    """What some other values of its spec would do to the region. Raises SpecUnfit."""
    try:
        spec = with_changes(codec.from_document(RegionSpec, region.spec), values)
        return of_spec(scope=scope, region=region, spec=spec, terms=_terms(scope, region))
    except SpecUnfitError as error:
        raise SpecUnfit(str(error), field=f"spec.{error.path}") from error
    except ValueError as error:
        raise SpecUnfit(f"These values make no region: {error}.", field="spec") from error


def _terms(scope: Scope, region: Region) -> Terms:
    version = PlanVersion.objects.visible_to(scope).filter(id=region.plan_id).first()
    return terms_of(RegionPlan.from_document(version.document)) if version else Terms()


def require_allowed(preview: Preview) -> None:
    """Raises PolicyDenies."""
    if denials := preview.denials:
        raise PolicyDenies(f"{denials[0].title}. {denials[0].detail}", todo="Change the plan, then ask again.")


def terms_of(plan: RegionPlan) -> Terms:
    return Terms(plan.budget_usd, plan.cost.discount_percent)


def _there(scope: Scope, region: Region | None) -> dict[str, Manifest]:
    if region is None or region.state in UNTOUCHED:
        return {}
    rows = Resource.objects.visible_to(scope).of_region(region).in_order().not_gone()
    kept = ((row.name, row.manifest if row.earlier is None else row.earlier) for row in rows)
    return {name: Manifest(body) for name, body in kept if body}


def _lacking(scope: Scope, connection_id: UUID, grants: tuple[Grant, ...]) -> tuple[str, ...]:
    """Nothing is known to lack while the connection has not been verified."""
    checks = ConnectionCheck.objects.visible_to(scope).of(connection_id).in_group(CheckGroup.PERMISSION)
    found = dict(checks.of_role(RoleName.DEPLOYMENT).values_list("title", "verdict"))
    if not found:
        return ()
    return tuple(grant.name for grant in grants if found.get(grant.name) != Verdict.PASS)
