"""Every rule is kept by what the questionnaire makes, and broken by exactly what it is about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from regions.blueprints import Manifest, blueprint, by_name
from regions.changes.differing import changes
from regions.policies.checks import Case, Check, Outcome, check
from regions.policies.rules import RULES
from regions.spec import Environment
from tests.unit.blueprints.specs import VARIANTS, production

Manifests = dict[str, Manifest]
Bend = Callable[[Manifests], Manifests]

THERE = by_name(blueprint(production()))


def judged(
    after: Mapping[str, Manifest],
    before: Mapping[str, Manifest] = THERE,
    environment: Environment = Environment.PRODUCTION,
    **known: Any,
) -> dict[str, Check]:
    case = Case(before, after, changes(before, after), environment, **known)
    return {one.rule.key: one for one in check(RULES, case)}


def broken(found: dict[str, Check]) -> dict[str, Outcome]:
    return {key: one.outcome for key, one in found.items() if one.outcome is not Outcome.PASS}


def fields(name: str, **changed: Any) -> Bend:
    return lambda there: {**there, name: there[name].with_fields(**changed)}


def nested(name: str, parent: str, **changed: Any) -> Bend:
    def bend(there: Manifests) -> Manifests:
        inner = {**there[name].for_provider[parent], **changed}
        return {**there, name: there[name].with_fields(**{parent: inner})}

    return bend


def without(*names: str) -> Bend:
    return lambda there: {name: one for name, one in there.items() if name not in names}


BENT: dict[str, Bend] = {
    "endpoint-open": nested("cluster", "vpcConfig", publicAccessCidrs=["0.0.0.0/0"]),
    "port-open": fields("database-from-private-a", cidrIpv4="0.0.0.0/0"),
    "database-public": fields("database", publiclyAccessible=True),
    "bucket-public": without("state-bucket-public-access"),
    "store-unencrypted": without("state-bucket-encryption"),
    "connection-plain": fields("database-parameters", parameter=[]),
    "data-deleted": without("registry"),
    "data-replaced": fields("database", storageEncrypted=True, dbName="other"),
    "foundation-replaced": fields("vpc", cidrBlock="10.8.0.0/16"),
    "storage-shrinks": fields("database", allocatedStorage=100),
    "version-back": fields("cluster", version="1.32"),
    "version-skipped": fields("cluster", version="1.35"),
    "database-in-one-zone": fields("database", multiAz=False),
    "backups-off": fields("database", backupRetentionPeriod=0),
    "deletion-unprotected": fields("database", deletionProtection=False),
    "retention-shortened": fields("platform-logs", retentionInDays=7),
    "key-not-rotated": fields("encryption-key", enableKeyRotation=False),
    "made-anew": fields("node-group", instanceTypes=["m5.4xlarge"]),
}
WARNED = {"retention-shortened", "key-not-rotated", "made-anew"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_the_questionnaire_makes_breaks_no_rule(variant: str) -> None:
    spec = VARIANTS[variant]
    assert broken(judged(by_name(blueprint(spec)), {}, spec.environment)) == {}


@pytest.mark.parametrize("key", BENT)
def test_a_rule_finds_what_it_is_about(key: str) -> None:
    found = judged(BENT[key](dict(THERE)))[key]
    assert found.outcome is (Outcome.WARNING if key in WARNED else Outcome.DENIED)
    assert found.title.startswith(("Denied: ", "Warning: "))
    assert found.detail.endswith(found.rule.todo)
    assert found.hits[0].sentence in found.detail


def test_every_rule_is_tried() -> None:
    assert {rule.key for rule in RULES} == {*BENT, "over-budget", "permission-missing", "hold-broken"}


def test_every_rule_says_what_holds_what_is_wrong_and_what_to_do() -> None:
    for rule in RULES:
        assert rule.promise[0].isupper(), rule.key
        assert not rule.promise.endswith("."), rule.key
        assert rule.breach[0].islower(), rule.key
        assert rule.todo.endswith("."), rule.key


def test_no_list_of_ranges_is_the_whole_world_to_eks() -> None:
    bend = nested("cluster", "vpcConfig", publicAccessCidrs=[], endpointPublicAccess=True)
    assert judged(bend(dict(THERE)))["endpoint-open"].outcome is Outcome.DENIED
    closed = nested("cluster", "vpcConfig", publicAccessCidrs=[], endpointPublicAccess=False)
    assert judged(closed(dict(THERE)))["endpoint-open"].outcome is Outcome.PASS


def test_outside_production_a_person_may_choose_to_lose_data() -> None:
    spec = production(environment=Environment.DEVELOPMENT)
    before = by_name(blueprint(spec))
    found = judged(without("registry")(dict(before)), before, Environment.DEVELOPMENT)
    assert broken(found) == {"data-deleted": Outcome.WARNING}


def test_a_standby_is_asked_of_production_alone() -> None:
    spec = production(environment=Environment.STAGING)
    before = by_name(blueprint(spec))
    found = judged(fields("database", multiAz=False)(dict(before)), before, Environment.STAGING)
    assert "database-in-one-zone" not in found


def test_what_is_open_already_does_not_keep_other_things_from_being_changed() -> None:
    before = BENT["port-open"](dict(THERE))
    after = fields("database", allocatedStorage=400)(before)
    assert broken(judged(after, before)) == {"port-open": Outcome.WARNING}


def test_nodes_may_be_made_anew_for_nothing_refers_to_them() -> None:
    assert broken(judged(BENT["made-anew"](dict(THERE)))) == {"made-anew": Outcome.WARNING}


def test_a_budget_is_held_against_all_nodes_that_may_be_started() -> None:
    assert broken(judged(THERE, at_most=Decimal("4000.01"), budget_usd=4_000)) == {"over-budget": Outcome.WARNING}
    assert broken(judged(THERE, at_most=Decimal(4_000), budget_usd=4_000)) == {}
    assert broken(judged(THERE, at_most=Decimal(4_000), budget_usd=0)) == {}


def test_a_hold_keeps_data_wherever_the_region_is() -> None:
    spec = production(environment=Environment.DEVELOPMENT)
    before = by_name(blueprint(spec))
    after = without("registry")(dict(before))
    found = judged(after, before, Environment.DEVELOPMENT, held_until="3 December 2027")
    assert found["hold-broken"].outcome is Outcome.DENIED
    assert "held until 3 December 2027" in found["hold-broken"].detail
    others = fields("database", allocatedStorage=400)(dict(before))
    assert broken(judged(others, before, Environment.DEVELOPMENT, held_until="3 December 2027")) == {}


def test_a_permission_that_was_not_found_denies() -> None:
    found = judged(THERE, lacking=("rds:ModifyDBInstance", "eks:TagResource", "ec2:CreateVpc"))
    assert found["permission-missing"].outcome is Outcome.DENIED
    assert "rds:ModifyDBInstance, eks:TagResource and 1 more" in found["permission-missing"].detail


def test_the_worst_comes_first() -> None:
    after = {**BENT["retention-shortened"](dict(THERE))}
    after = BENT["database-public"](after)
    outcomes = [one.outcome for one in judged(after).values()]
    assert outcomes[0] is Outcome.DENIED
    assert outcomes == sorted(outcomes, key=[Outcome.DENIED, Outcome.WARNING, Outcome.PASS].index)


def test_a_spec_with_the_endpoint_closed_is_not_open() -> None:
    spec = production()
    closed = replace(spec, cluster=replace(spec.cluster, endpoint_cidrs=()))
    assert broken(judged(by_name(blueprint(closed)))) == {}
