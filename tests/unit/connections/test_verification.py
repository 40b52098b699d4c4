"""Verification against a cloud that judges: what is right passes, everything else is told with its fix."""

import json
from collections.abc import Callable, Sequence

import pytest

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.operations.actions import operations, retries
from console.operations.states import OperationState
from regions.actions import connections
from regions.models import CheckGroup, ConnectionCheck
from regions.permissions.bundle import current
from regions.spec import RoleName
from regions.states import ConnectionState, Verdict
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.connections.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_role_made_by_the_stack_is_verified_with_those_for_people(customer: Customer) -> None:
    customer.make_role()
    operation = customer.verify()
    assert operation.state == OperationState.SUCCEEDED
    connection = customer.connection
    assert connection.state == ConnectionState.VERIFIED, connection.message
    assert connection.bundle_version == current().version
    assert connection.verified_at
    checks = customer.checks()
    trust = [one for one in checks if one.group == CheckGroup.TRUST]
    deployment = [one for one in checks if one.role == RoleName.DEPLOYMENT]
    assert {one.verdict for one in trust} == {Verdict.PASS}, [(one.name, one.message) for one in trust]
    assert {one.verdict for one in deployment} == {Verdict.PASS}
    assert len(deployment) == len(current().grants)
    assert all(one.took_ms is not None for one in trust)
    people_have_no_secrets_and_the_elevated_one_deletes_nothing(checks)


def people_have_no_secrets_and_the_elevated_one_deletes_nothing(checks: Sequence[ConnectionCheck]) -> None:
    human = [one for one in checks if one.role in ("elevated", "read-only", "limited-admin")]
    assert {one.verdict for one in human} == {Verdict.PASS}
    granted = {(one.role, one.service, one.verb) for one in human if one.facts["granted"]}
    assert not any(service == "secretsmanager" for role, service, _ in granted if role != "limited-admin")
    assert ("limited-admin", "ec2", "delete") in granted
    assert ("elevated", "ec2", "create") in granted
    assert not any(verb == "delete" for role, _, verb in granted if role == "elevated")
    assert {verb for role, _, verb in granted if role == "read-only"} == {"read"}


@pytest.mark.usefixtures("trust_alone")
def test_a_role_without_the_external_id_condition_is_refused(customer: Customer) -> None:
    customer.make_role()
    customer.trust(Condition={})
    customer.verify()
    assert customer.connection.state == ConnectionState.REFUSED
    assert customer.connection.reason == "ExternalIdNotDemanded"
    assert "without any external id" in customer.connection.message
    check = customer.check("trust:without-external-id")
    assert check.verdict == Verdict.REFUSED
    assert "update-assume-role-policy" in check.fix
    assert customer.connection.external_id in check.fix
    assert customer.check("trust:wrong-external-id").verdict == Verdict.REFUSED


@pytest.mark.usefixtures("trust_alone")
def test_a_set_operator_that_passes_without_the_id_is_refused(customer: Customer) -> None:
    customer.make_role()
    demanded = {"ForAllValues:StringEquals": {"sts:ExternalId": [customer.connection.external_id]}}
    customer.trust(Condition=demanded)
    customer.verify()
    assert customer.connection.reason == "ExternalIdNotDemanded"
    assert customer.check("trust:wrong-external-id").verdict == Verdict.PASS
    assert customer.check("trust:policy").verdict == Verdict.REFUSED


@pytest.mark.usefixtures("trust_alone")
def test_a_role_with_another_external_id_cannot_be_assumed(customer: Customer) -> None:
    customer.make_role()
    customer.trust(Condition={"StringEquals": {"sts:ExternalId": "another"}})
    operation = customer.verify()
    assert operation.state == OperationState.SUCCEEDED
    assert customer.connection.state == ConnectionState.REFUSED
    assert customer.connection.reason == "RoleNotAssumable"
    assert customer.account_id in customer.connection.message
    check = customer.check("trust:assume")
    assert check.facts["provider"]["code"] == "AccessDenied"
    assert "sts:AssumeRole" in check.facts["provider"]["message"]


@pytest.mark.usefixtures("trust_alone")
def test_a_role_that_was_deleted_is_told_as_one_that_worked_before(customer: Customer) -> None:
    customer.make_role()
    customer.verify()
    customer.delete_role()
    customer.verify()
    assert customer.connection.state == ConnectionState.REFUSED
    assert "It worked before" in customer.connection.message
    assert {one.name for one in customer.checks()} == {"trust:assume"}


@pytest.mark.usefixtures("trust_alone")
def test_a_second_principal_in_the_trust_policy_is_refused(customer: Customer, door: FrontDoor) -> None:
    customer.make_role()
    _, principal = door.vendor()
    customer.trust(Principal={"AWS": [principal, f"arn:aws:iam::{customer.account_id}:root"]})
    customer.verify()
    assert customer.connection.reason == "TrustTooWide"
    assert f"{customer.account_id}:root" in customer.connection.message


