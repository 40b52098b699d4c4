"""The account's posture: seen as it is, whoever turned it on, and changed by nobody of ours."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from regions.models import CheckGroup, ConnectionCheck
from regions.permissions.bundle import current
from regions.states import ConnectionState, Verdict
from regions.steps import verification
from regions.steps.verification_place import place_checks
from regions.steps.verification_posture import posture_checks
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.connections.conftest import Customer

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("posture_alone"),
]


@pytest.fixture
def posture_alone(trust_alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "posture_checks", posture_checks)


def verdicts(customer: Customer) -> dict[str, str]:
    return {one.name.partition(":")[2]: one.verdict for one in postures(customer)}


def postures(customer: Customer) -> list[ConnectionCheck]:
    return [one for one in customer.checks() if one.group == CheckGroup.POSTURE]


def planned_in(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regions.actions.verification_targets.ANYWHERE", "eu-central-1")


def test_a_bare_account_is_told_of_and_verified_all_the_same(customer: Customer) -> None:
    customer.make_role()
    customer.verify()
    assert customer.connection.state == ConnectionState.VERIFIED, customer.connection.message
    assert set(verdicts(customer).values()) == {Verdict.WARNING}
    trail = customer.check("posture:cloudtrail")
    assert "No trail keeps who called AWS" in trail.message
    assert "create-trail" in trail.fix


def test_what_the_customer_turned_on_is_seen_and_what_is_turned_off_too(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned_in(customer, monkeypatch)
    customer.make_role()
    customer.guard()
    customer.verify()
    assert set(verdicts(customer).values()) == {Verdict.PASS}, [one.message for one in postures(customer)]
    customer.admin.client("cloudtrail").stop_logging(Name="account")
    customer.verify()
    assert customer.check("posture:cloudtrail").message == "No trail is logging: account is switched off."


def test_what_may_not_be_read_cannot_be_told(customer: Customer) -> None:
    customer.make_role()
    customer.narrow("guardduty:ListDetectors")
    customer.verify()
    assert verdicts(customer)["guardduty"] == Verdict.CANNOT_TELL


def test_the_bundle_may_change_none_of_it() -> None:
    services = ("guardduty", "config", "cloudtrail")
    ours = [name for name in current().actions if name.startswith(services)]
    assert ours
    assert all(name.partition(":")[2].startswith(("Get", "List", "Describe", "Lookup")) for name in ours)


def test_the_control_plane_only_reads_it(
    customer: Customer, door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned_in(customer, monkeypatch)
    customer.make_role()
    customer.guard()
    customer.verify()
    done = door.evaluated(customer.account_id, customer.connection.role_arn)
    asked = {"guardduty:GetDetector", "config:DescribeConfigurationRecorderStatus", "cloudtrail:GetTrailStatus"}
    assert asked <= done
    assert not any(
        name.partition(":")[2].startswith(("Create", "Put", "Start", "Enable", "Update")) for name in done
    )


def test_the_card_is_on_the_connections_page(
    customer: Customer, client_of: Callable[[User], Client], alice: User
) -> None:
    customer.make_role()
    customer.verify()
    url = reverse("connection", kwargs={"org": "acme", "connection_id": customer.connection.id})
    page = client_of(alice).get(url).content.decode()
    assert "Posture of the account" in page
    assert "0 of 4 on" in page


def test_a_key_that_could_be_taken_for_ours_is_named(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    planned_in(customer, monkeypatch)
    monkeypatch.setattr(verification, "place_checks", place_checks)
    customer.make_role()
    kms = customer.admin.client("kms")
    bare, named = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.create_alias(AliasName="alias/payroll", TargetKeyId=named)
    kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    customer.verify()
    check = customer.check("place:keys")
    assert (check.verdict, check.facts["keys"]) == (Verdict.WARNING, [bare])
    assert "create-alias" in check.fix
    kms.create_alias(AliasName="alias/bare", TargetKeyId=bare)
    customer.verify()
    assert customer.check("place:keys").verdict == Verdict.PASS
