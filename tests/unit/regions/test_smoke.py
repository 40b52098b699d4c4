from typing import Any

import pytest

from regions.clouds.inspection import Answer, Ask
from regions.clouds.ports import Observation
from regions.steps import smoke_judgement as judge

BLOCKED: dict[str, Any] = dict.fromkeys(judge.BLOCKS, True)


def there(state: str = "", **facts: Any) -> Observation:
    return Observation(exists=True, external_id=str(facts.pop("id", "x")), state=state, facts=facts)


def test_a_cluster_must_be_active() -> None:
    assert not judge.cluster(there("ACTIVE"))
    assert "CREATING" in judge.cluster(there("CREATING"))
    assert "not there" in judge.cluster(Observation(exists=False))


def test_nodes_must_reach_three_zones() -> None:
    subnets = [there(id=f"s{zone}", AvailabilityZone=zone) for zone in "abc"]
    assert not judge.nodes(there("ACTIVE", subnets=["sa", "sb", "sc"]), subnets)
    assert "2 of 3" in judge.nodes(there("ACTIVE", subnets=["sa", "sb"]), subnets)
    assert "DEGRADED" in judge.nodes(there("DEGRADED", subnets=["sa", "sb", "sc"]), subnets)


def test_a_database_must_be_available_and_encrypted() -> None:
    assert not judge.database(there("available", StorageEncrypted=True))
    assert "encrypted" in judge.database(there("available", StorageEncrypted=False))
    assert "creating" in judge.database(there("creating", StorageEncrypted=True))


def test_a_bucket_must_refuse_the_public_in_every_way() -> None:
    assert not judge.bucket([there(**BLOCKED)])
    assert "BlockPublicPolicy" in judge.bucket([there(**{**BLOCKED, "BlockPublicPolicy": False})])
    assert judge.bucket([])
    assert judge.bucket([Observation(exists=False)])


@pytest.mark.parametrize(
    ("expected", "answered", "good"),
    [
        (["ns-1.aws.com."], ["NS-1.aws.com"], True),
        (["ns-1.aws.com"], [], False),
        (["ns-1.aws.com"], ["ns.other.org"], False),
        ([], ["ns-1.aws.com"], False),
    ],
)
def test_dns_must_name_the_zones_own_servers(expected: list[str], answered: list[str], good: bool) -> None:
    assert (judge.zone(expected, answered) == "") is good


def test_the_role_for_looking_must_look_and_not_delete() -> None:
    answers = {Ask(action, "*"): Answer("implicitDeny") for action in judge.DELETING}
    looking = {**answers, Ask(judge.READING, "*"): Answer("allowed")}
    assert not judge.view_role(looking)
    assert "may not even look" in judge.view_role(answers)
    deleting = {**looking, Ask("ec2:DeleteVpc", "*"): Answer("allowed")}
    assert judge.view_role(deleting) == "The read-only role may delete: ec2:DeleteVpc."
