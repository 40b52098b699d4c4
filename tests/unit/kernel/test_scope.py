"""Row-level security, tried as the application's role."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Membership, Organization, Role
from console.audit.actions import events as audit
from console.audit.models import AuditEvent
from console.kernel.errors import Refused
from console.kernel.permissions import Permission

pytestmark = pytest.mark.django_db


def test_without_a_scope_there_are_no_rows(acme: Any, alice: Any) -> None:
    assert list(Organization.objects.all()) == []
    assert list(Membership.objects.all()) == []


def test_a_scope_shows_its_own_organization_even_to_a_forgetful_query(
    acme: Any, alice: Any, mallory: Any, alice_scope: Any
) -> None:
    with alice_scope.entered():
        assert {row.org_id for row in Membership.objects.all()} == {acme.id}
    assert list(Membership.objects.all()) == []


def test_a_row_of_another_organization_cannot_be_written(acme: Any, alice: Any, mallory_scope: Any) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), mallory_scope.entered():
        Membership.objects.create(org_id=acme.id, user=alice, role=Role.OWNER)


def test_a_missing_permission_is_refused_with_its_name(bob: Any, acme: Any, scope_of: Any) -> None:
    with pytest.raises(Refused, match="region:create"):
        scope_of(bob, acme).require(Permission.REGION_CREATE)


def test_an_audit_event_is_written_with_the_change_and_goes_with_it(acme: Any, alice_scope: Any) -> None:
    with pytest.raises(RuntimeError), alice_scope.entered():
        audit.record(alice_scope, "organization:renamed", acme, name="Acme")
        raise RuntimeError
    with alice_scope.entered():
        audit.record(alice_scope, "organization:renamed", acme, name="Acme")
        (event,) = AuditEvent.objects.visible_to(alice_scope).about("organization", str(acme.id))
    assert (event.actor_label, event.facts) == ("Alice", {"name": "Acme"})
    assert event.request_id == "req-test"


@pytest.mark.parametrize("act", ["UPDATE audit_event SET event = 'x'", "DELETE FROM audit_event"])
def test_the_application_cannot_rewrite_the_trail(acme: Any, alice_scope: Any, act: Any) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), alice_scope.entered():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(act)
