"""What moto gets wrong and the main road touches, service by service."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox_aws.conftest import Account, Cloud, document
from tests.unit.sandbox_aws.test_eks import Ground, code, until

TAG = "byoc:region"


def tags(value: str) -> list[dict[str, str]]:
    return [{"Key": TAG, "Value": value}]


@pytest.fixture
def ground(customer: Account) -> Ground:
    return Ground(customer)


def test_a_nat_gateway_takes_its_time_and_its_token_makes_one(ground: Ground) -> None:
    address = ground.ec2.allocate_address(Domain="vpc")["AllocationId"]
    place = {"SubnetId": ground.subnets[0], "AllocationId": address}
    made = ground.ec2.create_nat_gateway(**place, ClientToken="t1")["NatGateway"]
    assert made["State"] == "pending"
    assert (
        ground.ec2.create_nat_gateway(**place, ClientToken="t1")["NatGateway"]["NatGatewayId"]
        == made["NatGatewayId"]
    )
    other = {**place, "SubnetId": ground.subnets[1]}
    assert code(ground.ec2.create_nat_gateway, **other, ClientToken="t1") == "IdempotentParameterMismatch"

    def states() -> list[str]:
        return [item["State"] for item in ground.ec2.describe_nat_gateways()["NatGateways"]]

    assert until(states, ["available"]) == ["available"]
    assert code(ground.ec2.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
    assert code(ground.ec2.delete_subnet, SubnetId=ground.subnets[0]) == "DependencyViolation"
    ground.ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert until(states, ["deleted"]) == ["deleted"]
    ground.ec2.release_address(AllocationId=address)


@pytest.mark.parametrize(
    ("service", "quota", "call", "arguments", "expected"),
    [
        ("vpc", "L-F678F1CE", "create_vpc", {"CidrBlock": "10.9.0.0/16"}, "VpcLimitExceeded"),
        ("ec2", "L-0263D0A3", "allocate_address", {"Domain": "vpc"}, "AddressLimitExceeded"),
        ("vpc", "L-A4707A72", "create_internet_gateway", {}, "InternetGatewayLimitExceeded"),
    ],
)
def test_quotas_are_told_and_enforced(
    customer: Account, cloud: Cloud, service: str, quota: str, call: str, arguments: Any, expected: str
) -> None:
    place = {"account_id": customer.id, "region": "eu-west-1", "service": service, "code": quota, "value": 0}
    ask = customer.client("service-quotas").get_service_quota
    assert ask(ServiceCode=service, QuotaCode=quota)["Quota"]["Value"] == 5
    cloud.ask("PUT", "quotas", place)
    assert ask(ServiceCode=service, QuotaCode=quota)["Quota"]["Value"] == 0
    assert code(getattr(customer.client("ec2"), call), **arguments) == expected


def database(ground: Ground, **extra: Any) -> Any:
    rds = ground.customer.client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="data", DBSubnetGroupDescription="d", SubnetIds=ground.subnets, Tags=tags("r1")
    )
    rds.create_db_parameter_group(
        DBParameterGroupName="data", DBParameterGroupFamily="postgres16", Description="d"
    )
    forced = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="data", Parameters=[forced])
    arguments = {
        "DBInstanceIdentifier": "data", "DBInstanceClass": "db.r6g.2xlarge", "Engine": "postgres",
        "EngineVersion": "16.10", "AllocatedStorage": 100, "MasterUsername": "byoc", "MultiAZ": True,
        "ManageMasterUserPassword": True, "StorageEncrypted": True, "DeletionProtection": True,
        "DBSubnetGroupName": "data", "DBParameterGroupName": "data", "Tags": tags("r1"),
    }  # fmt: skip
    made = rds.create_db_instance(**{**arguments, **extra})["DBInstance"]
    assert made["DBInstanceStatus"] == "creating"
    return rds


def test_a_database_is_creating_then_available_with_a_secret_of_its_own(ground: Ground) -> None:
    rds = database(ground)

    def status() -> str:
        return str(rds.describe_db_instances(DBInstanceIdentifier="data")["DBInstances"][0]["DBInstanceStatus"])

    assert until(status, "available") == "available"
    found = rds.describe_db_instances(DBInstanceIdentifier="data")["DBInstances"][0]
    secret = ground.customer.client("secretsmanager").get_secret_value(
        SecretId=found["MasterUserSecret"]["SecretArn"]
    )
    assert '"username": "byoc"' in secret["SecretString"]
    assert code(rds.delete_db_instance, DBInstanceIdentifier="data", SkipFinalSnapshot=True)
    rds.modify_db_instance(DBInstanceIdentifier="data", DeletionProtection=False, ApplyImmediately=True)
    until(status, "available")
    assert code(rds.delete_db_subnet_group, DBSubnetGroupName="data") == "InvalidDBSubnetGroupStateFault"
    assert code(rds.delete_db_instance, DBInstanceIdentifier="data") == "InvalidParameterCombination"
    gone = rds.delete_db_instance(DBInstanceIdentifier="data", FinalDBSnapshotIdentifier="last")["DBInstance"]
    assert gone["DBInstanceStatus"] == "deleting"
    assert until(lambda: rds.describe_db_instances()["DBInstances"], []) == []
    assert rds.describe_db_snapshots(DBSnapshotIdentifier="last")["DBSnapshots"]
    rds.delete_db_subnet_group(DBSubnetGroupName="data")


def test_what_may_be_ordered_is_told_and_what_may_not_is_refused(ground: Ground) -> None:
    rds = ground.customer.client("rds")
    ask = rds.describe_orderable_db_instance_options
    found = ask(Engine="postgres", EngineVersion="16.10", DBInstanceClass="db.r6g.4xlarge")[
        "OrderableDBInstanceOptions"
    ]
    assert found[0]["MultiAZCapable"]
    assert ask(Engine="postgres", DBInstanceClass="db.x9.huge")["OrderableDBInstanceOptions"] == []
    versions = rds.describe_db_engine_versions(Engine="postgres", EngineVersion="16")["DBEngineVersions"]
    assert {item["DBParameterGroupFamily"] for item in versions} == {"postgres16"}
    with pytest.raises(ClientError, match="does not support creating a DB instance"):
        database(ground, DBInstanceClass="db.x9.huge")


def test_a_key_that_is_disabled_or_doomed_serves_nobody(customer: Account) -> None:
    kms = customer.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=120)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 120
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    assert code(kms.encrypt, KeyId=key, Plaintext=b"x") == "DisabledException"
    kms.enable_key(KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert code(kms.decrypt, CiphertextBlob=blob) == "KMSInvalidStateException"


def test_a_log_group_takes_a_key_only_if_the_keys_policy_lets_the_service(customer: Account) -> None:
    kms, logs = customer.client("kms"), customer.client("logs")
    key = kms.create_key()["KeyMetadata"]
    logs.create_log_group(logGroupName="/byoc/x")
    place = {"logGroupName": "/byoc/x", "kmsKeyId": key["Arn"]}
    assert code(logs.associate_kms_key, **place) == "InvalidParameterException"
    root = {"Effect": "Allow", "Principal": {"AWS": customer.id}, "Action": "kms:*", "Resource": "*"}
    service = {**root, "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}, "Action": "kms:Encrypt*"}
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=document([root, service]))
    logs.associate_kms_key(**place)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key["Arn"]


def test_a_zone_is_made_once_for_a_reference_and_a_record_once_by_create(customer: Account) -> None:
    route53 = customer.client("route53")
    zone = route53.create_hosted_zone(Name="x.example.com", CallerReference="step")["HostedZone"]["Id"]
    again = {"Name": "x.example.com", "CallerReference": "step"}
    assert code(route53.create_hosted_zone, **again) == "HostedZoneAlreadyExists"
    record = {"Name": "a.x.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)
    assert code(route53.change_resource_record_sets, HostedZoneId=zone, ChangeBatch=change) == "InvalidChangeBatch"


def test_tags_are_found_across_services_while_the_resource_lives(ground: Ground) -> None:
    customer = ground.customer
    ground.cluster(tags={TAG: "r1"})
    database(ground)
    vpc = [{"ResourceType": "vpc", "Tags": tags("r1")}]
    made = ground.ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=vpc)["Vpc"]["VpcId"]
    customer.client("ecr").create_repository(repositoryName="byoc/x", tags=tags("r1"))
    customer.client("logs").create_log_group(logGroupName="/byoc/x", tags={TAG: "r1"})
    customer.client("kms").create_key(Tags=[{"TagKey": TAG, "TagValue": "r1"}])
    name = f"byoc-tags-{customer.id}"
    s3 = customer.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags("r1")})

    def kinds() -> set[str]:
        ask = customer.client("resourcegroupstaggingapi").get_resources
        found = ask(TagFilters=[{"Key": TAG, "Values": ["r1"]}])["ResourceTagMappingList"]
        return {item["ResourceARN"].split(":", 5)[2] for item in found}

    assert kinds() == {"ec2", "eks", "rds", "ecr", "logs", "kms", "s3"}
    ground.ec2.delete_vpc(VpcId=made)
    assert "ec2" not in kinds()


def test_every_call_can_be_looked_up(customer: Account) -> None:
    acting = customer.acting([{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}])
    vpc = acting.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "CreateVpc"}]
    event = customer.client("cloudtrail").lookup_events(LookupAttributes=wanted)["Events"][0]
    assert event["Username"] == "test-session"
    assert event["EventId"] == vpc["ResponseMetadata"]["RequestId"]


def test_simulation_agrees_with_the_evaluator(customer: Account) -> None:
    condition = {"StringEquals": {f"aws:RequestTag/{TAG}": "r1"}}
    statement = {"Effect": "Allow", "Action": "ec2:CreateVpc", "Resource": "*", "Condition": condition}
    deny = {"Effect": "Deny", "Action": "ec2:DeleteVpc", "Resource": "*"}
    role = customer.role("sim", [statement, deny], {"Principal": {"AWS": customer.id}, "Action": "sts:AssumeRole"})
    ask = customer.client("iam").simulate_principal_policy
    names = ["ec2:CreateVpc", "ec2:DeleteVpc", "s3:GetObject"]
    bare = {
        item["EvalActionName"]: item for item in ask(PolicySourceArn=role, ActionNames=names)["EvaluationResults"]
    }
    assert [bare[name]["EvalDecision"] for name in names] == ["implicitDeny", "explicitDeny", "implicitDeny"]
    assert bare["ec2:CreateVpc"]["MissingContextValues"] == [f"aws:requesttag/{TAG}"]
    entry = {"ContextKeyName": f"aws:RequestTag/{TAG}", "ContextKeyValues": ["r1"], "ContextKeyType": "string"}
    full = ask(PolicySourceArn=role, ActionNames=names[:1], ContextEntries=[entry])["EvaluationResults"][0]
    assert full["EvalDecision"] == "allowed"
    assert full["MatchedStatements"][0]["SourcePolicyId"] == "permissions"


def test_iam_keeps_its_limits(customer: Account) -> None:
    iam = customer.client("iam")
    statement = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
    customer.role("full", [], {"Principal": {"AWS": customer.id}, "Action": "sts:AssumeRole"})
    for index in range(11):
        arn = iam.create_policy(PolicyName=f"p{index}", PolicyDocument=document([statement]))["Policy"]["Arn"]
        if index < 10:
            iam.attach_role_policy(RoleName="full", PolicyArn=arn)
        else:
            assert code(iam.attach_role_policy, RoleName="full", PolicyArn=arn) == "LimitExceeded"
    wide = document([{**statement, "Resource": [f"arn:aws:s3:::{'x' * 55}{index}" for index in range(90)]}])
    assert code(iam.create_policy, PolicyName="wide", PolicyDocument=wide) == "LimitExceeded"
    bad = document([{**statement, "Resource": "bucket"}])
    assert code(iam.create_policy, PolicyName="bad", PolicyDocument=bad) == "MalformedPolicyDocument"
    trust = document([{"Effect": "Allow", "Action": "sts:AssumeRole"}])
    assert code(iam.create_role, RoleName="bad", AssumeRolePolicyDocument=trust) == "MalformedPolicyDocument"


def test_a_certificate_is_issued_after_a_while(customer: Account, cloud: Cloud) -> None:
    cloud.ask("PUT", "delays", {"certificate": 0.1})
    acm = customer.client("acm")
    wanted = {"DomainName": "x.example.com", "ValidationMethod": "DNS", "IdempotencyToken": "one"}
    made = acm.request_certificate(**wanted)["CertificateArn"]
    assert acm.request_certificate(**wanted)["CertificateArn"] == made
    time.sleep(0.15)
    assert acm.describe_certificate(CertificateArn=made)["Certificate"]["Status"] == "ISSUED"
