"""Application planes: made with the first region, named once, seen by their organization alone."""

import pytest

from accounts.actions import planes
from accounts.models import ApplicationPlane, User
from console.audit.models import AuditEvent
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from tests import scenes

pytestmark = pytest.mark.django_db


def test_the_first_region_brings_the_plane_main_and_the_second_joins_it(alice_scope: Scope) -> None:
    first, second = scenes.region(alice_scope, "frankfurt"), scenes.region(alice_scope, "dublin")
    assert first.plane_id == second.plane_id
    assert (first.plane.slug, first.plane.name) == ("main", "Main")


def test_a_plane_is_recorded(alice_scope: Scope) -> None:
    with alice_scope.entered():
        plane = planes.create(scope=alice_scope, slug="eu-prod", name="EU production")
        event = AuditEvent.objects.visible_to(alice_scope).about("applicationplane", str(plane.id)).get()
    assert (event.event, event.facts["slug"], event.target_label) == ("plane:created", "eu-prod", "EU production")


@pytest.mark.parametrize("slug", ["", "-eu", "eu-", "EU", "eu prod", "eu.prod", "é", "a" * 41])
def test_a_short_name_is_a_dns_label(alice_scope: Scope, slug: str) -> None:
    with alice_scope.entered(), pytest.raises(planes.PlaneSlugUnfit, match="DNS label"):
        planes.create(scope=alice_scope, slug=slug)


def test_a_short_name_is_given_once_in_an_organization(alice_scope: Scope, mallory_scope: Scope) -> None:
    with alice_scope.entered():
        planes.create(scope=alice_scope, slug="eu-prod")
        with pytest.raises(planes.PlaneExists, match="already"):
            planes.create(scope=alice_scope, slug="eu-prod")
    with mallory_scope.entered():
        planes.create(scope=mallory_scope, slug="eu-prod")


def test_an_auditor_makes_none(bob: User, acme: object, scope_of: object, alice_scope: Scope) -> None:
    scope = scope_of(bob, acme)  # type: ignore[operator]
    with scope.entered(), pytest.raises(Refused):
        planes.create(scope=scope, slug="eu-prod")


def test_another_organization_does_not_see_it(alice_scope: Scope, mallory_scope: Scope) -> None:
    with alice_scope.entered():
        plane = planes.default(scope=alice_scope)
    with mallory_scope.entered():
        assert not ApplicationPlane.objects.filter(pk=plane.pk).exists()
        with pytest.raises(planes.PlaneUnknown):
            planes.get(scope=mallory_scope, slug="main")
