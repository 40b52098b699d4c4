"""The second half of the road: the account is connected, the region comes up, runs, and goes away."""

import time

from playwright.sync_api import expect

from tests.browser import road
from tests.browser.road import Planned
from tests.browser.visitor import Visitor

OPERATION_SECONDS = 180
LOOK_SECONDS = 0.25
MARK = "window.notReloaded"


def connect(visitor: Visitor) -> None:
    """Run the template as the customer, then let the console verify what it made."""
    visitor.open("/sandbox/")
    visitor.press("Run the template")
    expect(visitor.page.get_by_text("is CREATE_COMPLETE")).to_be_visible(timeout=60_000)
    open_connection(visitor)
    expect(visitor.page.get_by_role("button", name="Verify", exact=True)).to_be_visible(timeout=60_000)
    visitor.press("Verify")
    until_state(visitor, "Verified")


def open_connection(visitor: Visitor) -> None:
    visitor.open(f"/o/{road.SLUG}/connections/")
    visitor.press(f"aws-{road.ACCOUNT_ID}")


def granted_cells(visitor: Visitor) -> int:
    """How many cells of the permission grid say pass."""
    return visitor.page.locator("table.pg tbody td svg.ok, table.pg tbody button svg.ok").count()


def approve(visitor: Visitor, planned: Planned) -> list[str]:
    """Ask for the region, approve it and watch; return what the page said of its progress, in turn."""
    visitor.open(planned.path)
    visitor.press("Ask for the region")
    visitor.press("Approve and provision")
    return watch(visitor)


def deprovision(visitor: Visitor, planned: Planned) -> list[str]:
    visitor.open(f"/o/{road.SLUG}/regions/{planned.region_id}/")
    visitor.press("Deprovision…")
    visitor.page.get_by_text("Delete without a snapshot").click()
    visitor.page.get_by_text("Delete the state bucket").click()
    visitor.page.get_by_label("Name of the region").fill(road.REGION)
    visitor.page.get_by_role("button", name="Deprovision", exact=True).click()
    return watch(visitor)


def leave(visitor: Visitor) -> None:
    """Delete the stack as the customer, then let the console see that the role is gone."""
    open_connection(visitor)
    expect(visitor.page.get_by_text("The last region is gone; the role is yours to delete")).to_be_visible()
    visitor.open("/sandbox/")
    visitor.press("Delete the stack")
    expect(visitor.page.get_by_text("is deleted, and the role with it")).to_be_visible(timeout=60_000)
    open_connection(visitor)
    visitor.press("Check that the role is gone")
    until_state(visitor, "Revoked")


def watch(visitor: Visitor) -> list[str]:
    """Read a live operation page until it succeeds; it is loaded once."""
    visitor.page.wait_for_url("**/operations/*/")
    visitor.page.evaluate(f"{MARK} = true")
    said = [_progress(visitor)]
    until_state(visitor, "Succeeded", said=said)
    said.append(_progress(visitor))
    assert visitor.page.evaluate(MARK), "The page was loaded anew."
    return list(dict.fromkeys(said))


def until_state(visitor: Visitor, wanted: str, *, said: list[str] | None = None) -> None:
    """Wait until the live page says `wanted` beside its title, without a reload."""
    deadline = time.monotonic() + OPERATION_SECONDS
    while (state := visitor.state()) != wanted:
        assert state not in {"Failed", "Blocked", "Refused"}, visitor.text()
        assert time.monotonic() < deadline, f"Still {state} after {OPERATION_SECONDS} s: {visitor.text()}"
        if said is not None:
            said.append(_progress(visitor))
        visitor.page.wait_for_timeout(1_000 * LOOK_SECONDS)


def _progress(visitor: Visitor) -> str:
    """ "26 of 58", as the page says it."""
    return visitor.page.locator("section[aria-label=Progress] b.num").inner_text().strip()
