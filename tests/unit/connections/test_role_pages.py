"""Pages of the roles for people: read by all, changed in two looks, never without a reason."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.scope import Scope
from regions.actions import bundles, connections, human_roles
from regions.models import BundleVersion, Connection
from regions.spec import Removal, RoleName, Tailoring, UseCaseRole

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ClientOf = Callable[[User], Client]

DBA = UseCaseRole("dba", "Restarts the database", ("rds:RebootDBInstance",))
TYPED = {"name": "dba", "purpose": "Restarts", "actions": ["rds:RebootDBInstance"], "kubernetes": "view"}


@pytest.fixture
def connection(alice_scope: Scope) -> Connection:
    with alice_scope.entered():
        return connections.for_account(scope=alice_scope, cloud="aws", account_id="123456789012")


def address(connection: Connection, name: str = "connection-roles") -> str:
    return reverse(name, kwargs={"org": "acme", "connection_id": connection.id})


def tailor(scope: Scope, connection: Connection, tailoring: Tailoring, base: int = 0) -> None:
    with scope.entered():
        human_roles.change(scope=scope, connection=connection, tailoring=tailoring, base=base, reason="Policy 7")


def versions(scope: Scope) -> int:
    with scope.entered():
        return len(BundleVersion.objects.visible_to(scope))


def hidden(page: str) -> dict[str, Any]:
    """What the preview sends back."""
    form = page.partition('name="tailoring"')[2]
    text = form.partition('value="')[2].partition('"')[0]
    base = page.partition('name="base"')[2].partition('value="')[2].partition('"')[0]
    return {"tailoring": text.replace("&quot;", '"'), "base": base}


def test_the_page_tells_of_the_three_roles_as_they_come(
    client_of: ClientOf, alice: User, connection: Connection
) -> None:
    page = client_of(alice).get(address(connection)).content.decode()
    for title in ("Read-Only Operations", "Elevated Operations", "Limited Administrator"):
        assert title in page
    assert "as the technical overview describes them" in page
    assert "out of date" not in page


def test_a_role_is_added_by_a_form_a_preview_and_a_reason(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    client = client_of(alice)
    form = client.get(address(connection, "connection-use-case")).content.decode()
    assert "rds:RebootDBInstance" in form
    assert "iam:CreateRole" not in form
    preview = client.post(address(connection, "connection-use-case"), TYPED).content.decode()
    assert "New role: Restarts" in preview
    assert versions(alice_scope) == 0
    without = client.post(address(connection, "connection-roles-save"), hidden(preview))
    assert without.status_code == 422
    assert "Say why the roles are changed." in without.content.decode()
    saved = client.post(address(connection, "connection-roles-save"), {**hidden(preview), "reason": "Night shift"})
    assert saved.status_code == 303
    page = client.get(address(connection)).content.decode()
    assert "Night shift" in page
    assert "not yet" in page


def test_what_cannot_be_had_is_told_on_the_preview_and_not_saved(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    client = client_of(alice)
    refused = client.post(address(connection, "connection-removals"), {"read_only": "nonsense"})
    assert refused.status_code == 422
    assert "nonsense is no action" in refused.content.decode()
    forged = client.post(address(connection, "connection-use-case"), {**TYPED, "actions": ["iam:CreateRole"]})
    assert forged.status_code == 422
    assert "is not among the actions" in forged.content.decode()
    sneaked = {"tailoring": '{"added": [{"name": "x", "purpose": "x", "actions": ["iam:*"]}]}', "base": "0"}
    saved = client.post(address(connection, "connection-roles-save"), {**sneaked, "reason": "Because"})
    assert saved.status_code == 422
    assert versions(alice_scope) == 0


def test_actions_are_taken_away_and_the_connection_is_out_of_date(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    with alice_scope.entered():
        version = bundles.present(scope=alice_scope, connection=connection).version
        Connection.objects.visible_to(alice_scope).update(bundle_version=version, state="verified")
    client = client_of(alice)
    preview = client.post(address(connection, "connection-removals"), {"read_only": "kms:*\nlogs:StartQuery"})
    assert "−&nbsp;kms:*" in preview.content.decode()
    client.post(
        address(connection, "connection-roles-save"), {**hidden(preview.content.decode()), "reason": "Less"}
    )
    assert "Permissions are out of date" in client.get(address(connection)).content.decode()
    assert "out of date" in client.get(address(connection, "connection")).content.decode()


def test_a_role_of_ones_own_is_changed_and_removed(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection
) -> None:
    tailor(alice_scope, connection, Tailoring((Removal(RoleName.READ_ONLY, ("kms:*",)),), (DBA,)))
    client = client_of(alice)
    url = address(connection, "connection-use-case") + "?role=dba"
    assert "checked" in client.get(url).content.decode()
    changed = client.post(url, {**TYPED, "actions": ["rds:StopDBInstance"]}).content.decode()
    assert "+&nbsp;rds:StopDBInstance" in changed
    assert "−&nbsp;rds:RebootDBInstance" in changed
    dropped = client.post(address(connection, "connection-role-drop"), {"role": "dba"}).content.decode()
    assert "The role goes." in dropped
    assert "read-only" not in dropped.partition("What changes")[2].partition("</section>")[0]


def test_an_auditor_reads_and_changes_nothing(
    client_of: ClientOf, bob: User, connection: Connection, mallory: User
) -> None:
    client = client_of(bob)
    page = client.get(address(connection)).content.decode()
    assert "Add a role" not in page
    for name in ("connection-removals", "connection-use-case"):
        assert client.get(address(connection, name)).status_code == 403
    for name in ("connection-role-drop", "connection-roles-save"):
        assert client.post(address(connection, name)).status_code == 403
    assert client_of(mallory).get(address(connection)).status_code == 404


def test_the_page_costs_the_same_queries_for_one_version_and_for_five(
    client_of: ClientOf, alice: User, alice_scope: Scope, connection: Connection, django_assert_num_queries: Any
) -> None:
    tailor(alice_scope, connection, Tailoring(added=(DBA,)))
    client = client_of(alice)
    client.get(address(connection))
    with django_assert_num_queries(16) as one:
        client.get(address(connection))
    for number in range(1, 5):
        actions = ("rds:RebootDBInstance", *(["rds:StopDBInstance"] if number % 2 else []))
        tailor(alice_scope, connection, Tailoring(added=(UseCaseRole("dba", "x", actions),)), base=number)
    with django_assert_num_queries(len(one.captured_queries)):
        client.get(address(connection))
