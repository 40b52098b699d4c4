"""What people get wrong, and what the cloud refuses: a clear sentence each, and nothing that was typed is lost."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from sandbox import frontdoor
from sandbox.customer.account import Account
from tests.browser.living import Living
from tests.browser.signing_in import signed_in
from tests.browser.visitor import Authenticator, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[[Authenticator | None], Visitor]
ORG = "/o/norrland/"
ACCOUNT_ID = "555566667777"
REFUSED_SO_FAR = "AWS refuses so far. A new role can take up to 90 seconds to be seen; asking again."
DOWN = [
    {"service": "sts", "action": "AssumeRole", "rate": 1.0, "kind": "error",
     "code": "ServiceUnavailable", "status": 503},
]  # fmt: skip
WRONG_ANSWERS = (
    ("network", "vpc_cidr", "10.128.0.0/16", "overlaps 10.128.0.0/12, Stockholm campus in your corporate ranges"),
    ("network", "vpc_cidr", "8.8.0.0/16", "8.8.0.0/16 is public address space"),
    ("cloud", "account_id", "55556666777", "An AWS account id has 12 digits; this has 11."),
    ("data", "operations_peak", "-1", "-1 is too low: Data operations, peak takes a number from 1"),
    ("data", "operations_peak", "1000000000000", "are more than the largest size carries"),
)


def test_a_wrong_answer_is_told_and_kept(visit: Visit, sandbox: Living) -> None:
    olga = signed_in(visit, sandbox, "operator")
    onboarding = begin(olga, "wrong-answers")
    olga.open(f"{onboarding}sections/network/")
    olga.page.fill("[name=corporate_ranges]", "10.128.0.0/12 Stockholm campus")
    send(olga)
    for section, key, value, sentence in WRONG_ANSWERS:
        olga.open(f"{onboarding}sections/{section}/")
        olga.page.fill(f"[name={key}]", value)
        send(olga)
        for _ in ("as answered", "after coming back"):
            expect(olga.page.locator("#section-form")).to_contain_text(sentence)
            assert olga.page.input_value(f"[name={key}]") == value
            olga.open(f"{onboarding}sections/{section}/")
    olga.open(f"{onboarding}review/")
    expect(olga.page.get_by_role("button", name="Compile the plan")).to_have_count(0)


def test_a_session_that_ends_in_the_questionnaire_loses_nothing(visit: Visit, sandbox: Living) -> None:
    olga = signed_in(visit, sandbox, "operator")
    onboarding = begin(olga, "ended-session")
    olga.open(f"{onboarding}sections/organization/")
    olga.page.fill("[name=legal_name]", "Norrland Bank AB")
    send(olga)
    olga.open(f"{onboarding}sections/data/")
    olga.context.clear_cookies(name="sessionid")
    olga.page.fill("[name=operations_peak]", "9000")
    olga.page.locator("#section-form button.btn--primary").click()
    expect(olga.page).to_have_url(re.compile(r"/account/login/\?next="))
    expect(olga.page.locator("main")).to_contain_text("Your session had ended or not begun")
    olga.enter(*credentials(sandbox, "operator"))
    olga.page.wait_for_url("**/sections/data/")
    expect(olga.page.locator("[name=operations_peak]")).to_have_value("9000")
    expect(olga.page.get_by_text("What you had typed is back.")).to_be_visible()
    olga.page.reload()
    assert olga.page.input_value("[name=operations_peak]") == "9000"
    olga.open(f"{onboarding}sections/organization/")
    assert olga.page.input_value("[name=legal_name]") == "Norrland Bank AB"


def test_a_connection_that_cannot_be_entered_says_why(visit: Visit, sandbox: Living) -> None:
    olga = signed_in(visit, sandbox, "operator")
    draft_connection(olga)
    connection = olga.page.url.removeprefix(sandbox.url)
    role_name = olga.page.locator(".facts code").first.inner_text()
    with role_with_another_external_id(sandbox, role_name):
        verify(olga, connection, REFUSED_SO_FAR)
    run_template(olga, ACCOUNT_ID)
    with sts_down(sandbox):
        verify(olga, connection, "AWS does not answer (ServiceUnavailable); asking again.")
    run_template(olga, ACCOUNT_ID, "Delete the stack", "is deleted, and the role with it")
    verify(olga, connection, REFUSED_SO_FAR)
    assert "Traceback" not in sandbox.log()


def credentials(sandbox: Living, role: str) -> tuple[str, str]:
    person = sandbox.person(role)
    return person["email"], person["password"]


def begin(visitor: Visitor, name: str) -> str:
    """Start a questionnaire; return its path."""
    visitor.open(f"{ORG}onboarding/new/")
    visitor.page.fill("input[name=name]", name)
    visitor.press("Start the questionnaire")
    visitor.page.wait_for_url("**/sections/organization/")
    return visitor.page.url.removeprefix(visitor.url).partition("sections/")[0]


def send(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.locator("#section-form button.btn--primary").click()


def draft_connection(visitor: Visitor) -> None:
    """A plan for an account is what drafts the connection to it."""
    onboarding = begin(visitor, "cannot-enter")
    visitor.open(f"{onboarding}sections/cloud/")
    visitor.page.fill("[name=account_id]", ACCOUNT_ID)
    send(visitor)
    visitor.open(f"{onboarding}sections/network/")
    visitor.page.fill("[name=vpc_cidr]", "10.77.0.0/16")
    send(visitor)
    visitor.open(f"{onboarding}review/")
    visitor.press("Compile the plan")
    visitor.page.wait_for_url("**/plan/1/")
    visitor.open(f"{ORG}connections/")
    visitor.press(f"aws-{ACCOUNT_ID}")


def verify(visitor: Visitor, connection: str, sentence: str) -> None:
    """Verify, read the sentence on the live page, and end the asking."""
    visitor.open(connection)
    button = visitor.page.get_by_role("button", name="Verify", exact=True)
    again = visitor.page.get_by_role("button", name="Verify again", exact=True)
    button.or_(again).first.click()
    expect(visitor.page.locator("#connection")).to_contain_text(sentence)
    visitor.press("The whole operation")
    visitor.press("Cancel…")
    visitor.press("Cancel the operation")
    expect(visitor.page.locator(".head .status--pill").first).to_have_text("Cancelled")


def run_template(
    visitor: Visitor, account_id: str, act: str = "Run the template", said: str = "is CREATE"
) -> None:
    visitor.open("/sandbox/norrland/")
    line = visitor.page.locator("li").filter(has_text=f"aws-{account_id}")
    line.get_by_role("button", name=act, exact=True).click()
    expect(visitor.page.get_by_text(said)).to_be_visible(timeout=60_000)


@contextmanager
def role_with_another_external_id(sandbox: Living, name: str) -> Iterator[None]:
    """The role made by hand, trusting the control plane with an external id that is not the connection's."""
    client = Account(sandbox.ports.aws, ACCOUNT_ID).client("iam")
    client.create_role(RoleName=name, Path="/byoc/", AssumeRolePolicyDocument=TRUST)
    yield
    client.delete_role(RoleName=name)


TRUST = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"AWS": "arn:aws:iam::111111111111:user/byoc-control-plane"},
    "Condition": {"StringEquals": {"sts:ExternalId": "somebody-elses"}}}]}"""


@contextmanager
def sts_down(sandbox: Living) -> Iterator[None]:
    frontdoor.call(sandbox.ports.aws, "PUT", "faults", DOWN)
    yield
    frontdoor.call(sandbox.ports.aws, "PUT", "faults", [])
