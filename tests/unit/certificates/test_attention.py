"""What of the certificates waits for a person, on the overview."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from console.kernel.clock import now
from secrets_app.models import Certificate, Level, RegionTrust
from secrets_app.readings.certificate_attention import late_renewals, unconfirmed
from tests.unit.certificates.world import World

pytestmark = pytest.mark.django_db


def test_nothing_waits_while_all_is_well(world: World) -> None:
    with world.scope.entered():
        assert late_renewals(scope=world.scope) == []
        assert unconfirmed(scope=world.scope) == []


def test_a_late_renewal_is_said_by_region(world: World, alice: User, client_of: Any) -> None:
    with world.scope.entered():
        rows = Certificate.objects.visible_to(world.scope).of_recipient(world.regions[0].recipient.id)
        rows.update(renew_at=now() - timedelta(hours=2))
        Certificate.objects.visible_to(world.scope).at_level(Level.ROOT).update(renew_at=now() - timedelta(days=1))
        root, region = late_renewals(scope=world.scope)
    assert root.title == "A root is past two thirds of its life"
    assert region.title == "1 certificate is late to be renewed in frankfurt"
    text = client_of(alice).get("/o/acme/").content.decode()
    assert region.title in text


def test_a_region_that_does_not_confirm_is_named_with_its_plane(world: World, alice: User, client_of: Any) -> None:
    with world.scope.entered():
        trust = RegionTrust.objects.visible_to(world.scope).to(world.regions[1].recipient.id)
        trust.update(desired_bundle=2, desired_at=now() - timedelta(minutes=6))
        (found,) = unconfirmed(scope=world.scope)
    assert (found.name, found.plane, found.bundle) == ("dublin", "main", 2)
    text = client_of(alice).get("/o/acme/").content.decode()
    assert "dublin has not confirmed bundle 2 of main" in text


def test_another_organizations_trouble_is_not_ours(world: World, mallory_scope: Any) -> None:
    with world.scope.entered():
        Certificate.objects.visible_to(world.scope).update(renew_at=now() - timedelta(hours=2))
    with mallory_scope.entered():
        assert late_renewals(scope=mallory_scope) == []
        assert unconfirmed(scope=mallory_scope) == []
