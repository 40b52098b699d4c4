"""What a region consists of, and how it follows from its spec."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regions.blueprints import Manifest, blueprint, by_name, teardown_needs, to_yaml
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.packing import POLICY_CHARACTERS
from regions.spec import Cloud, Environment
from tests.unit.blueprints.specs import CUSTOMER_KEY, VARIANTS, production


def named(variant: str = "production") -> dict[str, Manifest]:
    return by_name(blueprint(VARIANTS[variant]))


def test_equal_specs_give_equal_bytes() -> None:
    assert to_yaml(blueprint(production())) == to_yaml(blueprint(production()))


def test_a_region_spans_three_zones_with_three_tiers_of_subnets() -> None:
    kinds = Counter(manifest.kind for manifest in blueprint(production()))
    assert {kind: kinds[kind] for kind in ("VPC", "Subnet", "EIP", "NATGateway", "NodeGroup", "Instance")} == {
        "VPC": 1,
        "Subnet": 9,
        "EIP": 3,
        "NATGateway": 3,
        "NodeGroup": 1,
        "Instance": 1,
    }


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_need_is_a_manifest_and_the_order_has_no_circle(variant: str) -> None:
    manifests, done = named(variant), set[str]()
    for _ in manifests:
        done |= {name for name, one in manifests.items() if set(one.needs) <= done}
    assert done == set(manifests)


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_tearing_down_ends_and_takes_identities_last(variant: str) -> None:
    manifests, needs = named(variant), teardown_needs(blueprint(VARIANTS[variant]))
    gone: set[str] = set()
    for _ in manifests:
        gone |= {name for name in manifests if set(needs[name]) <= gone}
    assert gone == set(manifests)
    assert {"cluster", "database", "load-balancer", "state-bucket"} <= set(needs["cluster-role"])


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_everything_that_can_carry_tags_carries_ours(variant: str) -> None:
    for manifest in blueprint(VARIANTS[variant]):
        if KINDS[manifest.kind].tagging:
            assert manifest.tags["byoc:region"] == manifest.region_id
            assert manifest.tags["byoc:resource"] == manifest.name
            assert {"byoc:organization", "byoc:connection"} <= set(manifest.tags)


def test_names_that_are_ours_start_with_the_regions_own_digits() -> None:
    for manifest in blueprint(production()):
        if manifest.external_name:
            assert "a1b2c3d4e5" in manifest.external_name


def test_a_customers_key_replaces_ours_everywhere() -> None:
    manifests = named("customer-key")
    assert "Key" not in {one.kind for one in manifests.values()}
    assert manifests["database"].for_provider["kmsKeyId"] == CUSTOMER_KEY
    assert manifests["cluster"].for_provider["encryptionConfig"]["provider"]["keyArn"] == CUSTOMER_KEY


def test_a_private_region_has_an_internal_load_balancer() -> None:
    assert named()["load-balancer"].for_provider["internal"] is False
    assert named("privatelink")["load-balancer"].for_provider["internal"] is True
    assert "endpoint-service" in named("privatelink")
    assert "transit-gateway-attachment" in named("transit-gateway")


def test_production_keeps_a_last_snapshot_and_is_protected() -> None:
    lasting, passing = named()["database"].for_provider, named("development")["database"].for_provider
    assert (lasting["skipFinalSnapshot"], lasting["deletionProtection"]) == (False, True)
    assert (passing["skipFinalSnapshot"], passing["deletionProtection"]) == (True, False)


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_policies_fit_and_roles_take_no_more_than_ten(variant: str) -> None:
    attached: Counter[str] = Counter()
    for manifest in blueprint(VARIANTS[variant]):
        if manifest.kind == "Policy":
            document = json.loads(manifest.for_provider["policy"])
            assert len(json.dumps(document, separators=(",", ":"))) <= POLICY_CHARACTERS
        if manifest.kind == "RolePolicyAttachment":
            attached[manifest.for_provider["roleRef"]["name"]] += 1
    assert max(attached.values()) <= 10


def test_people_below_the_limited_administrator_have_no_secrets_and_cannot_delete() -> None:
    text = {role: allowed(role) for role in ("read-only", "elevated", "limited-admin")}
    assert not [one for role in ("read-only", "elevated") for one in text[role] if "secretsmanager" in one]
    assert not [one for one in text["elevated"] if any(word in one for word in ("Delete", "Terminate", "*:*"))]
    assert [one for one in text["limited-admin"] if "secretsmanager" in one]
    assert [one for one in text["limited-admin"] if "Delete" in one]


def allowed(role: str) -> list[str]:
    documents = [
        json.loads(one.for_provider["policy"])
        for name, one in named().items()
        if one.kind == "Policy" and name.startswith(f"{role}-policy-")
    ]
    return [action for one in documents for statement in one["Statement"] for action in statement["Action"]]


def test_roles_for_people_trust_only_this_regions_request_with_a_name_behind_it() -> None:
    trust = json.loads(named()["read-only-role"].for_provider["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"AWS": production().operations_principal_arn}
    assert trust["Condition"] == {
        "StringEquals": {"sts:ExternalId": production().region_id},
        "StringLike": {"sts:SourceIdentity": "?*"},
    }


def test_every_role_stays_inside_the_customers_boundary() -> None:
    for manifest in blueprint(production()):
        if manifest.kind == "Role":
            assert manifest.for_provider["permissionsBoundary"] == production().permissions_boundary_arn
            assert manifest.for_provider["path"] == "/byoc/"


def test_a_cloud_without_a_blueprint_says_so() -> None:
    with pytest.raises(ValueError, match="no blueprint for GCP yet"):
        blueprint(production(cloud=Cloud.GCP))


@settings(deadline=None)
@given(
    nodes=st.integers(min_value=3, max_value=100),
    days=st.sampled_from([1, 7, 30, 90]),
    environment=st.sampled_from(list(Environment)),
)
def test_any_sizes_give_a_complete_region(nodes: int, days: int, environment: Environment) -> None:
    spec = production(environment=environment, log_retention_days=days)
    spec = replace(spec, cluster=replace(spec.cluster, nodes_max=nodes))
    manifests = by_name(blueprint(spec))
    assert manifests["node-group"].for_provider["scalingConfig"]["maxSize"] == nodes
    assert manifests["platform-logs"].for_provider["retentionInDays"] == days
