"""The page of an organization's keys."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Organization, User
from console.encryption.keyring import keyring, store
from tests.asking import asked

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    response = client.get("/o/acme/keys/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_version_is_active(alice: User, acme: Organization, client_of: Callable[[User], Client]) -> None:
    keyring(str(acme.id))
    text = page(client_of(alice))
    assert "Version 1" in text
    assert "Active" in text
    assert "AES-256-GCM" in text


def test_it_says_where_keys_are_and_that_nothing_is_under_them_yet(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    text = page(client_of(alice))
    assert "kept outside the database" in text
    assert "Nothing that your organization keeps is encrypted under it yet." in text


def test_it_shows_no_key_material(alice: User, acme: Organization, client_of: Callable[[User], Client]) -> None:
    ring = keyring(str(acme.id))
    text = page(client_of(alice))
    for version in ring.versions:
        assert store().material(ring.name, version).hex() not in text


def test_an_auditor_reads_it_and_a_stranger_does_not(
    bob: User, mallory: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(bob).get("/o/acme/keys/").status_code == 200
    assert client_of(mallory).get("/o/acme/keys/").status_code == 404


def test_it_asks_nothing_of_other_tables(alice: User, client_of: Callable[[User], Client]) -> None:
    assert asked(client_of(alice), "/o/acme/keys/") == 0


def test_it_only_reads(alice: User, client_of: Callable[[User], Client]) -> None:
    assert client_of(alice).post("/o/acme/keys/").status_code == 405
