"""The page that says which data the console holds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organization, User
from console.audit.models import AuditRetention
from console.dashboard import residency
from console.kernel.scope import Scope
from tests.unit.dashboard.conftest import Get

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
PATH = "/o/acme/settings/data/"


def test_every_kind_of_datum_has_its_row(get: Get) -> None:
    text = get("data-residency")
    for datum in residency.data():
        assert f'<span class="med">{datum.what.replace("&", "&amp;").replace(chr(39), "&#x27;")}</span>' in text


def test_it_says_how_long_audit_events_are_kept(get: Get, alice_scope: Scope, acme: Organization) -> None:
    assert "kept for ever" in get("data-residency")
    with alice_scope.entered():
        AuditRetention.objects.create(org_id=acme.id, days=400, changed_by="Alice")
    assert "400 days, by your setting" in get("data-residency")


def test_it_says_where_the_installation_is(get: Get, settings: Any) -> None:
    assert "a place that this installation does not state" in get("data-residency")
    settings.DATA_LOCATION = "Frankfurt, eu-central-1"
    assert "Frankfurt, eu-central-1" in get("data-residency")


def test_an_auditor_reads_it_and_a_stranger_does_not(bob: User, mallory: User, client_of: Sign) -> None:
    assert client_of(bob).get(PATH).status_code == 200
    assert client_of(mallory).get(PATH).status_code == 404


def test_settings_and_keys_lead_to_it(get: Get) -> None:
    assert PATH in get("settings")
    assert PATH in get("tokens")
    assert PATH in get("keys")