@pytest.mark.usefixtures("without_people")
def test_one_missing_action_is_shown_in_the_grid_with_the_statement_to_add(customer: Customer) -> None:
    customer.make_role()
    customer.narrow("ec2:CreateNatGateway")
    customer.verify()
    assert customer.connection.state == ConnectionState.REFUSED
    assert customer.connection.reason == "ActionsRefused"
    assert customer.connection.message.startswith("ec2:CreateNatGateway is refused.")
    refused = [one for one in customer.checks() if one.verdict == Verdict.REFUSED]
    assert [one.name for one in refused] == ["deployment:ec2:CreateNatGateway"]
    assert refused[0].facts["decision"] == "implicitDeny"
    assert refused[0].facts["kinds"] == ["NATGateway"]
    statements = json.loads(refused[0].fix)
    named = statements if isinstance(statements, list) else [statements]
    assert all(one["Action"] == ["ec2:CreateNatGateway"] for one in named)


@pytest.mark.usefixtures("without_people")
def test_without_the_simulator_nothing_passes_for_want_of_an_answer(customer: Customer) -> None:
    customer.make_role()
    customer.narrow("iam:SimulatePrincipalPolicy")
    customer.verify()
    assert customer.connection.state == ConnectionState.REFUSED
    assert customer.connection.reason == "CannotTell"
    deployment = [one for one in customer.checks() if one.role == RoleName.DEPLOYMENT]
    assert {one.verdict for one in deployment} == {Verdict.CANNOT_TELL}
    assert "iam:SimulatePrincipalPolicy" in deployment[0].fix


@pytest.mark.usefixtures("trust_alone")
def test_a_policy_beside_the_stacks_own_is_found_by_what_it_opens(customer: Customer) -> None:
    customer.make_role()
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    customer.iam.put_role_policy(RoleName=customer.role, PolicyName="more", PolicyDocument=json.dumps(everything))
    customer.verify()
    assert customer.connection.reason == "RoleTooWide"
    assert customer.check("trust:foreign").verdict == Verdict.REFUSED
    assert customer.check("trust:itself").verdict == Verdict.PASS


@pytest.mark.usefixtures("without_people")
def test_quotas_that_may_not_be_read_cannot_be_told_and_say_what_to_add(customer: Customer) -> None:
    customer.make_role()
    customer.narrow("servicequotas:GetServiceQuota")
    customer.verify()
    quotas = [one for one in customer.checks() if one.group == CheckGroup.QUOTA]
    assert {one.verdict for one in quotas} == {Verdict.CANNOT_TELL}
    assert "servicequotas:GetServiceQuota" in quotas[0].fix


@pytest.mark.usefixtures("trust_alone")
def test_an_unreachable_cloud_teaches_nothing(customer: Customer, unreachable: Callable[[], None]) -> None:
    customer.make_role()
    customer.verify()
    unreachable()
    operation = customer.verify()
    assert operation.state == OperationState.SUCCEEDED
    assert customer.connection.state == ConnectionState.VERIFIED
    assert customer.connection.reason == "CloudUnreachable"
    assert "could not be reached" in customer.connection.message
    assert len(customer.checks()) > 1


@pytest.mark.usefixtures("trust_alone")
def test_a_cancelled_verification_leaves_the_connection_as_it_was(customer: Customer) -> None:
    scope = customer.scope
    with scope.entered():
        operation = connections.verify(scope=scope, connection=customer.connection)
        operations.cancel(scope=scope, operation=operation)
    customer.finish(operation)
    assert customer.connection.state == ConnectionState.DRAFT
    assert customer.connection.reason == "VerificationEnded"


@pytest.mark.usefixtures("trust_alone")
def test_a_connection_revoked_while_it_is_verified_stays_revoked(customer: Customer) -> None:
    customer.make_role()
    with customer.scope.entered():
        operation = connections.verify(scope=customer.scope, connection=customer.connection)
        connections.revoke(scope=customer.scope, connection=customer.connection, typed=customer.connection.name)
    customer.finish(operation)
    assert customer.connection.state == ConnectionState.REVOKED
    assert customer.connection.reason == "RevokedHere"


@pytest.mark.usefixtures("trust_alone")
def test_a_verification_is_in_the_audit_trail(customer: Customer, acme: Organization) -> None:
    customer.verify()
    with customer.scope.entered():
        events = AuditEvent.objects.filter(org_id=acme.id, event__startswith="connection:").values_list(
            "event", flat=True
        )
        assert set(events) == {"connection:drafted", "connection:verification-started", "connection:refused"}


@pytest.mark.usefixtures("trust_alone")
def test_the_role_that_is_gone_ends_the_connection_and_one_that_is_there_asks_for_it(customer: Customer) -> None:
    customer.make_role()
    customer.verify()
    with customer.scope.entered():
        operation = connections.verify_role_gone(scope=customer.scope, connection=customer.connection)
    customer.finish(operation)
    with customer.scope.entered():
        step = operation.steps.get()
    assert (step.state, step.reason, step.who) == ("blocked", "RoleStillThere", "customer")
    assert "delete-stack" in step.fix
    customer.delete_role()
    with customer.scope.entered():
        retries.retry(scope=customer.scope, step=step)
    assert customer.finish(operation).state == OperationState.SUCCEEDED
    assert customer.connection.state == ConnectionState.REVOKED
    assert customer.connection.reason == "RoleGone"
