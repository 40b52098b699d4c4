"""Clusters, node groups and what hangs below them."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox_aws.conftest import Account

ZONES = "abc"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


def until(ask: Callable[[], Any], wanted: Any, seconds: float = 5) -> Any:
    """Ask again until the answer is the wanted one."""
    end = time.monotonic() + seconds
    answer = ask()
    while answer != wanted and time.monotonic() < end:
        time.sleep(0.05)
        answer = ask()
    return answer


class Ground:
    """A network and two roles to build a cluster on."""

    def __init__(self, customer: Account) -> None:
        self.customer = customer
        self.ec2, self.eks = customer.client("ec2"), customer.client("eks")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"eu-west-1{zone}"
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate(ZONES)
        ]
        trusted = {"Action": "sts:AssumeRole"}
        self.cluster_role = customer.role("c", [], {**trusted, "Principal": {"Service": "eks.amazonaws.com"}})
        self.node_role = customer.role("n", [], {**trusted, "Principal": {"Service": "ec2.amazonaws.com"}})

    def cluster(self, **extra: Any) -> Any:
        arguments = {
            "name": "main",
            "version": "1.32",
            "roleArn": self.cluster_role,
            "resourcesVpcConfig": {"subnetIds": self.subnets, "endpointPrivateAccess": True},
            "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
            "tags": {"byoc:region": "r1"},
        }
        return self.eks.create_cluster(**{**arguments, **extra})["cluster"]

    def active_cluster(self) -> None:
        self.cluster()
        assert until(self.status, "ACTIVE") == "ACTIVE"

    def status(self) -> str:
        return str(self.eks.describe_cluster(name="main")["cluster"]["status"])

    def nodes(self) -> Any:
        scaling = {"minSize": 3, "maxSize": 6, "desiredSize": 3}
        return self.eks.create_nodegroup(
            clusterName="main", nodegroupName="nodes", nodeRole=self.node_role, subnets=self.subnets,
            scalingConfig=scaling, instanceTypes=["m5.2xlarge"],
        )["nodegroup"]  # fmt: skip

    def nodes_status(self) -> str:
        found = self.eks.describe_nodegroup(clusterName="main", nodegroupName="nodes")["nodegroup"]
        return str(found["status"])


@pytest.fixture
def ground(customer: Account) -> Ground:
    return Ground(customer)


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_a_cluster_is_creating_before_it_is_active_and_keeps_what_it_was_told(ground: Ground) -> None:
    made = ground.cluster()
    assert made["status"] == "CREATING"
    assert made["resourcesVpcConfig"]["vpcId"] == ground.vpc
    assert made["accessConfig"]["authenticationMode"] == "API"
    assert made["resourcesVpcConfig"]["clusterSecurityGroupId"].startswith("sg-")
    assert until(ground.status, "ACTIVE") == "ACTIVE"
    found = ground.eks.describe_cluster(name="main")["cluster"]
    assert found["tags"] == {"byoc:region": "r1"}
    assert found["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.eu-west-1.amazonaws.com/id/")


def test_a_client_token_makes_one_cluster_and_a_name_another_error(ground: Ground) -> None:
    first = ground.cluster(clientRequestToken="step-1")
    assert ground.cluster(clientRequestToken="step-1")["arn"] == first["arn"]
    assert code(ground.cluster) == "ResourceInUseException"


def test_a_cluster_needs_a_role_it_can_assume_and_two_zones(ground: Ground) -> None:
    assert code(ground.cluster, roleArn=ground.node_role) == "InvalidParameterException"
    narrow = {"subnetIds": ground.subnets[:1]}
    assert code(ground.cluster, resourcesVpcConfig=narrow) == "InvalidParameterException"
    assert code(ground.cluster, version="1.10") == "InvalidParameterException"


def test_nodes_stand_in_all_zones_of_their_subnets(ground: Ground) -> None:
    ground.cluster()
    assert code(ground.nodes) == "InvalidParameterException"
    until(ground.status, "ACTIVE")
    ground.nodes()
    assert until(ground.nodes_status, "ACTIVE") == "ACTIVE"
    filters = [{"Name": "tag:eks:nodegroup-name", "Values": ["nodes"]}]
    instances = [
        item
        for found in ground.ec2.describe_instances(Filters=filters)["Reservations"]
        for item in found["Instances"]
    ]
    assert {item["Placement"]["AvailabilityZone"] for item in instances} == {f"eu-west-1{zone}" for zone in ZONES}
    groups = ground.customer.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert {item["InstanceId"] for item in groups[0]["Instances"]} == {item["InstanceId"] for item in instances}


def test_updates_take_their_time_one_after_the_other(ground: Ground) -> None:
    ground.active_cluster()
    update = ground.eks.update_cluster_version(name="main", version="1.33")["update"]
    assert (update["status"], update["type"]) == ("InProgress", "VersionUpdate")
    logging = {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]}
    assert code(ground.eks.update_cluster_config, name="main", logging=logging) == "ResourceInUseException"
    assert until(ground.status, "ACTIVE") == "ACTIVE"
    done = ground.eks.describe_update(name="main", updateId=update["id"])["update"]
    assert done["status"] == "Successful"
    assert ground.eks.list_updates(name="main")["updateIds"] == [update["id"]]
    ground.eks.update_cluster_config(name="main", logging=logging)
    kept = ground.eks.describe_cluster(name="main")["cluster"]["logging"]["clusterLogging"][0]
    assert kept == {"types": ["api", "audit"], "enabled": True}
    until(ground.status, "ACTIVE")
    assert code(ground.eks.update_cluster_version, name="main", version="1.35") == "InvalidParameterException"


def test_scaling_a_node_group_changes_its_instances(ground: Ground) -> None:
    ground.active_cluster()
    ground.nodes()
    until(ground.nodes_status, "ACTIVE")
    place = {"clusterName": "main", "nodegroupName": "nodes"}
    ground.eks.update_nodegroup_config(**place, scalingConfig={"desiredSize": 5})
    groups = ground.customer.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert len(groups[0]["Instances"]) == 5
    until(ground.nodes_status, "ACTIVE")
    assert code(ground.eks.update_nodegroup_config, **place, scalingConfig={"desiredSize": 9})


def test_access_entries_carry_policies(ground: Ground) -> None:
    ground.active_cluster()
    role = ground.customer.role("view", [], {"Principal": {"AWS": ground.customer.id}, "Action": "sts:AssumeRole"})
    place = {"clusterName": "main", "principalArn": role}
    ground.eks.create_access_entry(**place, tags={"a": "b"})
    assert code(ground.eks.create_access_entry, **place) == "ResourceInUseException"
    ground.eks.associate_access_policy(**place, policyArn=VIEW, accessScope={"type": "cluster"})
    listed = ground.eks.list_associated_access_policies(**place)["associatedAccessPolicies"]
    assert [item["policyArn"] for item in listed] == [VIEW]
    assert ground.eks.list_access_entries(clusterName="main")["accessEntries"] == [role]
    ground.eks.delete_access_entry(**place)
    assert code(ground.eks.describe_access_entry, **place) == "ResourceNotFoundException"


def test_addons_and_pod_identities(ground: Ground) -> None:
    ground.active_cluster()
    ground.eks.create_addon(clusterName="main", addonName="vpc-cni")
    describe = ground.eks.describe_addon
    status = until(lambda: describe(clusterName="main", addonName="vpc-cni")["addon"]["status"], "ACTIVE")
    assert status == "ACTIVE"
    subject = {
        "clusterName": "main",
        "namespace": "akka",
        "serviceAccount": "runtime",
        "roleArn": ground.node_role,
    }
    made = ground.eks.create_pod_identity_association(**subject)["association"]
    assert code(ground.eks.create_pod_identity_association, **subject) == "ResourceInUseException"
    found = ground.eks.list_pod_identity_associations(clusterName="main", namespace="akka")["associations"]
    assert [item["associationId"] for item in found] == [made["associationId"]]


def test_a_cluster_goes_after_its_nodes_and_takes_its_security_group_along(ground: Ground) -> None:
    ground.active_cluster()
    ground.nodes()
    until(ground.nodes_status, "ACTIVE")
    assert code(ground.eks.delete_cluster, name="main") == "ResourceInUseException"
    ground.eks.delete_nodegroup(clusterName="main", nodegroupName="nodes")
    until(lambda: ground.eks.list_nodegroups(clusterName="main")["nodegroups"], [])
    assert ground.eks.delete_cluster(name="main")["cluster"]["status"] == "DELETING"
    assert until(lambda: ground.eks.list_clusters()["clusters"], []) == []
    filters = [{"Name": "vpc-id", "Values": [ground.vpc]}]
    groups = ground.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    assert [item["GroupName"] for item in groups] == ["default"]
    for subnet in ground.subnets:
        ground.ec2.delete_subnet(SubnetId=subnet)


def test_the_creator_becomes_administrator_unless_told_otherwise(ground: Ground) -> None:
    ground.cluster(accessConfig={"authenticationMode": "API"})
    entries = ground.eks.list_access_entries(clusterName="main")["accessEntries"]
    assert entries == [f"arn:aws:iam::{ground.customer.id}:user/admin"]
    assert json.dumps(entries)
