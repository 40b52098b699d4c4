"""Values of one organization moved to another, or spoilt: refused in one sentence, and in the trail for good."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from accounts.models import Organization, User
from console.audit.models import AuditEvent
from console.encryption import unreadable
from console.encryption.unreadable import Unreadable
from console.kernel.scope import Scope
from secrets_app.actions.unreadable_values import Trail
from secrets_app.models import SecretVersion
from tests.conftest import make_organization
from tests.unit.secrets_app.rotating import put_values

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def trail() -> Any:
    before = list(unreadable._witnesses)
    unreadable.bind(Trail())
    yield
    unreadable._witnesses[:] = before


def reading(scope: Scope, version_id: Any) -> str:
    """The sentence that a person reads; the transaction is rolled back, as a request's is."""
    with pytest.raises(Unreadable) as caught, scope.entered(), transaction.atomic():
        _ = SecretVersion.objects.get(pk=version_id).value
    return str(caught.value)


def as_superuser(sql: str, *values: Any) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)


def test_a_value_brought_from_another_organization_or_version_does_not_open(
    acme: Organization, alice_scope: Scope, mallory: User, scope_of: Callable[[User, Organization], Scope]
) -> None:
    from accounts.models import Role
    from tests.conftest import join

    other = make_organization("other", "Other Bank")
    join(mallory, other, Role.OWNER)
    mallory_scope = scope_of(mallory, other)
    (mine, second), (theirs,) = put_values(alice_scope, 2), put_values(mallory_scope, 1)
    copy = (
        "UPDATE secrets_app_secretversion SET value = (SELECT value FROM secrets_app_secretversion WHERE id = %s)"
    )
    as_superuser(f"{copy} WHERE id = %s", mine, theirs)
    from_another_organization = reading(mallory_scope, theirs)
    as_superuser(f"{copy} WHERE id = %s", mine, second)
    from_another_row = reading(alice_scope, second)
    as_superuser("UPDATE secrets_app_secretversion SET number = 7 WHERE id = %s", mine)
    as_another_version = reading(alice_scope, mine)
    assert from_another_organization == from_another_row == as_another_version
    told = AuditEvent.objects.using("owner").filter(event="value:unreadable").order_by("id")
    assert [(str(one.org_id), one.target_id, one.outcome) for one in told] == [
        (str(other.id), str(theirs), "failed"),
        (str(acme.id), str(second), "failed"),
        (str(acme.id), str(mine), "failed"),
    ]


def test_even_with_its_data_key_brought_along_it_does_not_open(
    acme: Organization, alice_scope: Scope, mallory_scope: Scope
) -> None:
    (mine,), (theirs,) = put_values(alice_scope, 1), put_values(mallory_scope, 1)
    as_superuser("ALTER TABLE secrets_app_secretversion DISABLE TRIGGER USER")
    as_superuser(
        "UPDATE secrets_app_secretversion SET value = (SELECT value FROM secrets_app_secretversion WHERE id = %s)"
        " WHERE id = %s",
        mine,
        theirs,
    )
    as_superuser("UPDATE encryption_dek SET org_id = %s WHERE org_id = %s", mallory_scope.org_id, acme.id)
    as_superuser("ALTER TABLE secrets_app_secretversion ENABLE TRIGGER USER")
    reading(mallory_scope, theirs)


def test_reading_again_and_again_writes_one_line(alice_scope: Scope) -> None:
    (version,) = put_values(alice_scope, 1)
    as_superuser("UPDATE encryption_dek SET wrapped = %s", b"0" * 60)
    for _ in range(5):
        reading(alice_scope, version)
    assert AuditEvent.objects.using("owner").filter(event="value:unreadable").count() == 1
