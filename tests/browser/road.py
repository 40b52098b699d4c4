"""The stages of the main road, as a person walks them in a browser."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import expect

from regions.blueprints import blueprint
from regions.blueprints.manifests import Manifest
from regions.questionnaire.plan import RegionPlan
from tests.browser.visitor import Authenticator, Visitor

ACCOUNT_ID = "210987654321"
CLOUD_REGION = "eu-west-1"
ORGANIZATION, SLUG = "Kvarken Shipping", "kvarken-shipping"
REGION = "harbour-dublin"
FOUNDER = ("Frida Holm", "frida@example.com", "a ferry crosses the quiet strait")
RANGES = "10.128.0.0/12 Vaasa campus\n172.16.0.0/14 Ships"
SECTION_SECONDS = 15_000  # milliseconds

FIELDS: Mapping[str, Mapping[str, str]] = {
    "organization": {"legal_name": "Kvarken Shipping Oy", "technical_contact": "cloud@example.com"},
    "cloud": {"account_id": ACCOUNT_ID},
    "region": {"cloud_region": CLOUD_REGION},
    "network": {"vpc_cidr": "10.20.0.0/16", "corporate_ranges": RANGES},
    "data": {"operations": "800", "operations_peak": "1000"},
}
"""What is typed, by section; everything else stays the default."""
CHOICES: Mapping[str, Mapping[str, str]] = {
    "region": {"environment": "staging"},
    "compliance": {"compliance": "gdpr"},
}
SECTIONS = (
    "organization", "cloud", "region", "network", "connectivity", "data", "compute", "apps", "encryption",
    "certificates", "audit", "observability", "recovery", "compliance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """Where the plan is, the region it is for, and what it would make there."""

    path: str
    region_id: str
    manifests: tuple[Manifest, ...]


def sign_up(visitor: Visitor) -> list[str]:
    """Make account, second factor and organization; return the recovery codes."""
    name, email, password = FOUNDER
    page = visitor.page
    visitor.open("/account/login/")
    visitor.press("Create one")
    for field, value in {"name": name, "email": email, "password1": password}.items():
        page.fill(f"input[name={field}]", value)
    visitor.press("Continue")
    secret = page.locator("code.break").inner_text().replace(" ", "")
    visitor.authenticator = Authenticator(secret)
    visitor.show_code("Confirm")
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    codes = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", visitor.text())
    visitor.press("I have kept them")
    page.fill("input[name=name]", ORGANIZATION)
    visitor.press("Create the organization")
    page.wait_for_url(f"**/o/{SLUG}/")
    return codes


def begin_questionnaire(visitor: Visitor) -> str:
    """Start a region's questionnaire; return its path."""
    visitor.press("Start onboarding")
    visitor.press("Start the questionnaire")
    visitor.page.fill("input[name=name]", REGION)
    visitor.press("Start the questionnaire")
    visitor.page.wait_for_url("**/sections/organization/")
    return visitor.page.url.removeprefix(visitor.url).partition("sections/")[0]


def answer(visitor: Visitor, onboarding: str, section: str) -> None:
    """Fill in one section, which is the page that is open, and go on."""
    page = visitor.page
    assert page.url.endswith(f"{onboarding}sections/{section}/"), f"{page.url} is not the section {section}."
    for key, value in FIELDS.get(section, {}).items():
        field = page.locator(f"[name={key}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for key, value in CHOICES.get(section, {}).items():
        page.check(f"input[name={key}][value={value}]")
    page.locator("#section-form button.btn--primary").click()
    page.wait_for_url(lambda url: not url.endswith(f"/{section}/"), timeout=SECTION_SECONDS)


def answered(visitor: Visitor, onboarding: str, section: str) -> dict[str, str]:
    """What a section's fields hold when one comes back to it."""
    visitor.open(f"{onboarding}sections/{section}/")
    return {key: visitor.page.input_value(f"[name={key}]") for key in FIELDS[section]}


def compile_plan(visitor: Visitor, onboarding: str) -> Planned:
    visitor.open(f"{onboarding}review/")
    visitor.press("Compile the plan")
    visitor.page.wait_for_url("**/plan/1/")
    path = visitor.page.url.removeprefix(visitor.url)
    exported = visitor.page.request.get(f"{path}export/").json()
    plan = RegionPlan.from_document(exported["plan"])
    return Planned(path, plan.spec.region_id, tuple(blueprint(plan.spec)))


def sign(visitor: Visitor, planned: Planned) -> None:
    visitor.open(planned.path)
    visitor.page.check("input[name=read]")
    visitor.press("Sign version 1")
    expect(visitor.page.get_by_text("Version 1 is signed.")).to_be_visible()


def engage(visitor: Visitor, email: str) -> None:
    visitor.open(f"/o/{SLUG}/access/")
    visitor.press("Engage vendor staff")
    last_day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 7 * 86_400))
    for field, value in {"email": email, "reason": "Onboarding of our first region", "ends_on": last_day}.items():
        visitor.page.fill(f"[name={field}]", value)
    visitor.press("Grant the engagement")
    expect(visitor.page.get_by_role("row").filter(has_text=email)).to_be_visible()
