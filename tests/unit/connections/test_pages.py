"""Pages of connections: what they show, to whom, and in how many queries."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from accounts.actions import planes
from accounts.models import Organization, User
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions.actions import connections
from regions.clouds.aws.session import Session
from regions.models import CheckGroup, Connection, Region
from regions.states import ConnectionState, RegionState, Verdict
from regions.steps.verification_checks import Check, record
from tests.unit.connections.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ClientOf = Callable[[User], Client]


@pytest.fixture
def connection(alice_scope: Scope) -> Connection:
    with alice_scope.entered():
        return connections.for_account(scope=alice_scope, cloud="aws", account_id="123456789012")


def address(connection: Connection, name: str = "connection") -> str:
    return reverse(name, kwargs={"org": "acme", "connection_id": connection.id})


def permission(role: str, action: str, verb: str) -> Check:
    name, service = f"{role}:{action}", action.partition(":")[0]
    found = Check(CheckGroup.PERMISSION, name, action, Verdict.PASS, "simulated")
    return replace(found, role=role, service=service, verb=verb)


def quota(**facts: int) -> Check:
    check = Check(CheckGroup.QUOTA, "quota:L-0263D0A3", "Elastic IPs", Verdict.WARNING, "read")
    return replace(check, facts={"code": "L-0263D0A3", **facts})


def answers(scope: Scope, connection: Connection) -> None:
    """A verification with one of everything: refused, cannot tell, tight."""
    create = permission("deployment", "ec2:CreateVpc", "create")
    checks = [
        Check(CheckGroup.TRUST, "trust:assume", "The role can be assumed", Verdict.PASS, "live", took_ms=120),
        replace(create, verdict=Verdict.REFUSED, message="No statement.", fix='{"Sid": "Ec2Create1"}'),
        replace(permission("deployment", "kms:GetKeyPolicy", "read"), verdict=Verdict.CANNOT_TELL),
        replace(permission("elevated", "ec2:DeleteVpc", "delete"), facts={"granted": False}),
        quota(used=2, needed=3, limit=5),
    ]
    record(scope, connection.id, checks, at=now())
    with scope.entered():
        Connection.objects.visible_to(scope).filter(id=connection.id).update(
            state=ConnectionState.REFUSED, reason="ActionsRefused", message="ec2:CreateVpc is refused."
        )


def test_without_a_connection_the_list_says_what_comes_first(client_of: ClientOf, alice: User) -> None:
    page = client_of(alice).get("/o/acme/connections/").content.decode()
    assert "No connection yet." in page
    assert "Go to onboarding" in page


def test_the_list_costs_the_same_queries_for_one_connection_and_for_five(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection, django_assert_num_queries: Any
) -> None:
    client = client_of(alice)
    client.get("/o/acme/connections/")
    with django_assert_num_queries(13) as one:
        client.get("/o/acme/connections/")
    with alice_scope.entered():
        for number in range(4):
            connections.for_account(scope=alice_scope, cloud="aws", account_id=f"22222222222{number}")
    with django_assert_num_queries(len(one.captured_queries)):
        page = client.get("/o/acme/connections/").content.decode()
    assert page.count("aws-2222222222") == 8 // 2
    assert connection.name in page


def test_a_draft_says_how_to_make_the_role_and_whom_it_trusts(
    client_of: ClientOf, alice: User, connection: Connection
) -> None:
    page = client_of(alice).get(address(connection)).content.decode()
    assert connection.external_id in page
    assert "Download the template" in page
    assert "aws cloudformation create-stack" in page
    assert 'hx-trigger="every' not in page


def test_the_template_can_be_read_and_kept(client_of: ClientOf, alice: User, connection: Connection) -> None:
    client = client_of(alice)
    kept = client.get(address(connection, "connection-template"))
    assert kept["Content-Disposition"].startswith("attachment")
    assert yaml.safe_load(kept.content)["Resources"]["DeploymentRole"]
    shown = client.get(address(connection, "connection-template") + "?show")
    assert shown["Content-Type"].startswith("text/plain")
    assert shown.content == kept.content


def test_what_is_refused_stands_first_and_its_cell_is_open(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    answers(alice_scope, connection)
    page = client_of(alice).get(address(connection)).content.decode()
    assert "1 refused, 1 cannot tell" in page
    assert "Who acts next: your cloud team" in page
    assert "Deployment · EC2 · Create" in page
    assert "Ec2Create1" in page
    assert "tight" in page
    assert "2 in use and 3 needed of 5" in page


def test_a_cell_opens_by_its_address_and_as_a_fragment(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    answers(alice_scope, connection)
    client = client_of(alice)
    url = f"{address(connection)}?cell=deployment.kms.read"
    assert "Deployment · KMS · Read" in client.get(url).content.decode()
    fragment = client.get(url, headers={"HX-Request": "true", "HX-Target": "permissions"}).content.decode()
    assert fragment.lstrip().startswith("<section")
    assert "Deployment · KMS · Read" in fragment
    assert "<html" not in fragment


def test_the_page_costs_a_fixed_number_of_queries(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection, django_assert_num_queries: Any
) -> None:
    answers(alice_scope, connection)
    client = client_of(alice)
    client.get(address(connection))
    with django_assert_num_queries(21):
        client.get(address(connection))


def test_verifying_starts_an_operation_and_the_page_watches_it(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    client = client_of(alice)
    answer = client.post(address(connection, "connection-verify"))
    assert answer.status_code == 303
    page = client.get(address(connection)).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "Assume the role" in page
    again = client.post(address(connection, "connection-verify"))
    assert again.status_code == 409
    with alice_scope.entered():
        operation = Operation.objects.visible_to(alice_scope).on_target(connection.id).get()
        operations.cancel(scope=alice_scope, operation=operation)


def test_an_auditor_sees_the_connection_and_changes_nothing(
    client_of: ClientOf, bob: User, connection: Connection
) -> None:
    client = client_of(bob)
    page = client.get(address(connection)).content.decode()
    assert "Revoke" not in page
    for name in ("verify", "publish", "revoke", "departure"):
        assert client.post(address(connection, f"connection-{name}")).status_code == 403


def test_a_stranger_finds_nothing(client_of: ClientOf, mallory: User, connection: Connection) -> None:
    assert client_of(mallory).get(address(connection)).status_code == 404


def test_another_organizations_connection_is_not_there(
    client_of: ClientOf, mallory: User, connection: Connection
) -> None:
    url = reverse("connection", kwargs={"org": "evil", "connection_id": connection.id})
    assert client_of(mallory).get(url).status_code == 404


def test_revoking_asks_for_the_name_and_is_refused_while_regions_stand_on_it(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    client, url = client_of(alice), address(connection, "connection-revoke")
    assert client.post(url, {"typed": "something else"}).status_code == 422
    with alice_scope.entered():
        region = Region.objects.create(
            org_id=connection.org_id,
            name="frankfurt",
            cloud="aws",
            cloud_region="eu-central-1",
            environment="production",
            connection=connection,
            plane=planes.default(scope=alice_scope),
            plan_id=connection.id,
            plan_number=1,
            spec={},
            state=RegionState.ACTIVE,
            requested_by="Alice",
        )
    refused = client.post(url, {"typed": connection.name})
    assert refused.status_code == 409
    assert client.post(address(connection, "connection-departure")).status_code == 409
    assert "frankfurt" in refused.content.decode()
    with alice_scope.entered():
        region.delete()
    assert client.post(url, {"typed": connection.name}).status_code == 303
    with alice_scope.entered():
        connection.refresh_from_db()
    assert connection.state == ConnectionState.REVOKED


def test_the_first_question_drafts_one_connection_for_an_account(alice_scope: Scope, acme: Organization) -> None:
    with alice_scope.entered():
        first = connections.for_account(scope=alice_scope, cloud="aws", account_id="210987654321")
        second = connections.for_account(scope=alice_scope, cloud="aws", account_id="210987654321")
        other = connections.for_account(scope=alice_scope, cloud="aws", account_id="210987654322")
    assert first == second
    assert first.name == "aws-210987654321"
    assert first.org_id == acme.id
    assert len({first.external_id, other.external_id}) == 2
    assert len(first.external_id) >= 32


def test_a_published_template_gives_a_link_that_opens_the_stack(
    customer: Customer, bucket: Session, client_of: ClientOf, alice: User
) -> None:
    with customer.scope.entered():
        operation = connections.publish(scope=customer.scope, connection=customer.connection)
    customer.finish(operation)
    key = customer.connection.template_url.partition("amazonaws.com/")[2]
    body = bucket.client("s3").get_object(Bucket="byoc-templates", Key=key)["Body"].read().decode()
    assert body == connections.template_text(customer.connection)
    page = client_of(alice).get(address(customer.connection)).content.decode()
    assert "https://console.aws.amazon.com/cloudformation/home" in page
    assert "quickcreate" in page


def test_the_acts_themselves_ask_for_the_permission(
    bob: User, acme: Organization, scope_of: Callable[[User, Organization], Scope], connection: Connection
) -> None:
    auditor = scope_of(bob, acme)
    for act in (connections.verify, connections.publish, connections.verify_role_gone):
        with auditor.entered(), pytest.raises(Refused):
            act(scope=auditor, connection=connection)
