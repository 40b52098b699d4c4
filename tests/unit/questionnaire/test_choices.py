"""Answers beyond the usual region: another network, more nodes, other ways in."""

import pytest

from regions.questionnaire.catalog import answers_from
from regions.questionnaire.compiler import compile_plan
from regions.questionnaire.questions import Raw
from regions.questionnaire.rules import problems
from regions.questionnaire.sample import ACCOUNT_ID, SAMPLE_IDENTITY
from regions.spec import ExistingNetwork, FlowLogs, NodeGroupSpec, RegionSpec

OWN: dict[str, str] = {
    "vpc_owner": "customer",
    "vpc_id": "vpc-0123456789abcdef0",
    "vpc_cidr": "10.7.0.0/16",
    "corporate_ranges": "10.0.0.0/8 Everything",
    "private_subnets": "10.7.16.0/20 subnet-0a2aaaaa\n10.7.32.0/20 subnet-0b2bbbbb\n10.7.48.0/20 subnet-0c2ccccc",
    "database_subnets": "10.7.0.0/27 subnet-0a3aaaaa\n10.7.0.32/27 subnet-0b3bbbbb\n10.7.0.64/27 subnet-0c3ccccc",
    "public_subnets": "10.7.1.0/24 subnet-0a1aaaaa\n10.7.2.0/24 subnet-0b1bbbbb\n10.7.3.0/24 subnet-0c1ccccc",
}


def spec_of(**typed: Raw) -> RegionSpec:
    known: dict[str, Raw] = {"region_name": "production-virginia", "account_id": ACCOUNT_ID, **typed}
    return compile_plan(answers_from(known), identity=SAMPLE_IDENTITY).spec


def wrong(**typed: Raw) -> dict[str, str]:
    known: dict[str, Raw] = {"region_name": "production-virginia", "account_id": ACCOUNT_ID, **typed}
    return {one.key: one.sentence for one in problems(answers_from(known))}


def test_the_usual_region_has_a_new_vpc_a_vault_and_a_log_of_what_was_refused() -> None:
    spec = spec_of()
    assert (spec.network.existing, spec.network.flow_logs) == (None, FlowLogs.REJECTED)
    assert (spec.cluster.node_groups, spec.cluster.endpoint_closes, spec.cluster.pod_identity) == (
        (),
        False,
        False,
    )
    assert (spec.database.vault_days, spec.tls_at_load_balancer) == (35, False)


def test_a_vpc_of_the_customers_is_named_subnet_by_subnet() -> None:
    spec = spec_of(**OWN)
    assert spec.network.existing == ExistingNetwork(
        "vpc-0123456789abcdef0",
        ("subnet-0a1aaaaa", "subnet-0b1bbbbb", "subnet-0c1ccccc"),
        ("subnet-0a2aaaaa", "subnet-0b2bbbbb", "subnet-0c2ccccc"),
        ("subnet-0a3aaaaa", "subnet-0b3bbbbb", "subnet-0c3ccccc"),
    )
    assert spec.network.private_cidrs == ("10.7.16.0/20", "10.7.32.0/20", "10.7.48.0/20")


def test_a_private_region_in_the_customers_vpc_asks_for_no_public_subnets() -> None:
    inside = {key: value for key, value in OWN.items() if key != "public_subnets"}
    spec = spec_of(**inside, connectivity="transit_gateway")
    assert spec.network.existing is not None
    assert spec.network.existing.public_subnet_ids == ()
    assert spec.network.transit_gateway_id == ""


@pytest.mark.parametrize(
    ("changed", "key", "sentence"),
    [
        ({"private_subnets": "10.7.16.0/20 subnet-0a2aaaaa"}, "private_subnets", "1 subnets are named"),
        ({"vpc_cidr": "10.8.0.0/16"}, "private_subnets", "is not inside 10.8.0.0/16"),
        (
            {"public_subnets": OWN["public_subnets"].replace("subnet-0a1aaaaa", "a")},
            "public_subnets",
            "“a” is not",
        ),
        ({"vpc_id": "my vpc"}, "vpc_id", "is not the id of a VPC"),
    ],
)
def test_what_is_wrong_with_the_customers_vpc_is_told(changed: dict[str, str], key: str, sentence: str) -> None:
    assert sentence in wrong(**{**OWN, **changed})[key]


def test_node_groups_are_lines() -> None:
    spec = spec_of(node_groups="memory r6i.2xlarge,r6i.4xlarge 0 6\n\n batch  m5.2xlarge 1 20 spot")
    assert spec.cluster.node_groups == (
        NodeGroupSpec("memory", ("r6i.2xlarge", "r6i.4xlarge"), 0, 6),
        NodeGroupSpec("batch", ("m5.2xlarge",), 1, 20, spot=True),
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("memory", "is not a node group"),
        ("apps m5.2xlarge 0 3", "is what the first node group is called"),
        ("memory r6i.2xlarge 5 3", "5 to 3 nodes is no span"),
        ("memory r6i.2xlarge 0 3\nmemory r6i.2xlarge 0 3", "Two node groups are called memory"),
    ],
)
def test_what_is_wrong_with_a_node_group_is_told(line: str, sentence: str) -> None:
    assert sentence in wrong(node_groups=line)["node_groups"]


def test_ways_in_are_narrowed() -> None:
    linked = spec_of(connectivity="privatelink", principals="arn:aws:iam::111122223333:root")
    assert linked.network.principals == ("arn:aws:iam::111122223333:root",)
    hung = spec_of(
        connectivity="transit_gateway",
        transit_gateway_id="tgw-0123456789abcdef0",
        gateway_ranges="10.42.0.0/16 Frankfurt",
        gateway_route_table_id="tgw-rtb-0123456789abcdef0",
    )
    assert hung.network.gateway_cidrs == ("10.42.0.0/16",)
    assert hung.network.gateway_route_table_id == "tgw-rtb-0123456789abcdef0"
    assert "is not the ARN" in wrong(connectivity="privatelink", principals="everybody")["principals"]


def test_the_api_closes_tls_ends_and_the_vault_stays_away_as_answered() -> None:
    spec = spec_of(api_afterwards="closed", certificate_issuer="aws", vault_days="0", runtime_identity="pods")
    assert (spec.cluster.endpoint_closes, spec.cluster.pod_identity) == (True, True)
    assert (spec.tls_at_load_balancer, spec.database.vault_days) == (True, 0)
