"""A customer's account behind the front door, and verifications that run through the real engine."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from accounts.models import Organization
from console.kernel import queue
from console.kernel.scope import Scope
from console.operations.models import Operation
from regions.actions import connections, onboardings
from regions.clouds.aws.inspection import AwsDoors, AwsTemplates
from regions.clouds.aws.session import AwsConfig, Session, own_session
from regions.models import Connection, ConnectionCheck, PlanVersion
from regions.questionnaire.sample import sample_plan
from regions.spec import Cloud, RegionSpec
from regions.steps import doors, verification
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.operations.graphs import work

CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
numbers = itertools.count(300000000000)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that is refused is refused at once."""
    monkeypatch.setattr(verification, "PATIENCE", verification.PATIENCE * 0)


@pytest.fixture
def without_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the long question what people's roles will be able to do."""
    monkeypatch.setattr(verification, "human_checks", lambda *_: [])


@pytest.fixture
def trust_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask who the role lets in, and nothing else."""
    for looks in ("deployment_checks", "human_checks", "quota_checks", "place_checks", "posture_checks"):
        monkeypatch.setattr(verification, looks, lambda *_: [])


@pytest.fixture(autouse=True)
def way(door: FrontDoor) -> Iterator[doors.Way]:
    before = doors.way(Cloud.AWS)
    config, principal = door.vendor()
    bound = doors.Way(AwsDoors(config), principal, None)
    doors.bind(Cloud.AWS, bound)
    yield bound
    doors.bind(Cloud.AWS, before)


@pytest.fixture
def bucket(door: FrontDoor, way: doors.Way) -> Session:
    """The vendor's bucket for templates."""
    config, _ = door.vendor()
    assert isinstance(way.doors, AwsDoors)
    doors.bind(
        Cloud.AWS, doors.Way(way.doors, way.principal_arn, AwsTemplates(config, "byoc-templates", "us-east-1"))
    )
    return own_session(config, "us-east-1")


@dataclass
class Customer:
    """An account of its own, with its administrator."""

    account_id: str
    admin: Session
    scope: Scope
    connection: Connection

    @property
    def iam(self) -> Any:
        return self.admin.client("iam")

    @property
    def role(self) -> str:
        return self.connection.role_name

    def make_role(self) -> None:
        """Run the stack, as the page says."""
        self.admin.client("cloudformation").create_stack(
            StackName=connections.stack_name(self.connection),
            TemplateBody=connections.template_text(self.connection),
            Capabilities=CAPABILITIES,
        )
        self._settled()

    def plan(self, spec: RegionSpec) -> None:
        """Have a region planned for the account, for verification to look at."""
        plan = replace(sample_plan(), spec=spec)
        with self.scope.entered():
            onboarding = onboardings.start(scope=self.scope, name=spec.name)
            PlanVersion.objects.create(
                org_id=self.scope.org_id,
                onboarding=onboarding,
                number=1,
                digest=plan.digest(),
                document=plan.to_document(),
                answer_count=0,
                compiled_by="Alice",
            )

    def guard(self) -> None:
        """Turn on what the account can do for its own security."""
        bucket, where = f"trail-{self.account_id}", {"LocationConstraint": "eu-central-1"}
        self.admin.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
        self.admin.client("guardduty").create_detector(Enable=True)
        trails, config = self.admin.client("cloudtrail"), self.admin.client("config")
        trails.create_trail(Name="account", S3BucketName=bucket, IsMultiRegionTrail=True)
        trails.start_logging(Name="account")
        role = f"arn:aws:iam::{self.account_id}:role/config"
        config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
        config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
        config.start_configuration_recorder(ConfigurationRecorderName="default")
        self.admin.client("ec2").enable_ebs_encryption_by_default()

    def delete_role(self) -> None:
        self.admin.client("cloudformation").delete_stack(StackName=connections.stack_name(self.connection))

    def _settled(self) -> None:
        client = self.admin.client("cloudformation")
        client.get_waiter("stack_create_complete").wait(
            StackName=connections.stack_name(self.connection), WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
        )

    def trust(self, **changes: Any) -> None:
        """Change the one statement of the trust policy."""
        document = self.iam.get_role(RoleName=self.role)["Role"]["AssumeRolePolicyDocument"]
        document["Statement"][0].update(changes)
        self.iam.update_assume_role_policy(RoleName=self.role, PolicyDocument=json.dumps(document))

    def narrow(self, action: str) -> None:
        """Take one action out of the role's policies."""
        for policy in self.iam.list_attached_role_policies(RoleName=self.role)["AttachedPolicies"]:
            arn = policy["PolicyArn"]
            version = self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            document = self.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            statements = [_without(one, action) for one in document["Statement"]]
            if statements != document["Statement"]:
                kept = [one for one in statements if one["Action"]]
                self.iam.create_policy_version(
                    PolicyArn=arn,
                    PolicyDocument=json.dumps({**document, "Statement": kept}),
                    SetAsDefault=True,
                )

    def verify(self) -> Operation:
        with self.scope.entered():
            self.connection.refresh_from_db()
            operation = connections.verify(scope=self.scope, connection=self.connection)
        return self.finish(operation)

    def finish(self, operation: Operation) -> Operation:
        while work():
            pass
        with self.scope.entered():
            operation.refresh_from_db()
            self.connection.refresh_from_db()
        return operation

    def check(self, name: str) -> ConnectionCheck:
        with self.scope.entered():
            return ConnectionCheck.objects.visible_to(self.scope).of(self.connection.id).get(name=name)

    def checks(self) -> list[ConnectionCheck]:
        with self.scope.entered():
            return list(ConnectionCheck.objects.visible_to(self.scope).of(self.connection.id))


def _without(statement: dict[str, Any], action: str) -> dict[str, Any]:
    if statement["Effect"] != "Allow":
        return statement
    return {**statement, "Action": [name for name in statement["Action"] if name != action]}


@pytest.fixture
def customer(door: FrontDoor, acme: Organization, alice_scope: Scope) -> Customer:
    account_id = str(next(numbers))
    with alice_scope.entered():
        connection = connections.for_account(scope=alice_scope, cloud="aws", account_id=account_id)
    return Customer(account_id, door.administrator(account_id, "eu-central-1"), alice_scope, connection)


@pytest.fixture
def unreachable(way: doors.Way) -> Callable[[], None]:
    def cut() -> None:
        nowhere = AwsDoors(AwsConfig("http://127.0.0.1:9", "AKIANOBODY", "secret"))
        doors.bind(Cloud.AWS, doors.Way(nowhere, way.principal_arn))

    return cut
