"""What resources cost, from their manifests: the plan's estimate and the preview tell the same prices."""

from dataclasses import replace
from decimal import Decimal

import pytest

from regions.blueprints import blueprint
from regions.changes import cost
from regions.changes.differing import changes
from regions.questionnaire.catalog import answers_from
from regions.questionnaire.compiler import compile_plan
from regions.questionnaire.plan import RegionPlan
from regions.questionnaire.sample import SAMPLE_IDENTITY, sample_answers
from regions.spec import RegionSpec
from tests.unit.blueprints.specs import production

TRAFFIC = {"Traffic between zones", "Data through NAT", "Traffic out to the internet"}
"""Rows of the estimate that no resource costs by itself."""


def plan(**typed: str) -> RegionPlan:
    return compile_plan(answers_from({**sample_answers().typed, **typed}), identity=SAMPLE_IDENTITY)


def of(spec: RegionSpec) -> dict[str, Decimal | None]:
    return {manifest.name: cost.monthly(manifest) for manifest in blueprint(spec)}


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"connectivity": "privatelink"},
        {"connectivity": "transit_gateway", "transit_gateway_id": "tgw-0123456789abcdef0"},
        {"environment": "staging"},
        {"log_retention_days": "90"},
        {"nodes_min": "9", "operations_peak": "24000"},
    ],
    ids=str,
)
def test_a_plans_estimate_is_the_price_of_its_resources_and_its_traffic(typed: dict[str, str]) -> None:
    planned = plan(**typed)
    traffic = sum(row.amount or Decimal(0) for row in planned.cost.rows if row.item in TRAFFIC)
    resources = cost.total(blueprint(planned.spec))
    assert abs(resources + traffic - Decimal(planned.cost.list_total)) <= Decimal("0.05")


def test_an_unknown_price_is_never_nothing() -> None:
    assert of(production())["database"] is None  # db.r6g in eu-central-1


def test_what_has_no_price_on_one_side_is_left_out_of_both() -> None:
    before, after = blueprint(production(cloud_region="us-east-1")), blueprint(production())
    found = cost.delta(before, after)
    assert set(found.unknown) == {one.title for one in after if one.kind in {"Group", "Instance"}}
    assert found.before < cost.total(before)


def test_a_node_more_costs_what_a_node_costs() -> None:
    spec = production(cloud_region="us-east-1")
    larger = replace(spec, cluster=replace(spec.cluster, nodes_min=spec.cluster.nodes_min + 1))
    [change] = changes({one.name: one for one in blueprint(spec)}, {one.name: one for one in blueprint(larger)})
    assert cost.change_of(change) == Decimal("288.32")  # 730 hours at $0.384, and 100 GB at $0.08
    assert cost.change_of(change, discount_percent=10) == Decimal("259.49")


def test_at_most_counts_every_node_that_may_be_started() -> None:
    spec = production(cloud_region="us-east-1")
    nodes = next(one for one in blueprint(spec) if one.kind == "NodeGroup")
    assert cost.at_most(nodes) == 3 * (cost.monthly(nodes) or 0)  # 9 nodes at most, 3 at least
