"""The cast and their ways in: Alice owns Acme, Bob audits it, Carol is the vendor's solution architect,
Olga operates it, Mallory comes from elsewhere."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management.commands import flush
from django.db import connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck
from hypothesis import settings as examples

from accounts.access.grants import ARCHITECT, GRANTS
from accounts.models import Engagement, Membership, Organization, Role, User
from console.encryption import keyring
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Actor, ActorKind, Scope, as_user

if TYPE_CHECKING:
    from tests.unit.clouds.front_door import FrontDoor

PASSWORD = "correct horse battery staple"

examples.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("suite")  # the same examples each time, however busy the machine


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Set up every alias: the owner makes the database on which the application's and the engine's roles work."""
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Emptying the tables after a test leaves grants as they are: they need not be laid again each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the network beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise AssertionError(f"A test tried to reach {address}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def own_kek_store(tmp_path: Any, settings: Any) -> Iterator[None]:
    settings.KEK_STORE = f"file:{tmp_path}/kek"
    keyring.forget()
    yield
    keyring.forget()


def make_person(name: str, **fields: Any) -> User:
    return User.objects.create_user(email=f"{name.lower()}@example.com", password=PASSWORD, name=name, **fields)


def make_organization(slug: str, name: str) -> Organization:
    organization = Organization(id=new_id(), slug=slug, name=name)
    with system_scope(organization).entered():
        organization.save(force_insert=True)
    return organization


def system_scope(organization: Organization) -> Scope:
    actor = Actor(ActorKind.SYSTEM, "console", "BYOC Console")
    return Scope(org_id=organization.id, actor=actor, permissions=frozenset())


def join(user: User, organization: Organization, role: Role) -> User:
    with system_scope(organization).entered():
        Membership.objects.create(org_id=organization.id, user=user, role=role)
    return user


@pytest.fixture
def acme(db: None) -> Organization:
    return make_organization("acme", "Acme Bank")


@pytest.fixture
def alice(acme: Organization) -> User:
    return join(make_person("Alice"), acme, Role.OWNER)


@pytest.fixture
def olga(acme: Organization) -> User:
    return join(make_person("Olga"), acme, Role.OPERATOR)


@pytest.fixture
def bob(acme: Organization) -> User:
    return join(make_person("Bob"), acme, Role.AUDITOR)


@pytest.fixture
def carol(acme: Organization) -> User:
    carol = make_person("Carol", is_staff=True)
    with system_scope(acme).entered():
        Engagement.objects.create(
            org_id=acme.id, user=carol, reason="Onboarding", granted_by="Alice", ends_at=now() + timedelta(days=7)
        )
    return carol


@pytest.fixture
def mallory(db: None) -> User:
    return join(make_person("Mallory"), make_organization("evil", "Evil Corp"), Role.OWNER)


@dataclass(frozen=True, slots=True)
class Scopes:
    """Scopes of the cast, as a signed-in request would get them."""

    def of(self, user: User, organization: Organization) -> Scope:
        with as_user(user.id):
            membership = Membership.objects.of(user.id).filter(org_id=organization.id).first()
        permissions = GRANTS[Role(membership.role)] if membership else ARCHITECT
        kind = ActorKind.USER if membership else ActorKind.STAFF
        return Scope(
            org_id=organization.id,
            actor=Actor(kind, str(user.id), str(user)),
            permissions=permissions,
            request_id="req-test",
        )


@pytest.fixture
def scope_of() -> Callable[[User, Organization], Scope]:
    return Scopes().of


@pytest.fixture
def alice_scope(alice: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]) -> Scope:
    return scope_of(alice, acme)


@pytest.fixture
def carol_scope(carol: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]) -> Scope:
    return scope_of(carol, acme)


@pytest.fixture
def mallory_scope(mallory: User, acme: Organization, scope_of: Callable[[User, Organization], Scope]) -> Scope:
    organization = make_organization("evil2", "Evil Two")
    join(mallory, organization, Role.OWNER)
    return scope_of(mallory, organization)


@pytest.fixture(scope="session")
def door() -> Iterator["FrontDoor"]:
    """AWS on loopback, quick: one for all tests of a process, which take an account each."""
    from tests.unit.clouds.front_door import running

    with running(delay_seconds=0.05) as door:
        yield door


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser whose person has signed in with both factors."""

    def signed_in(user: User) -> Client:
        from tests.signing_in import sign_in

        return sign_in(Client(), user)

    return signed_in
