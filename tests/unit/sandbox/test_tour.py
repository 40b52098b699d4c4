"""The page on which visitors play the customer, over a real front door."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.test.utils import override_settings

from accounts.models import Organization, User
from console.settings.test import INSTALLED_APPS
from regions.actions import connections
from regions.models import Connection
from sandbox import frontdoor
from sandbox.aws import server
from tests.conftest import system_scope

ACCOUNT = "444455556666"
PAGE = "/sandbox/acme/"


@pytest.fixture(scope="module")
def door() -> Iterator[server.Server]:
    started = server.start(port=0, state=None)
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def in_the_sandbox(door: server.Server) -> Iterator[None]:
    frontdoor.call(door.port, "POST", "reset")
    frontdoor.call(door.port, "PUT", "faults", [])
    apps = [*INSTALLED_APPS, "sandbox"]
    with override_settings(AWS_ENDPOINT_URL=door.url, INSTALLED_APPS=apps, ROOT_URLCONF="sandbox.urls"):
        yield


@pytest.fixture
def signed_in(client_of: Callable[[User], Client], alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def connection(acme: Organization) -> Connection:
    scope = system_scope(acme)
    with scope.entered():
        return connections.for_account(scope=scope, cloud="aws", account_id=ACCOUNT)


def test_the_first_page_is_that_of_ones_own_organization(signed_in: Client) -> None:
    assert signed_in.get("/sandbox/").headers["Location"] == PAGE


def test_strangers_find_nothing(client: Client, acme: Organization, mallory: User) -> None:
    client.force_login(mallory)
    assert client.get(PAGE).status_code in {302, 303, 404}


def test_the_role_is_made_revoked_given_back_and_deleted(signed_in: Client, connection: Connection) -> None:
    assert "No role yet" in signed_in.get(PAGE).content.decode()
    for act, state in (
        ("run-template", "Trusts the console"),
        ("revoke-role", "Revoked"),
        ("restore-role", "Trusts the console"),
        ("delete-stack", "No role yet"),
    ):
        answer = signed_in.post(f"{PAGE}{act}/", {"connection": connection.id})
        assert answer.status_code == 303, answer.content.decode()
        assert state in signed_in.get(PAGE).content.decode()


def test_a_refusal_is_shown_in_the_clouds_words(signed_in: Client, connection: Connection) -> None:
    answer = signed_in.post(f"{PAGE}revoke-role/", {"connection": connection.id})
    assert answer.status_code == 409
    assert "NoSuchEntity" in answer.content.decode()


def test_the_weather_is_chosen_and_ended(signed_in: Client, door: server.Server) -> None:
    signed_in.post(f"{PAGE}weather/", {"weather": "down"})
    assert "In force" in signed_in.get(PAGE).content.decode()
    signed_in.post(f"{PAGE}weather/", {"weather": ""})
    assert frontdoor.call(door.port, "GET", "faults") == []


@pytest.mark.parametrize("act", ["run-template", "delete-resource", "no-such-act"])
def test_what_does_not_exist_is_not_found(signed_in: Client, act: str) -> None:
    assert signed_in.post(f"{PAGE}{act}/", {"connection": "nonsense"}).status_code == 404
