"""Who may do what."""

import pytest

from accounts.access.grants import ARCHITECT, GRANTS, NEVER_BY_TOKEN, of_token
from accounts.models import Role
from accounts.readings import access
from console.kernel.permissions import Permission


def test_every_role_has_grants() -> None:
    assert set(GRANTS) == set(Role)


def test_an_owner_may_do_everything_but_sign_for_the_vendor() -> None:
    assert set(Permission) - GRANTS[Role.OWNER] == {Permission.PLAN_SIGN_AS_ARCHITECT}


@pytest.mark.parametrize("permission", list(Permission))
def test_an_auditor_only_views_and_takes_the_trail_along(permission: Permission) -> None:
    reads = permission.value.endswith(":view") or permission is Permission.AUDIT_EXPORT
    assert (permission in GRANTS[Role.AUDITOR]) == reads


def test_an_operator_runs_regions_but_gives_nobody_access() -> None:
    granted = GRANTS[Role.OPERATOR]
    assert {
        Permission.PLAN_SIGN,
        Permission.REGION_CREATE,
        Permission.REGION_APPROVE,
        Permission.REGION_DEPROVISION,
        Permission.OPERATION_CONTROL,
    } <= granted
    assert not granted & {
        Permission.ACCESS_MANAGE,
        Permission.ENGAGEMENT_GRANT,
        Permission.TOKEN_MANAGE,
        Permission.PLAN_SIGN_AS_ARCHITECT,
    }


def test_an_architect_sees_everything_answers_and_signs_for_the_vendor_alone() -> None:
    views = {permission for permission in Permission if permission.value.endswith(":view")}
    assert views | {Permission.ONBOARDING_ANSWER, Permission.PLAN_SIGN_AS_ARCHITECT} == ARCHITECT


@pytest.mark.parametrize("role", list(Role))
def test_no_token_signs_approves_or_widens_access(role: Role) -> None:
    assert not of_token(role) & NEVER_BY_TOKEN
    assert of_token(role) < GRANTS[role] or role is Role.AUDITOR


def test_the_roles_page_is_made_from_the_table() -> None:
    rows = {row.permission: row.held for row in access.roles_table()}
    assert set(rows) == {permission.value for permission in Permission}
    assert rows["plan:sign-as-architect"] == (False, False, False, True)
    assert rows["region:approve"] == (True, True, False, False)
