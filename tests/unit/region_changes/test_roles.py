"""A region's roles for people follow its connection's, once these are verified."""

from collections.abc import Callable

import pytest

from accounts.models import Organization, User
from console.kernel.errors import Conflict, Refused
from console.kernel.scope import Scope
from console.operations.models import Operation
from regions.actions import bundles, human_roles, region_roles, regions
from regions.models import BundleVersion, PlanVersion, Region, Resource
from regions.questionnaire.plan import RegionPlan
from regions.spec import KubernetesAccess, Removal, RoleName, Tailoring, UseCaseRole
from tests.unit.region_changes.conftest import SignedWith

pytestmark = pytest.mark.django_db

DBA = UseCaseRole("dba", "Restarts the database", ("rds:RebootDBInstance",), KubernetesAccess.VIEW)
TAILORED = Tailoring((Removal(RoleName.READ_ONLY, ("kms:*",)),), (DBA,))


def tailor(scope: Scope, region: Region, tailoring: Tailoring = TAILORED, base: int = 0) -> BundleVersion:
    with scope.entered():
        return human_roles.change(
            scope=scope, connection=region.connection, tailoring=tailoring, base=base, reason="Our policy"
        )


def verified(scope: Scope, region: Region) -> None:
    with scope.entered():
        connection = region.connection
        connection.bundle_version = bundles.present(scope=scope, connection=connection).version
        connection.save(update_fields=["bundle_version"])


def standing(scope: Scope, region: Region) -> tuple[bool, bool]:
    with scope.entered():
        found = region_roles.standing(scope=scope, region=region)
    return found.unverified, found.roles_behind


def applied(scope: Scope, region: Region) -> Operation:
    with scope.entered():
        return region_roles.apply(scope=scope, region=region)


def test_a_region_is_out_of_date_until_its_connection_is_verified_and_its_roles_are_applied(
    virginia: Region, alice_scope: Scope
) -> None:
    verified(alice_scope, virginia)
    assert standing(alice_scope, virginia) == (False, False)
    tailor(alice_scope, virginia)
    assert standing(alice_scope, virginia) == (True, True)
    verified(alice_scope, virginia)
    assert standing(alice_scope, virginia) == (False, True)
    applied(alice_scope, virginia)
    with alice_scope.entered():
        virginia.refresh_from_db(fields=["spec"])
    assert standing(alice_scope, virginia) == (False, False)


def test_applying_touches_the_roles_for_people_and_nothing_else(virginia: Region, alice_scope: Scope) -> None:
    tailor(alice_scope, virginia)
    verified(alice_scope, virginia)
    operation = applied(alice_scope, virginia)
    with alice_scope.entered():
        steps = {step.name: step for step in operation.steps.all()}
        kinds = {step.params["kind"] for step in steps.values() if "kind" in step.params}
        assert "use-dba-role" in steps
        assert "read-only-policy-1" in steps
        assert kinds <= region_roles.OF_PEOPLE
        assert all(name.startswith(("read-only-", "use-dba-")) for name in steps if name != "health")
        assert Resource.objects.visible_to(alice_scope).of_region(virginia).filter(name="use-dba-access").exists()


def test_taking_a_role_back_removes_what_it_was_made_of(virginia: Region, alice_scope: Scope) -> None:
    tailor(alice_scope, virginia)
    verified(alice_scope, virginia)
    with alice_scope.entered():
        first = applied(alice_scope, virginia)
        Operation.objects.filter(id=first.id).update(state="succeeded")
    tailor(alice_scope, virginia, Tailoring(), base=1)
    verified(alice_scope, virginia)
    operation = applied(alice_scope, virginia)
    with alice_scope.entered():
        names = {step.name for step in operation.steps.all()}
    assert {"delete-use-dba-role", "delete-use-dba-access", "read-only-policy-1"} <= names


def test_without_a_verification_nothing_is_applied_and_no_region_is_asked_for(
    virginia: Region, alice_scope: Scope, signed_with: SignedWith
) -> None:
    verified(alice_scope, virginia)
    tailor(alice_scope, virginia)
    with pytest.raises(Conflict, match="changed and not verified since"):
        applied(alice_scope, virginia)
    with alice_scope.entered():
        plan = PlanVersion.objects.visible_to(alice_scope).get(id=virginia.plan_id)
        with pytest.raises(Conflict, match="changed and not verified since"):
            regions.request(scope=alice_scope, plan_version=plan)


def test_roles_that_are_right_are_left_alone(virginia: Region, alice_scope: Scope) -> None:
    with pytest.raises(Conflict, match="are what they should be"):
        applied(alice_scope, virginia)


def test_a_plan_compiled_afterwards_has_the_roles(
    virginia: Region, alice_scope: Scope, signed_with: SignedWith
) -> None:
    tailor(alice_scope, virginia)
    version = signed_with(nodes_max="12")
    assert RegionPlan.from_document(version.document).spec.tailoring == TAILORED


def test_only_who_may_approve_applies(
    virginia: Region, bob: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]
) -> None:
    auditor = scope_of(bob, acme)
    with auditor.entered(), pytest.raises(Refused):
        region_roles.apply(scope=auditor, region=virginia)
