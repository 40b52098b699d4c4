"""Certificates and planes by machines: what a token may call, and how each call answers."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from console.kernel.scope import Scope
from secrets_app.actions import certificates
from secrets_app.models import Certificate, CertificateState, Level, WantedLeaf
from tests.unit.api.conftest import Machine, issue
from tests.unit.certificates.bank import BankCA
from tests.unit.certificates.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.OPERATOR)


@pytest.fixture
def leaf(world: World) -> Certificate:
    with world.scope.entered():
        certificates.issue(
            scope=world.scope, region_id=world.regions[0].recipient.region_id, app="ledger", project="core"
        )
    world.turn(3)
    return world.certificates(level=Level.LEAF)[0]


def test_certificates_are_listed_and_read(leaf: Certificate, machine: Machine) -> None:
    listed = machine.get("certificates?level=leaf").json()
    assert [each["common_name"] for each in listed["items"]] == [leaf.common_name]
    assert listed["items"][0]["region_group"] == "main"
    read = machine.get(f"certificates/{leaf.id}").json()
    assert read["pem"].startswith("-----BEGIN CERTIFICATE-----")
    assert read["serial"] == leaf.serial


def test_the_list_takes_a_fixed_number_of_queries(leaf: Certificate, machine: Machine) -> None:
    machine.get("certificates")
    with CaptureQueriesContext(connection) as queries:
        machine.get("certificates")
    assert len(queries) <= 10


def test_a_certificate_is_asked_for_once_with_a_key(world: World, machine: Machine) -> None:
    body = {"region_id": str(world.regions[0].recipient.region_id), "project": "core", "app": "cards"}
    tried = machine.post("certificates?dry_run=true", body)
    assert (tried.status_code, tried["Dry-Run"]) == (200, "true")
    first = machine.post("certificates", body, key="k-1")
    again = machine.post("certificates", body, key="k-1")
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (202, 202, "true")
    with world.scope.entered():
        assert WantedLeaf.objects.visible_to(world.scope).count() == 1


def test_a_name_that_is_no_host_name_is_a_problem(world: World, machine: Machine) -> None:
    body = {"region_id": str(world.regions[0].recipient.region_id), "project": "core", "app": "Cards!"}
    answer = machine.post("certificates", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "certificate_name_refused")


def test_renewing_answers_202(leaf: Certificate, machine: Machine) -> None:
    answer = machine.post(f"certificates/{leaf.id}/renew")
    assert answer.status_code == 202
    assert answer.json()["renewal_asked_at"]


def test_revoking_wants_the_name(world: World, leaf: Certificate, machine: Machine) -> None:
    refused = machine.post(f"certificates/{leaf.id}/revoke", {"name": "ledger"})
    assert (refused.status_code, refused.json()["code"]) == (422, "name_not_typed")
    done = machine.post(f"certificates/{leaf.id}/revoke", {"name": leaf.common_name, "reason": "keyCompromise"})
    assert (done.status_code, done.json()["state"]) == (200, CertificateState.REVOKED)
    again = machine.post(f"certificates/{leaf.id}/revoke", {"name": leaf.common_name})
    assert (again.status_code, again.json()["code"]) == (409, "certificate_not_revocable")


def test_planes_say_how_far_their_regions_are(world: World, machine: Machine) -> None:
    (main,) = machine.get("planes").json()["items"]
    assert (main["region_group"], main["issuing_root"], main["bundle"]) == ("main", "main root 1", 1)
    assert (main["regions"], main["confirmed"]) == (2, 2)
    assert machine.get(f"planes/{main['id']}").json() == main


def test_a_plane_is_made(world: World, machine: Machine) -> None:
    made = machine.post("planes", {"region_group": "eu-prod", "name": "EU"})
    assert (made.status_code, made.json()["regions"]) == (201, 0)
    assert machine.post("planes", {"region_group": "eu-prod"}).status_code == 409


def test_a_rotation_answers_with_its_operation(world: World, machine: Machine) -> None:
    url = f"planes/{world.plane.id}/rotate-root"
    assert machine.post(url, {"region_group": "Main"}).status_code == 422
    started = machine.post(url, {"region_group": "main"})
    assert started.status_code == 202
    assert started["Location"].endswith(f"/operations/{started.json()['operation']}")
    assert machine.post(url, {"region_group": "main"}).status_code == 409


def test_an_auditors_token_reads_and_does_nothing(leaf: Certificate, world: World, alice_scope: Scope) -> None:
    reader = issue(alice_scope, Role.AUDITOR)
    assert reader.get("certificates").status_code == 200
    assert reader.get("planes").status_code == 200
    acts: list[tuple[str, Any]] = [
        (f"certificates/{leaf.id}/renew", {}),
        (f"certificates/{leaf.id}/revoke", {"name": leaf.common_name}),
        ("certificates", {}),
        ("planes", {"region_group": "x"}),
        (f"planes/{world.plane.id}/rotate-root", {"region_group": "main"}),
    ]
    assert {reader.post(path, body).status_code for path, body in acts} == {403}


def test_another_organizations_token_finds_nothing(
    leaf: Certificate, world: World, mallory: User, mallory_scope: Scope
) -> None:
    foreign = issue(mallory_scope, Role.OPERATOR)
    assert foreign.get("certificates").json()["items"] == []
    assert foreign.get(f"certificates/{leaf.id}").status_code == 404
    assert foreign.get(f"planes/{world.plane.id}").status_code == 404
    assert foreign.post(f"certificates/{leaf.id}/renew").status_code == 404
    assert foreign.post(f"certificates/{leaf.id}/revoke", {"name": leaf.common_name}).status_code == 404
    assert foreign.post(f"planes/{world.plane.id}/rotate-root", {"region_group": "main"}).status_code == 404
    body = {"region_id": str(world.regions[0].recipient.region_id), "project": "core", "app": "cards"}
    assert foreign.post("certificates", body).status_code == 404


def test_a_customers_ca_is_trusted_chosen_and_followed(world: World, alice_scope: Scope) -> None:
    owner, bank = issue(alice_scope, Role.OWNER), BankCA()
    region_id = world.regions[0].recipient.region_id
    made = owner.post(f"planes/{world.plane.id}/own-root", {"pem": bank.pem})
    assert (made.status_code, made.json()["source"], made.json()["signing_key"]) == (201, "customer", "")
    world.settle()
    assert owner.get(f"regions/{region_id}/authority").json()["issued_by"] == "plane"
    chosen = owner.post(f"regions/{region_id}/authority/source", {"issued_by": "customer"})
    assert (chosen.status_code, chosen.json()["issued_by"]) == (200, "customer")
    world.turn(3)
    request = owner.get(f"regions/{region_id}/authority").json()["request_pem"]
    chain = bank.signs(request, world.regions[0].recipient.host)
    imported = owner.post(f"regions/{region_id}/authority", {"chain_pem": chain})
    assert (imported.status_code, imported.json()["level"]) == (201, "intermediate")
    again = owner.post(f"regions/{region_id}/authority", {"chain_pem": chain})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_requested")


def test_a_kms_root_needs_a_key_in_a_connected_account(world: World, alice_scope: Scope) -> None:
    owner, path = issue(alice_scope, Role.OWNER), f"planes/{world.plane.id}/kms-root"
    for arn in ("alias/mine", "arn:aws:kms:eu-central-1:999999999999:key/unknown"):
        answer = owner.post(path, {"arn": arn})
        assert (answer.status_code, answer.json()["code"]) == (422, "kms_key_unusable")


@pytest.mark.parametrize(
    "path", ["planes/{plane}/own-root", "planes/{plane}/kms-root", "regions/{region}/authority"]
)
def test_a_reader_changes_no_authority(world: World, alice_scope: Scope, path: str) -> None:
    reader = issue(alice_scope, Role.AUDITOR)
    where = path.format(plane=world.plane.id, region=world.regions[0].recipient.region_id)
    assert reader.post(where, {}).status_code == 403
