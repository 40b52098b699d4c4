"""A secret in a real browser: shown once, hidden again, kept nowhere; and on its way to its region."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.living import Living, wait_until
from tests.browser.signing_in import signed_in
from tests.browser.visitor import Authenticator, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[[Authenticator | None], Visitor]
CANARY = "canary-in-a-browser-4417"
ORG = "/o/norrland/"


def test_a_value_is_revealed_hidden_and_kept_nowhere(visit: Visit, sandbox: Living) -> None:
    olga = signed_in(visit, sandbox, "operator")
    make(olga, "browser-token")
    page = olga.page
    page.select_option("[name=key]", "token")
    page.fill("[name=reason]", "Case 4182")
    with page.expect_response("**/reveal/") as answered:
        olga.press("Reveal for 60 seconds")
    assert "no-store" in answered.value.headers["cache-control"]
    expect(page.locator("[data-reveal-value]")).to_have_text(CANARY)
    expect(page.locator("[data-reveal-left]")).to_contain_text("hidden in")
    assert CANARY not in page.url
    olga.press("Hide now")
    expect(page.locator("[data-reveal-value]")).to_have_count(0)
    assert CANARY not in page.content()
    page.reload()
    page.go_back()
    page.go_forward()
    assert CANARY not in page.content()
    assert CANARY not in str(page.evaluate("[{...localStorage}, {...sessionStorage}, history.state]"))
    expect(page.locator("main")).to_contain_text("revealed token")
    assert CANARY not in sandbox.log()


def test_a_value_hides_itself_when_its_time_is_over(visit: Visit, sandbox: Living) -> None:
    olga = signed_in(visit, sandbox, "operator")
    olga.page.clock.install()
    make(olga, "browser-clock")
    olga.page.fill("[name=reason]", "Case 4183")
    olga.press("Reveal for 60 seconds")
    expect(olga.page.locator("[data-reveal-value]")).to_have_text(CANARY)
    expect(olga.page.locator("[data-reveal-left]")).to_contain_text("hidden in")
    olga.page.clock.fast_forward(61_000)
    expect(olga.page.locator("[data-reveal-value]")).to_have_count(0)
    expect(olga.page.locator("#reveal")).to_contain_text("Hidden again.")


def test_an_import_is_previewed_without_its_values(visit: Visit, sandbox: Living) -> None:
    olga = signed_in(visit, sandbox, "operator")
    olga.open(f"{ORG}secrets/import/")
    olga.page.fill("[name=name]", "browser-import")
    olga.page.fill("[name=text]", f"FIRST={CANARY}\nSECOND=2\n")
    olga.press("Preview")
    expect(olga.page.locator("#preview")).to_contain_text("A new secret with 2 keys")
    expect(olga.page.locator("#preview")).to_contain_text("FIRST")
    assert CANARY not in olga.page.locator("#preview").inner_html()
    with olga.page.expect_navigation():
        olga.press("Import")
    expect(olga.page.locator("h1")).to_have_text("browser-import")


def test_a_secret_of_the_demo_reaches_its_region(visit: Visit, sandbox: Living) -> None:
    """The demo's region opens it with a key of its own and says so."""
    olga = signed_in(visit, sandbox, "operator")

    def live() -> bool:
        listed = olga.read(f"{ORG}secrets/?q=payments-db")
        return "payments-db" in listed and "live in" in listed and "Saved, not live" not in listed

    wait_until(live, "payments-db in its region", seconds=180)
    assert '"version": 2' in "".join(file.read_text() for file in sandbox.folder.glob("regions/*/secrets.json"))


def make(visitor: Visitor, name: str) -> None:
    visitor.open(f"{ORG}secrets/new/generic/")
    visitor.page.fill("[name=name]", name)
    visitor.page.locator("[name=key]").first.fill("token")
    visitor.page.locator("[name=value]").first.fill(CANARY)
    with visitor.page.expect_navigation():
        visitor.press("Save the secret")
    expect(visitor.page.locator("h1")).to_have_text(name)
