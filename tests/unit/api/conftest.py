"""A machine of Acme's and its calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.actions import tokens
from accounts.models import Role, User
from console.kernel.scope import Scope
from regions.actions import region_plans
from regions.models import Connection, Onboarding, PlanVersion, Region, Side
from regions.states import ConnectionState
from tests import scenes
from tests.unit.onboarding.conftest import answered, compiled, onboarding

__all__ = ["answered", "compiled", "onboarding"]


@dataclass(frozen=True, slots=True)
class Machine:
    """Calls the API with a bearer token, or without one."""

    token: str = ""

    def get(self, path: str, **headers: str) -> Any:
        return Client().get(f"/api/v1/{path}", headers={**self._headers(), **headers})

    def post(self, path: str, body: Any = None, *, key: str = "", kind: str = "application/json") -> Any:
        headers = {**self._headers(), **({"Idempotency-Key": key} if key else {})}
        return Client().post(
            f"/api/v1/{path}", data=body if body is not None else {}, content_type=kind, headers=headers
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def issue(scope: Scope, role: Role) -> Machine:
    with scope.entered():
        return Machine(tokens.issue_token(scope=scope, name=f"ci-{role.value}", role=role)[1])


@pytest.fixture
def machine(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.OPERATOR)


@pytest.fixture
def reader(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.AUDITOR)


@pytest.fixture
def foreign(mallory: User, mallory_scope: Scope) -> Machine:
    """A machine of another organization."""
    return issue(mallory_scope, Role.OPERATOR)


@pytest.fixture
def frankfurt(alice_scope: Scope) -> Region:
    return scenes.region(alice_scope)


@pytest.fixture
def plan(
    alice_scope: Scope,
    carol_scope: Scope,
    onboarding: Onboarding,
    answered: Callable[..., Any],
    compiled: Callable[..., PlanVersion],
) -> PlanVersion:
    """A plan version that both sides signed, with a verified connection."""
    answered(onboarding)
    version = compiled(onboarding.pk)
    for scope, side in ((alice_scope, Side.OPERATOR), (carol_scope, Side.ARCHITECT)):
        with scope.entered():
            region_plans.sign(scope=scope, plan_id=version.pk, side=side)
    with alice_scope.entered():
        Connection.objects.update(state=ConnectionState.VERIFIED)
    return version
