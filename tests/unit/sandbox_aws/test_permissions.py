"""What calls are judged to need: resources, tags, roles handed over, things done in the caller's name."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox_aws.conftest import Account, document

TAG = "byoc:region"
TAGS = [{"Key": TAG, "Value": "r1"}]
ON_CREATE = {"StringEquals": {f"aws:RequestTag/{TAG}": "r1"}}
ON_RESOURCE = {"StringEquals": {f"aws:ResourceTag/{TAG}": "r1"}}
SPEC = [{"ResourceType": "vpc", "Tags": TAGS}]


def allow(action: Any, resource: Any = "*", **extra: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **extra}


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Message"])


def test_creating_needs_the_request_tag_and_the_right_to_tag(customer: Account) -> None:
    ec2 = customer.acting([allow("ec2:CreateVpc", Condition=ON_CREATE)]).client("ec2")
    assert "ec2:CreateVpc" in refused(ec2.create_vpc, CidrBlock="10.0.0.0/16")
    message = refused(ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=SPEC)
    assert "ec2:CreateTags on resource: arn:aws:ec2:eu-west-1" in message


def test_mutating_needs_the_resource_tag(customer: Account) -> None:
    admin = customer.client("ec2")
    mine = admin.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=SPEC)["Vpc"]["VpcId"]
    foreign = admin.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2 = customer.acting([allow("ec2:DeleteVpc", "arn:aws:ec2:*:*:vpc/*", Condition=ON_RESOURCE)]).client("ec2")
    assert foreign in refused(ec2.delete_vpc, VpcId=foreign)
    ec2.delete_vpc(VpcId=mine)


def test_a_subnet_is_about_the_new_subnet_and_its_network(customer: Account) -> None:
    vpc = customer.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=SPEC)["Vpc"]["VpcId"]
    subnet = [{"ResourceType": "subnet", "Tags": TAGS}]
    statements = [
        allow("ec2:CreateSubnet", "arn:aws:ec2:*:*:subnet/*", Condition=ON_CREATE),
        allow("ec2:CreateTags", Condition={"StringEquals": {"ec2:CreateAction": "CreateSubnet"}}),
    ]
    arguments = {"VpcId": vpc, "CidrBlock": "10.0.0.0/24", "TagSpecifications": subnet}
    half = customer.acting(statements, "half").client("ec2")
    assert f"vpc/{vpc}" in refused(half.create_subnet, **arguments)
    network = allow("ec2:CreateSubnet", "arn:aws:ec2:*:*:vpc/*", Condition=ON_RESOURCE)
    full = customer.acting([*statements, network], "full").client("ec2")
    assert full.create_subnet(**arguments)["Subnet"]["SubnetId"]


def test_a_dry_run_tells_what_would_happen_and_does_nothing(customer: Account) -> None:
    ec2 = customer.acting([allow("ec2:CreateVpc")]).client("ec2")
    before = len(customer.client("ec2").describe_vpcs()["Vpcs"])
    with pytest.raises(ClientError) as caught:
        ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
    assert caught.value.response["Error"]["Code"] == "DryRunOperation"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    with pytest.raises(ClientError) as caught:
        ec2.create_internet_gateway(DryRun=True)
    assert caught.value.response["Error"]["Code"] == "UnauthorizedOperation"
    assert len(customer.client("ec2").describe_vpcs()["Vpcs"]) == before


def test_a_role_may_only_be_handed_to_the_service_that_the_policy_names(customer: Account) -> None:
    trust = {"Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = customer.role("cluster", [], trust)
    statements = [
        allow(["eks:CreateCluster", "eks:TagResource", "iam:CreateServiceLinkedRole"]),
        allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
    ]
    eks = customer.acting(statements).client("eks")
    network = {"subnetIds": ["subnet-1", "subnet-2"]}
    message = refused(eks.create_cluster, name="k", roleArn=role, resourcesVpcConfig=network)
    assert f"iam:PassRole on resource: {role}" in message


def test_creating_a_role_can_be_bound_to_a_boundary(customer: Account) -> None:
    iam = customer.client("iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document([allow("s3:*")]))["Policy"]["Arn"]
    condition = {"StringEquals": {"iam:PermissionsBoundary": limit}}
    acting = customer.acting([allow("iam:CreateRole", "arn:aws:iam::*:role/byoc/*", Condition=condition)])
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    arguments = {"RoleName": "node", "Path": "/byoc/", "AssumeRolePolicyDocument": document([trust])}
    assert "iam:CreateRole" in refused(acting.client("iam").create_role, **arguments)
    made = acting.client("iam").create_role(**arguments, PermissionsBoundary=limit)
    assert made["Role"]["Arn"].endswith(":role/byoc/node")
    assert "iam:CreateRole" in refused(acting.client("iam").create_role, **{**arguments, "Path": "/"})


def test_a_boundary_limits_a_session(customer: Account) -> None:
    iam = customer.client("iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document([allow("s3:*")]))["Policy"]["Arn"]
    acting = customer.acting([allow("*")], PermissionsBoundary=limit)
    assert acting.client("s3").list_buckets()["Buckets"] == []
    assert "no permissions boundary allows" in refused(acting.client("ec2").describe_vpcs)


def test_s3_actions_have_their_own_names(customer: Account, cloud: Any) -> None:
    name = f"byoc-names-{customer.id}"
    s3 = customer.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    acting = customer.acting([allow(["s3:ListBucket", "s3:GetEncryptionConfiguration"], f"arn:aws:s3:::{name}")])
    acting.client("s3").head_bucket(Bucket=name)
    rules = acting.client("s3").get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "s3:ListAllMyBuckets" in refused(acting.client("s3").list_buckets)
    role = f"arn:aws:iam::{customer.id}:role/byoc/acting"
    evaluated = cloud.ask("GET", f"evaluated?account_id={customer.id}&principal={role}")
    assert evaluated == ["s3:GetEncryptionConfiguration", "s3:ListBucket"]


def test_a_bucket_policy_with_a_condition_denies_only_under_it(customer: Account) -> None:
    name = f"byoc-policy-{customer.id}"
    s3 = customer.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    resources = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resources,
        "Condition": insecure,
    }
    s3.put_bucket_policy(Bucket=name, Policy=document([statement]))
    s3.put_object(Bucket=name, Key="state", Body=b"1")
    other = {
        **statement,
        "Action": "s3:GetObject",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": customer.id}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=document([other]))
    assert "explicit deny in a resource-based policy" in refused(s3.get_object, Bucket=name, Key="state")


def test_a_database_does_things_in_secrets_manager_and_kms_for_its_caller(customer: Account, cloud: Any) -> None:
    admin = customer.client("kms").create_key()["KeyMetadata"]["Arn"]
    acting = customer.acting([allow(["rds:*", "iam:*", "kms:*", "secretsmanager:CreateSecret"])])
    arguments = {
        "DBInstanceIdentifier": "db", "DBInstanceClass": "db.t4g.medium", "Engine": "postgres",
        "AllocatedStorage": 20, "MasterUsername": "byoc", "ManageMasterUserPassword": True,
        "StorageEncrypted": True, "KmsKeyId": admin,
    }  # fmt: skip
    assert "secretsmanager:TagResource" in refused(acting.client("rds").create_db_instance, **arguments)
    role = f"arn:aws:iam::{customer.id}:role/byoc/acting"
    evaluated = set(cloud.ask("GET", f"evaluated?account_id={customer.id}&principal={role}"))
    assert {"kms:CreateGrant", "kms:DescribeKey", "secretsmanager:CreateSecret"} <= evaluated


def test_the_first_use_of_a_service_makes_its_linked_role(customer: Account) -> None:
    ec2 = customer.client("ec2")
    subnets = [item["SubnetId"] for item in ec2.describe_subnets()["Subnets"]]
    acting = customer.acting([allow(["elasticloadbalancing:*"])])
    balancer = {"Name": "edge", "Type": "network", "Subnets": subnets}
    assert "iam:CreateServiceLinkedRole" in refused(acting.client("elbv2").create_load_balancer, **balancer)
    made = customer.client("elbv2").create_load_balancer(**balancer)["LoadBalancers"][0]
    assert ":loadbalancer/net/edge/" in made["LoadBalancerArn"]
    acting.client("elbv2").create_load_balancer(**{**balancer, "Name": "second"})


def test_a_key_policy_rules_over_its_key(customer: Account) -> None:
    kms = customer.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    acting = customer.acting([allow("kms:*")])
    acting.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    admin = {"AWS": f"arn:aws:iam::{customer.id}:user/admin"}
    admin_only = {"Effect": "Allow", "Principal": admin, "Action": "kms:*", "Resource": "*"}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document([admin_only]))
    message = refused(acting.client("kms").encrypt, KeyId=key, Plaintext=b"x")
    assert "no resource-based policy allows the kms:Encrypt action" in message
