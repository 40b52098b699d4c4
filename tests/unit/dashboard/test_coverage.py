"""The page that says what is promised, and what keeps each promise."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from console.dashboard import coverage
from console.dashboard.coverage import State, document
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
PATH = "/help/coverage/"
KEPT = "Encryption keys can be provided by Akka or through your Key Management Store."
NOT_YET = "Issues are worked through based on severity and impact."
AT_MOST_QUERIES = 12


def text_of(client: Client, query: str = "") -> str:
    response = client.get(PATH + query)
    assert response.status_code == 200
    return response.content.decode()


def test_every_section_and_every_promise_is_there(alice: User, client_of: Sign) -> None:
    text = text_of(client_of(alice))
    assert text.count("<q>") == len(coverage.promises())
    for section in coverage.sections():
        kept = sum(each.state is State.KEPT for each in section.promises)
        assert f"{section.title}</h2>" in text
        assert f"{kept} of {len(section.promises)} kept" in text
    assert "1 test<" in text


def test_each_state_is_counted_and_chosen_by_the_address(alice: User, client_of: Sign) -> None:
    client = client_of(alice)
    text = text_of(client)
    for state, number in coverage.counted().items():
        assert f'href="?org=acme&amp;state={state}"' in text
        assert text_of(client, f"?org=acme&state={state}").count("<q>") == number


def test_a_state_that_is_chosen_shows_its_promises_alone_and_takes_itself_away(
    alice: User, client_of: Sign
) -> None:
    text = text_of(client_of(alice), "?state=not-yet")
    assert NOT_YET in text
    assert KEPT not in text
    assert State.NOT_YET.meaning in text
    assert 'class="chip chip--on" href="?org=acme"' in text


def test_a_state_that_is_none_is_told(alice: User, client_of: Sign) -> None:
    response = client_of(alice).get(f"{PATH}?state=soon")
    assert response.status_code == 404
    assert "No promise is in the state “soon”" in response.content.decode()


def test_pages_are_linked_inside_ones_own_organization_where_one_may_open_them(
    alice: User, bob: User, client_of: Sign
) -> None:
    owners, auditors = text_of(client_of(alice)), text_of(client_of(bob))
    assert '<a href="/o/acme/keys/">keys</a>' in owners
    assert '<a href="/account/security/">mfa_index</a>' in owners
    assert "<span>region-resources</span>" in owners, "it takes an id"
    assert '<a href="/o/acme/settings/tokens/">tokens</a>' in owners
    assert "<span>tokens</span>" in auditors


def test_the_frame_is_that_of_the_organization_which_the_address_names(mallory: User, client_of: Sign) -> None:
    text = text_of(client_of(mallory), "?org=evil")
    assert "Evil Corp" in text
    assert '<a href="/help/coverage/?org=evil" aria-current="page">' in text
    assert "Evil Corp" in text_of(client_of(mallory), "?org=acme"), "of another's organization it shows nothing"


def test_who_belongs_to_no_organization_reads_it_without_a_frame(client_of: Sign) -> None:
    text = text_of(client_of(make_person("Nora")))
    assert KEPT in text
    assert 'id="nav"' not in text
    assert "/o/" not in text


def test_the_anonymous_are_sent_to_sign_in_and_back(client: Client) -> None:
    response = client.get(f"{PATH}?state=kept")
    assert response.status_code == 303
    assert "next=%2Fhelp%2Fcoverage%2F%3Fstate%3Dkept" in response["Location"]


def test_the_number_of_questions_is_that_of_the_frame(alice: User, client_of: Sign) -> None:
    client = client_of(alice)
    with CaptureQueriesContext(connection) as whole:
        text_of(client)
    with CaptureQueriesContext(connection) as part:
        text_of(client, "?state=partly")
    assert len(whole) == len(part) <= AT_MOST_QUERIES


def test_the_side_leads_to_it(alice: User, client_of: Sign) -> None:
    assert 'href="/help/coverage/?org=acme"' in client_of(alice).get("/o/acme/").content.decode()


def test_the_command_writes_the_document(tmp_path: Path) -> None:
    path = tmp_path / "coverage.md"
    call_command("coverage", str(path))
    assert path.read_text() == document.text()
    assert f"“{KEPT}”" in document.text()
