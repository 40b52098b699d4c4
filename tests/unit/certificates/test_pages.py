"""Pages of certificates: who sees and does what, in how many queries."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import projects
from accounts.models import User
from console.audit.models import AuditEvent
from console.kernel.ids import new_id
from secrets_app.actions import authorities, certificates
from secrets_app.models import Certificate, CertificateState, Level, RegionTrust, WantedLeaf
from tests.unit.certificates.world import World

pytestmark = pytest.mark.django_db

ROOT = "/o/acme/certificates/"


@pytest.fixture
def busy(world: World) -> World:
    """Both regions with two apps each."""
    with world.scope.entered():
        for region in world.regions:
            for app in ("ledger", "cards"):
                certificates.issue(
                    scope=world.scope, region_id=region.recipient.region_id, app=app, project="core"
                )
    world.turn(4)
    return world


@pytest.fixture
def browser(alice: User, client_of: Any) -> Client:
    client: Client = client_of(alice)
    return client


def one(world: World, level: str, **wanted: Any) -> Certificate:
    return world.certificates(level=level, **wanted)[0]


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.content[:2000]
    return str(response.content.decode())


def test_the_inventory_shows_roots_authorities_and_leaves(busy: World, browser: Client) -> None:
    text = text_of(browser.get(ROOT))
    for words in (
        "main root 1",
        "frankfurt",
        "dublin",
        "2 app leaves",
        "What breaks when this one dies",
        "Time left",
    ):
        assert words in text
    assert "ledger cannot renew its leaf" in text or "cards cannot renew its leaf" in text


def test_an_inventory_without_regions_says_what_comes_first(bare: World, browser: Client) -> None:
    assert "No certificate yet." in text_of(browser.get(ROOT))


def test_any_authority_can_be_selected(busy: World, browser: Client) -> None:
    dublin = one(busy, Level.INTERMEDIATE, common_name="dublin")
    text = text_of(browser.get(f"{ROOT}?on={dublin.id}"))
    assert "Intermediate dublin" in text
    assert browser.get(f"{ROOT}?on=nonsense").status_code == 200


def test_the_inventory_takes_as_many_queries_for_many_leaves_as_for_few(busy: World, browser: Client) -> None:
    browser.get(ROOT)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(ROOT)
    _clone_leaves(busy, 60)
    with CaptureQueriesContext(connection) as many:
        browser.get(ROOT)
    assert len(many) == len(few)
    assert len(few) <= 30


def test_the_list_is_paginated_and_pinned(busy: World, browser: Client) -> None:
    _clone_leaves(busy, 60)
    browser.get(f"{ROOT}list/")
    with CaptureQueriesContext(connection) as queries:
        text = text_of(browser.get(f"{ROOT}list/"))
    assert "cursor=" in text
    assert len(queries) <= 14


def _clone_leaves(world: World, many: int) -> None:
    leaf = one(world, Level.LEAF)
    with world.scope.entered():
        for number in range(many):
            leaf.pk = new_id()
            leaf.fingerprint, leaf.serial = f"{number:064x}", f"{number:04x}"
            leaf.app = f"app-{number}"
            leaf._state.adding = True
            leaf.save(force_insert=True)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?level=leaf", "ledger.core", "main root 1"),
        ("?level=root", "main root 1", "ledger.core"),
        ("?q=cards", "cards.core", "ledger.core"),
        ("?state=revoked", "No certificate is like that.", "ledger.core"),
        ("?level=nonsense&region=nonsense&state=nonsense", "ledger.core", "Not Found"),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    busy: World, browser: Client, query: str, shown: str, hidden: str
) -> None:
    text = text_of(browser.get(f"{ROOT}list/{query}"))
    assert shown in text
    assert hidden not in text


def test_a_certificate_shows_its_fields_chain_and_pem(busy: World, browser: Client) -> None:
    leaf = one(busy, Level.LEAF, app="ledger")
    text = text_of(browser.get(f"{ROOT}{leaf.id}/"))
    for words in (leaf.common_name, leaf.fingerprint, "main root 1", "BEGIN CERTIFICATE", "Renew now", "Revoke"):
        assert words in text
    download = browser.get(f"{ROOT}{leaf.id}/certificate.pem")
    assert download.content.decode().count("BEGIN CERTIFICATE") == 2
    assert download["Content-Disposition"].startswith("attachment")
    assert b"PRIVATE" not in download.content


def test_renewing_asks_the_region_for_a_new_key(busy: World, browser: Client) -> None:
    leaf = one(busy, Level.LEAF, app="ledger")
    assert browser.post(f"{ROOT}{leaf.id}/renew/").status_code == 303
    busy.turn(3)
    old, new = busy.certificates(recipient_id=leaf.recipient_id, app="ledger", level=Level.LEAF)
    assert (old.id, old.state, new.state) == (leaf.id, CertificateState.SUPERSEDED, CertificateState.VALID)
    assert new.key_id != old.key_id


def test_revoking_wants_the_typed_name_and_a_reason(busy: World, browser: Client) -> None:
    leaf = one(busy, Level.LEAF, app="ledger")
    refused = browser.post(f"{ROOT}{leaf.id}/revoke/", {"typed": "ledger", "why": "keyCompromise"})
    assert refused.status_code == 422
    assert f"Type {leaf.common_name} to revoke it." in refused.content.decode()
    assert browser.post(f"{ROOT}{leaf.id}/revoke/", {"typed": leaf.common_name}).status_code == 422
    done = browser.post(f"{ROOT}{leaf.id}/revoke/", {"typed": leaf.common_name, "why": "keyCompromise"})
    assert done.status_code == 303
    with busy.scope.entered():
        event = AuditEvent.objects.visible_to(busy.scope).get(event="certificate:revoked")
        leaf.refresh_from_db()
    assert (leaf.state, leaf.revocation_reason) == (CertificateState.REVOKED, "keyCompromise")
    assert event.actor_label == "Alice"


def test_a_new_certificate_is_asked_of_a_region(busy: World, browser: Client) -> None:
    with busy.scope.entered():
        projects.create(scope=busy.scope, name="core")
    region = busy.regions[0].recipient
    asked = {"region_id": str(region.region_id), "project": "core", "app": "open-banking"}
    assert browser.post(f"{ROOT}new/", {**asked, "app": "Open Banking"}).status_code == 422
    assert browser.post(f"{ROOT}new/", asked).status_code == 303
    with busy.scope.entered():
        wanted = WantedLeaf.objects.visible_to(busy.scope).get(app="open-banking")
    assert (wanted.requested_by, wanted.recipient_id) == ("Alice", region.id)


def test_the_plane_page_shows_regions_roots_and_bundles(busy: World, browser: Client) -> None:
    text = text_of(browser.get(f"{ROOT}planes/main/"))
    for words in ("frankfurt", "dublin", "main root 1", "Rotate the root", "Confirmed"):
        assert words in text
    bundle = browser.get(f"{ROOT}planes/main/bundle.pem")
    assert bundle.content.decode().count("BEGIN CERTIFICATE") == 1


def test_a_rotation_is_started_by_typing_the_planes_name_and_shown_as_gates(busy: World, browser: Client) -> None:
    wrong = browser.post(f"{ROOT}planes/main/rotate/", {"typed": "Main"})
    assert wrong.status_code == 422
    assert browser.post(f"{ROOT}planes/main/rotate/", {"typed": "main"}).status_code == 303
    text = text_of(browser.get(ROOT))
    for words in ("Root rotation of main", "1. New root in every bundle", "4. Remove the old root"):
        assert words in text
    assert "Back to the old root" in text


def test_a_plane_is_made_and_its_root_with_it(bare: World, browser: Client) -> None:
    assert browser.post(f"{ROOT}planes/new/", {"slug": "EU prod"}).status_code == 422
    assert browser.post(f"{ROOT}planes/new/", {"slug": "eu-prod", "name": "EU production"}).status_code == 303
    assert browser.post(f"{ROOT}planes/eu-prod/root/").status_code == 303
    assert "eu-prod root 1" in text_of(browser.get(f"{ROOT}planes/eu-prod/"))


def test_the_auditor_sees_everything_and_changes_nothing(busy: World, bob: User, client_of: Any) -> None:
    auditor = client_of(bob)
    leaf = one(busy, Level.LEAF)
    text = text_of(auditor.get(f"{ROOT}{leaf.id}/"))
    assert "Renew now" not in text
    assert auditor.get(f"{ROOT}planes/main/").status_code == 200
    for path in (f"{leaf.id}/renew/", f"{leaf.id}/revoke/", "new/", "planes/main/rotate/", "planes/main/root/"):
        assert auditor.post(f"{ROOT}{path}", {"typed": "main"}).status_code == 403


def test_the_outsider_finds_nothing(busy: World, mallory: User, client_of: Any) -> None:
    outsider = client_of(mallory)
    leaf = one(busy, Level.LEAF)
    for path in (
        "",
        "list/",
        f"{leaf.id}/",
        f"{leaf.id}/certificate.pem",
        "planes/main/",
        "planes/main/bundle.pem",
    ):
        assert outsider.get(f"{ROOT}{path}").status_code == 404
        assert outsider.get(f"/o/evil/certificates/{path}").status_code in (
            {200} if path in ("", "list/") else {404}
        )
    assert leaf.common_name not in text_of(outsider.get("/o/evil/certificates/list/"))


@pytest.mark.parametrize("path", ["{leaf}/renew/", "{leaf}/revoke/", "planes/main/rotate/", "planes/main/root/"])
def test_acts_ask_for_a_fresh_second_factor(
    busy: World, browser: Client, path: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.access.second_factor.is_fresh", lambda _request: False)
    leaf = one(busy, Level.LEAF)
    answer = browser.post(f"{ROOT}{path.format(leaf=leaf.id)}", {"typed": "main"})
    assert answer.status_code == 303
    assert answer["Location"].startswith("/account/second-factor/again/")
    with busy.scope.entered():
        leaf.refresh_from_db()
    assert leaf.state == CertificateState.VALID


def test_the_region_that_is_not_heard_is_named(busy: World, browser: Client) -> None:
    with busy.scope.entered():
        authorities.rotate_root(scope=busy.scope, plane_id=busy.plane.id, typed_name="main")
        RegionTrust.objects.visible_to(busy.scope).update(applied_bundle=0)
    text = text_of(browser.get(f"{ROOT}planes/main/"))
    assert "Not yet" in text


def test_an_unknown_certificate_is_not_there(busy: World, browser: Client) -> None:
    assert browser.get(f"{ROOT}{UUID(int=1)}/").status_code == 404


def test_a_kms_root_is_asked_for_by_its_arn_and_what_was_typed_stays(busy: World, browser: Client) -> None:
    url = f"{ROOT}planes/main/kms-root/"
    assert "kms:Sign" in text_of(browser.get(url))
    answer = browser.post(url, {"arn": "arn:aws:kms:eu-central-1:999999999999:key/unknown"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "no verified connection to account 999999999999" in text
    assert 'value="arn:aws:kms:eu-central-1:999999999999:key/unknown"' in text
