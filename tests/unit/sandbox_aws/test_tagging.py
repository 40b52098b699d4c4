"""What GetResources finds: what lives and carries the tag, and nothing that is gone."""

from typing import Any

from tests.unit.sandbox_aws.conftest import Account

TAG = {"Key": "byoc:region", "Value": "r1"}


def found(customer: Account) -> set[str]:
    client: Any = customer.client("resourcegroupstaggingapi")
    listed = client.get_resources(TagFilters=[{"Key": TAG["Key"], "Values": [TAG["Value"]]}])
    return {item["ResourceARN"] for item in listed["ResourceTagMappingList"]}


def test_load_balancers_with_their_target_groups_and_listeners_are_found(customer: Account) -> None:
    ec2, elbv2 = customer.client("ec2"), customer.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    balancer = elbv2.create_load_balancer(Name="apps", Subnets=[subnet], Type="network", Tags=[TAG])
    targets = elbv2.create_target_group(Name="apps", Protocol="TCP", Port=443, VpcId=vpc, Tags=[TAG])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    group = targets["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    listener = elbv2.create_listener(
        LoadBalancerArn=arn, Protocol="TCP", Port=443, DefaultActions=forward, Tags=[TAG]
    )["Listeners"][0]["ListenerArn"]
    assert found(customer) == {arn, group, listener}


def test_rules_of_a_security_group_go_with_it(customer: Account) -> None:
    ec2 = customer.client("ec2")
    tags = [{"ResourceType": kind, "Tags": [TAG]} for kind in ("security-group", "security-group-rule")]
    group = ec2.create_security_group(GroupName="nodes", Description="nodes", TagSpecifications=tags[:1])[
        "GroupId"
    ]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
        TagSpecifications=tags[1:],
    )
    assert len(found(customer)) == 2
    ec2.delete_security_group(GroupId=group)
    assert found(customer) == set()
