"""A connection whose customer tailors the roles for people, from the change to the region that has them."""

from collections.abc import Callable

import pytest

from accounts.models import Organization, User
from console.audit.models import AuditEvent
from console.kernel.errors import Conflict, Invalid, Refused
from console.kernel.scope import Scope
from regions.actions import bundles, human_roles
from regions.clouds.aws import people
from regions.models import BundleVersion
from regions.permissions.bundle import current
from regions.spec import KubernetesAccess, Removal, RoleName, Tailoring, UseCaseRole
from regions.states import ConnectionState, Verdict
from tests.unit.connections.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

DBA = UseCaseRole(
    "dba", "Restarts the database", ("rds:DescribeDBInstances", "rds:RebootDBInstance"), KubernetesAccess.VIEW
)
TAILORED = Tailoring((Removal(RoleName.READ_ONLY, ("kms:*",)),), (DBA,))


def change(
    customer: Customer, tailoring: Tailoring, *, base: int = 0, reason: str = "Our policy"
) -> BundleVersion:
    with customer.scope.entered():
        return human_roles.change(
            scope=customer.scope, connection=customer.connection, tailoring=tailoring, base=base, reason=reason
        )


def outdated(customer: Customer) -> bool:
    with customer.scope.entered():
        return bundles.outdated(scope=customer.scope, connection=customer.connection)


def test_a_change_is_a_new_version_that_wants_to_be_verified(customer: Customer) -> None:
    customer.make_role()
    customer.verify()
    assert customer.connection.bundle_version == current().version
    assert not outdated(customer)
    version = change(customer, TAILORED)
    assert (version.number, version.created_by) == (1, "Alice")
    assert version.version != current().version
    assert outdated(customer)
    customer.verify()
    assert customer.connection.state == ConnectionState.VERIFIED, customer.connection.message
    assert customer.connection.bundle_version == version.version
    assert not outdated(customer)
    the_verification_says_what_each_role_may(customer)


def the_verification_says_what_each_role_may(customer: Customer) -> None:
    taken, dba = customer.check("role:read-only"), customer.check("role:use-dba")
    assert (taken.verdict, dba.verdict) == (Verdict.PASS, Verdict.PASS), (taken.message, dba.message)
    key = customer.check("read-only:kms:DescribeKey")
    assert key.facts["granted"] is False
    assert "Your organization took it away." in key.message
    assert customer.check("elevated:kms:DescribeKey").facts["granted"] is True


@pytest.mark.usefixtures("trust_alone")
def test_a_role_that_would_get_more_than_it_names_is_not_verified(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.make_role()
    change(customer, TAILORED)
    monkeypatch.setattr(people, "use_case", lambda _names, whose: people.limited_admin(whose))
    customer.verify()
    assert customer.connection.state == ConnectionState.REFUSED
    assert customer.connection.reason == "RolesRefused"
    opened = customer.check("role:use-dba").facts["opened"]
    assert {"iam:CreateRole", "iam:PassRole", "eks:CreateAccessEntry", "kms:PutKeyPolicy"} <= set(opened)


def test_what_cannot_be_had_makes_no_version(customer: Customer) -> None:
    with pytest.raises(Invalid, match="it could make roles and policies"):
        change(customer, Tailoring(added=(UseCaseRole("root", "Everything", ("iam:CreateRole",)),)))
    with pytest.raises(Invalid, match="Say why"):
        change(customer, TAILORED, reason=" ")
    with customer.scope.entered():
        assert not BundleVersion.objects.exists()


def test_two_people_at_once_do_not_undo_each_other(customer: Customer) -> None:
    change(customer, TAILORED)
    with pytest.raises(Conflict, match="at version 1 by now, not 0"):
        change(customer, Tailoring(added=(DBA,)), base=0)
    with pytest.raises(Conflict, match="like this already"):
        change(customer, TAILORED, base=1)
    assert change(customer, Tailoring(), base=1).number == 2


def test_a_change_is_in_the_trail_with_what_it_gives_and_takes(customer: Customer, acme: Organization) -> None:
    change(customer, TAILORED)
    with customer.scope.entered():
        event = AuditEvent.objects.get(org_id=acme.id, event="connection:roles-changed")
    told = event.facts
    assert told["roles"]["read-only"]["lost"] == ["kms:*"]
    assert told["roles"]["dba"]["gained"] == list(DBA.actions)
    assert event.reason == "Our policy"


def test_an_auditor_changes_nothing(
    customer: Customer, bob: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]
) -> None:
    auditor = scope_of(bob, acme)
    with auditor.entered(), pytest.raises(Refused):
        human_roles.change(
            scope=auditor, connection=customer.connection, tailoring=TAILORED, base=0, reason="Because"
        )
