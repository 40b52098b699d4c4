"""The roles of the technical overview: how long a session lasts, and what each is inside the cluster."""

import pytest

from regions.blueprints import blueprint
from regions.spec import RoleName
from tests.unit.blueprints.specs import VARIANTS, production

HOUR_SECONDS = 3600
IN_KUBERNETES = {
    RoleName.DEPLOYMENT: "AmazonEKSClusterAdminPolicy",
    RoleName.LIMITED_ADMIN: "AmazonEKSClusterAdminPolicy",
    RoleName.ELEVATED: "AmazonEKSEditPolicy",
    RoleName.READ_ONLY: "AmazonEKSViewPolicy",
}


def test_each_role_is_in_the_cluster_what_the_overview_says() -> None:
    given = {
        one.for_provider["principalArn"]: one.for_provider["policyArn"].rpartition("/")[2]
        for one in blueprint(production())
        if one.kind == "AccessPolicyAssociation"
    }
    assert sorted(given.values()) == sorted(IN_KUBERNETES.values())
    for role, policy in IN_KUBERNETES.items():
        if role is not RoleName.DEPLOYMENT:
            assert [found for arn, found in given.items() if arn.endswith(f"-{role.value}")] == [policy]


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_a_session_lasts_an_hour_at_most(variant: str) -> None:
    lengths = {
        one.for_provider["maxSessionDuration"] for one in blueprint(VARIANTS[variant]) if one.kind == "Role"
    }
    assert lengths == {HOUR_SECONDS}


def test_the_database_grows_by_itself_to_its_limit() -> None:
    database = next(one for one in blueprint(production()) if one.kind == "Instance").for_provider
    assert database["maxAllocatedStorage"] > database["allocatedStorage"]
