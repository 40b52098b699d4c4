"""A refused call is named as a policy would name it."""

import boto3
import pytest

from regions.clouds.aws.call_names import call_name


@pytest.mark.parametrize(
    ("service", "method", "name"),
    [
        ("ec2", "revoke_security_group_egress", "ec2:RevokeSecurityGroupEgress"),
        ("rds", "create_db_instance", "rds:CreateDBInstance"),
        ("elbv2", "create_load_balancer", "elasticloadbalancing:CreateLoadBalancer"),
        ("service-quotas", "get_service_quota", "servicequotas:GetServiceQuota"),
        ("resourcegroupstaggingapi", "get_resources", "tag:GetResources"),
        ("s3", "put_bucket_encryption", "s3:PutEncryptionConfiguration"),
        ("s3", "create_bucket", "s3:CreateBucket"),
        ("iam", "create_open_id_connect_provider", "iam:CreateOpenIDConnectProvider"),
    ],
)
def test_the_name_is_iams(service: str, method: str, name: str) -> None:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="y", region_name="eu-central-1")
    assert call_name(session.client(service), method) == name  # type: ignore[call-overload]
