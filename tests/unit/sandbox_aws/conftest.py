"""One front door for all tests of this folder; every test takes a fresh account of its own."""

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

from sandbox.aws.server import Server, start
from tests.unit.sandbox_aws.iam_simulate import installed

collect_ignore = [] if installed() else ["test_against_iam_simulate.py"]

REGION = "eu-west-1"
ACCOUNTS = itertools.count(222200000001)
DELAYS = {"cluster": 0.2, "nodegroup": 0.2, "rds": 0.2, "nat": 0.2, "stack": 0.1}


class Cloud:
    """Real boto3 clients against a started server."""

    def __init__(self, server: Server) -> None:
        self.url = server.url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = httpx.request(method, f"{self.url}/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def account(self) -> "Account":
        return Account(self, self.ask("POST", "accounts", {"account_id": str(next(ACCOUNTS))}))

    def vendor(self) -> "Account":
        return Account(self, self.ask("POST", "vendor"))


class Account:
    """One set of credentials."""

    def __init__(self, cloud: Cloud, keys: Mapping[str, str]) -> None:
        self.cloud, self.keys, self.id = cloud, keys, keys["account_id"]

    def client(self, service: str, region: str = REGION) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.cloud.url,
            region_name=region,
            aws_access_key_id=self.keys["access_key_id"],
            aws_secret_access_key=self.keys["secret_access_key"],
            aws_session_token=self.keys.get("token"),
            config=Config(retries={"total_max_attempts": 1}, read_timeout=60),
        )

    def role(self, name: str, statements: list[dict[str, Any]], trust: Mapping[str, Any], **extra: Any) -> str:
        """A role with one inline policy; its ARN."""
        iam = self.client("iam")
        made = iam.create_role(
            RoleName=name,
            Path="/byoc/",
            AssumeRolePolicyDocument=document([{"Effect": "Allow", **trust}]),
            **extra,
        )
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=document(statements))
        return str(made["Role"]["Arn"])

    def assume(self, role_arn: str, **extra: Any) -> "Account":
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test-session", **extra)
        keys = answer["Credentials"]
        return Account(
            self.cloud,
            {
                "account_id": role_arn.split(":")[4],
                "access_key_id": keys["AccessKeyId"],
                "secret_access_key": keys["SecretAccessKey"],
                "token": keys["SessionToken"],
            },
        )

    def acting(self, statements: list[dict[str, Any]], name: str = "acting", **extra: Any) -> "Account":
        """A session in this account with these permissions and no others."""
        trust = {"Principal": {"AWS": f"arn:aws:iam::{self.id}:root"}, "Action": "sts:AssumeRole"}
        return self.assume(self.role(name, statements, trust, **extra))


def document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    server = start(delays=DELAYS)
    yield Cloud(server)
    server.stop()


@pytest.fixture
def customer(cloud: Cloud) -> Account:
    return cloud.account()


@pytest.fixture
def vendor(cloud: Cloud) -> Account:
    return cloud.vendor()


@pytest.fixture
def faults(cloud: Cloud) -> Iterator[Any]:
    yield lambda *rules: cloud.ask("PUT", "faults", list(rules))
    cloud.ask("PUT", "faults", [])
