"""The pages of leaving: choices, holds, the certificate, and what is left."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.audit.actions.signing_keys import signer
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from regions.actions import holds
from regions.models import DeletionCertificate, Leftover, Region, RegionHold
from regions.states import RegionState
from regions.steps.certificate_statement import Looked, Thing, statement
from tests import scenes
from tests.asking import asked

pytestmark = pytest.mark.django_db
CHOSEN = {"typed": "frankfurt", "database": "snapshot", "buckets": "keep"}
PAGES = ["region-deprovision", "region-hold", "region-certificate", "region-certificate-file"]
ACTS = ["region-deprovision", "region-hold", "region-lift-hold", "region-remove-leftovers"]


def url_of(region: Region, name: str) -> str:
    return reverse(name, kwargs={"org": "acme", "region_id": region.id})


def tomorrow(days: int = 30) -> str:
    return str(now().date() + timedelta(days=days))


@pytest.fixture
def gone(alice_scope: Scope) -> Region:
    """A region that has left, certified, with two things that it left behind."""
    region = scenes.region(alice_scope, "gone", state=RegionState.DEPROVISIONED)
    certified(alice_scope, region)
    with alice_scope.entered():
        for title, kind, monthly in (("Elastic IP", "EIP", "3.65"), ("EBS volume", "", None)):
            Leftover.objects.create(
                org_id=alice_scope.org_id, region=region, external_id=f"id of {title}", title=title, kind=kind,
                name=title, found_by="tag:GetResources", monthly=monthly and Decimal(monthly), fix="aws ec2 x",
            )  # fmt: skip
    return region


def certified(scope: Scope, region: Region, number: int = 1, things: int = 2) -> DeletionCertificate:
    key = signer()
    head = {
        "number": number, "key_id": str(key.key_id), "operation": {"requested_by": "Alice"},
        "audit": {"seq": 7, "hash": "ab" * 32},
    }  # fmt: skip
    told = [
        Thing(f"t-{n}", "VPC", f"VPC {n}", "deleted", f"vpc-{n}", "2026-01-01T00:00:00") for n in range(things)
    ]
    looked = Looked("2026-01-01T00:00:00", ("tag:GetResources in eu-central-1",), ())
    said = statement(head=head, things=told, left=(), removed=(), looked=looked)
    with scope.entered():
        return DeletionCertificate.objects.create(
            org_id=scope.org_id, region=region, number=number, operation_id=new_id(), statement=said,
            key_id=key.key_id, signature=key.sign(said),
        )  # fmt: skip


# -- before


def test_the_page_asks_what_becomes_of_each_kind_of_data(alices: Client, frankfurt: Region) -> None:
    text = alices.get(url_of(frankfurt, "region-deprovision")).content.decode()
    for words in ("Take a final snapshot", "Keep the state bucket", "Delete the state bucket", "Type frankfurt"):
        assert words in text


def test_a_region_without_data_is_asked_for_its_name_alone(alices: Client, alice_scope: Scope) -> None:
    bare = scenes.region(alice_scope, "bare")
    assert "snapshot" not in alices.get(url_of(bare, "region-deprovision")).content.decode()
    assert alices.post(url_of(bare, "region-deprovision"), {"typed": "bare"}).status_code == 303


def test_without_a_choice_nothing_starts(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    response = alices.post(url_of(frankfurt, "region-deprovision"), {"typed": "frankfurt"})
    assert response.status_code == 422
    assert "Choose what becomes of the database." in response.content.decode()
    with alice_scope.entered():
        assert not Operation.objects.exists()


def test_the_choice_is_carried_out(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    assert alices.post(url_of(frankfurt, "region-deprovision"), CHOSEN).status_code == 303
    with alice_scope.entered():
        operation = Operation.objects.get()
        assert operation.context["keeping"] == {"final_snapshot": True, "buckets": "keep"}
        assert Step.objects.filter(operation=operation, name="keep-state-bucket").exists()


def test_a_hold_refuses_with_its_sentence(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    with alice_scope.entered():
        until = now().date() + timedelta(days=30)
        holds.place(scope=alice_scope, region=frankfurt, until=until, reason="Litigation with Initech")
    assert "This region is held" in alices.get(url_of(frankfurt, "region-deprovision")).content.decode()
    response = alices.post(url_of(frankfurt, "region-deprovision"), CHOSEN)
    assert response.status_code == 422
    assert "by Alice: Litigation with Initech" in response.content.decode()


# -- holds


def test_a_hold_is_placed_shown_and_lifted(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    body = {"until": tomorrow(), "reason": "Litigation with Initech"}
    assert alices.post(url_of(frankfurt, "region-hold"), body).status_code == 303
    assert "Held until" in alices.get(url_of(frankfurt, "region")).content.decode()
    assert "Litigation with Initech" in alices.get(url_of(frankfurt, "region-hold")).content.decode()
    lifted = alices.post(url_of(frankfurt, "region-lift-hold"), {"lift_reason": "Settled out of court"})
    assert lifted.status_code == 303
    text = alices.get(url_of(frankfurt, "region-hold")).content.decode()
    assert "Settled out of court" in text
    assert "Lift the hold" not in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"until": "", "reason": "Litigation"}, "Choose the last day."),
        ({"until": "2020-01-01", "reason": "Litigation"}, "Choose a day after today"),
        ({"until": "31.3.", "reason": "Litigation"}, "Write the day as 2027-03-31."),
        ({"until": "2099-01-01", "reason": "Litigation"}, "within 30 years"),
    ],
)
def test_a_hold_that_cannot_be_says_why(
    alices: Client, frankfurt: Region, body: dict[str, str], words: str
) -> None:
    response = alices.post(url_of(frankfurt, "region-hold"), body)
    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_lifting_asks_why(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    alices.post(url_of(frankfurt, "region-hold"), {"until": tomorrow(), "reason": "Litigation"})
    assert alices.post(url_of(frankfurt, "region-lift-hold"), {"lift_reason": ""}).status_code == 422
    with alice_scope.entered():
        assert RegionHold.objects.not_lifted().count() == 1


# -- after


def test_the_certificate_tells_and_proves(alices: Client, gone: Region) -> None:
    text = alices.get(url_of(gone, "region-certificate")).content.decode()
    for words in ("Signed by this console, and not changed since.", "2 deleted", "vpc-1", "link 7", "3.65"):
        assert words in text
    assert "aws ec2 x" in text


def test_a_changed_certificate_proves_nothing(alices: Client, alice_scope: Scope, gone: Region) -> None:
    made = certified(alice_scope, gone, number=2)
    forged = DeletionCertificate(
        org_id=gone.org_id, region=gone, number=3, operation_id=new_id(), key_id=made.key_id,
        statement=made.statement.replace("vpc-1", "vpc-9"), signature=bytes(made.signature),
    )  # fmt: skip
    with alice_scope.entered():
        forged.save(force_insert=True)
    text = alices.get(url_of(gone, "region-certificate")).content.decode()
    assert "This certificate proves nothing" in text
    assert "vpc-9" not in text


def test_the_file_holds_the_signed_text_byte_for_byte(alices: Client, alice_scope: Scope, gone: Region) -> None:
    response = alices.get(url_of(gone, "region-certificate-file"))
    kept: dict[str, Any] = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="deletion-gone-1.json"'
    with alice_scope.entered():
        assert kept["statement"] == DeletionCertificate.objects.get().statement
    assert (len(kept["signature"]), len(kept["public_key"]), kept["algorithm"]) == (128, 64, "Ed25519")


def test_the_regions_page_says_what_is_left_and_leads_to_the_certificate(alices: Client, gone: Region) -> None:
    text = alices.get(url_of(gone, "region")).content.decode()
    assert "2 things are left in the account: $3.65 a month at list price" in text
    assert url_of(gone, "region-certificate") in text


def test_what_is_left_is_removed_by_its_name(alices: Client, alice_scope: Scope, gone: Region) -> None:
    assert alices.post(url_of(gone, "region-remove-leftovers"), {"typed": "paris"}).status_code == 422
    assert alices.post(url_of(gone, "region-remove-leftovers"), {"typed": "gone"}).status_code == 303
    with alice_scope.entered():
        assert Operation.objects.get().kind == "remove-leftovers"


def test_a_region_that_is_there_has_no_certificate(alices: Client, frankfurt: Region) -> None:
    assert alices.get(url_of(frankfurt, "region-certificate")).status_code == 404


def test_the_certificate_asks_as_much_for_many_resources_as_for_few(
    alices: Client, alice_scope: Scope, gone: Region
) -> None:
    few = asked(alices, url_of(gone, "region-certificate"))
    certified(alice_scope, gone, number=2, things=120)
    assert asked(alices, url_of(gone, "region-certificate")) == few <= 4


# -- who may


@pytest.mark.parametrize("name", ACTS)
def test_an_auditor_is_refused(
    bob: User, client_of: Callable[[User], Client], frankfurt: Region, name: str
) -> None:
    assert client_of(bob).post(url_of(frankfurt, name)).status_code == 403


def test_an_auditor_reads_the_certificate(bob: User, client_of: Callable[[User], Client], gone: Region) -> None:
    text = client_of(bob).get(url_of(gone, "region-certificate")).content.decode()
    assert "Remove what is left" not in text


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_a_stranger_finds_nothing(
    mallory: User, client_of: Callable[[User], Client], gone: Region, name: str
) -> None:
    client = client_of(mallory)
    ask = client.post if name in ACTS else client.get
    assert ask(url_of(gone, name)).status_code == 404
    assert ask(url_of(gone, name).replace("/o/acme/", "/o/evil/")).status_code == 404
