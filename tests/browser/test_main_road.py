"""The whole road in one walk: from signing up to a region that runs, and to an account that is empty again."""

from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import cloud_side, region_road, road
from tests.browser.living import Living
from tests.browser.road import Planned
from tests.browser.signing_in import signed_in
from tests.browser.visitor import Authenticator, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[[Authenticator | None], Visitor]
INTERMEDIATE_STATES = 3
GRANTED_CELLS = 20


def test_a_customer_walks_from_signing_up_to_an_empty_account(visit: Visit, sandbox: Living) -> None:
    frida = visit(None)
    assert len(set(road.sign_up(frida))) == 10
    onboarding = road.begin_questionnaire(frida)
    for section in road.SECTIONS[:4]:
        road.answer(frida, onboarding, section)
    frida.open(f"/o/{road.SLUG}/")
    frida.open(f"/o/{road.SLUG}/onboarding/")
    frida.press(road.REGION)
    for section in road.SECTIONS[4:]:
        road.answer(frida, onboarding, section)
    for section, typed in road.FIELDS.items():
        assert road.answered(frida, onboarding, section) == typed
    planned = road.compile_plan(frida, onboarding)
    road.sign(frida, planned)
    sign_as_architect(visit, sandbox, frida, planned)
    region_road.connect(frida)
    assert region_road.granted_cells(frida) > GRANTED_CELLS

    assert len(region_road.approve(frida, planned)) >= 1 + INTERMEDIATE_STATES + 1
    frida.open(f"/o/{road.SLUG}/regions/{planned.region_id}/")
    assert frida.state() == "Active"
    frida.page.locator("[data-chart]").scroll_into_view_if_needed()  # it is drawn when it is looked at
    expect(frida.page.locator("[data-chart] .main-svg").first).to_be_visible()
    assert found_in(sandbox, planned) == cloud_side.taggable(planned.manifests)

    region_road.deprovision(frida, planned)
    assert found_in(sandbox, planned) == Counter()
    assert cloud_side.keys_pending_deletion(sandbox.ports.aws, road.ACCOUNT_ID, road.CLOUD_REGION) == 1
    region_road.leave(frida)


def sign_as_architect(visit: Visit, sandbox: Living, owner: Visitor, planned: Planned) -> None:
    """The owner engages the vendor's architect, who then signs what the owner signed."""
    road.engage(owner, sandbox.person("architect")["email"])
    carol = signed_in(visit, sandbox, "architect")
    road.sign(carol, planned)


def found_in(sandbox: Living, planned: Planned) -> Counter[str]:
    return cloud_side.tagged(sandbox.ports.aws, road.ACCOUNT_ID, road.CLOUD_REGION, planned.region_id)
