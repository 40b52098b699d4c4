"""Certificates of the public APIs as the world sees them, over real TLS on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope, of_console
from secrets_app import public_apis
from secrets_app.actions import watching
from secrets_app.models import Recipient, RecipientState, WatchedCertificate, WatchState
from secrets_app.models.watched import PLATFORM
from secrets_app.public_apis import Address, PublicApis
from secrets_app.readings import public_apis as reading
from tests.tls_server import DAY, Pair, PublicAuthority, public_authority, serving

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def authority(tmp_path: Path) -> PublicAuthority:
    return public_authority(tmp_path)


@pytest.fixture(autouse=True)
def nothing_bound() -> Iterator[None]:
    before = public_apis.bound()
    public_apis.bind(PublicApis())
    yield
    public_apis.bind(before)


@contextmanager
def management(settings: Any, authority: PublicAuthority, folder: Path, own: Pair, *above: Pair) -> Iterator[int]:
    with serving(folder, own, *above) as port:
        settings.EGRESS_ALLOW = [f"localhost:{port}"]
        public_apis.bind(PublicApis(f"localhost:{port}", trusted=authority.trusted))
        yield port


def look_at_all(after: timedelta = timedelta(0)) -> int:
    due = watching.claim(at=now() + after)
    for org_id, watched_id in due:
        watching.look(org_id=org_id, watched_id=watched_id)
    return len(due)


def seen(scope: Scope) -> WatchedCertificate:
    with scope.entered():
        (row,) = reading.public_apis(scope=scope).rows
    return row.watched


def test_a_good_certificate_is_as_expected_for_every_organization(
    settings: Any, authority: PublicAuthority, tmp_path: Path, alice_scope: Scope, mallory_scope: Scope
) -> None:
    with management(settings, authority, tmp_path, authority.issue(), authority.issuing):
        assert look_at_all() == 1
    row = seen(alice_scope)
    assert (row.state, row.finding, row.issuer) == ("as_expected", "", "Let's Encrypt R11")
    assert (row.names, row.chain) == (["localhost"], ["localhost", "Let's Encrypt R11"])
    assert row.protocol == "TLSv1.3"
    left = row.left(now())
    assert left is not None
    assert 59 <= left.days <= 60
    assert seen(mallory_scope).pk == row.pk


@pytest.mark.parametrize(
    ("host", "begins", "ends", "whole", "state", "finding"),
    [
        ("localhost", -80 * DAY, 10 * DAY, True, "expiring", "It ends in 9 days and has not been renewed."),
        ("localhost", -80 * DAY, -DAY, True, "expired", "ended on"),
        ("localhost", DAY, 9 * DAY, True, "not_yet_valid", "It begins on"),
        ("elsewhere.example", -DAY, 60 * DAY, True, "wrong_name", "for elsewhere.example, not for localhost."),
        ("localhost", -DAY, 60 * DAY, False, "incomplete", "R11 is not sent; Java and Go clients refuse it."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    settings: Any,
    authority: PublicAuthority,
    tmp_path: Path,
    alice_scope: Scope,
    host: str,
    begins: timedelta,
    ends: timedelta,
    whole: bool,
    state: str,
    finding: str,
) -> None:
    own = authority.issue(host, begins=begins, ends=ends)
    with management(settings, authority, tmp_path, own, *([authority.issuing] if whole else [])):
        look_at_all()
    row = seen(alice_scope)
    assert row.state == state
    assert finding in row.finding


def test_another_authority_is_not_trusted(
    settings: Any, authority: PublicAuthority, tmp_path: Path, alice_scope: Scope
) -> None:
    (tmp_path / "other").mkdir()
    stranger = public_authority(tmp_path / "other")
    with management(settings, authority, tmp_path, stranger.issue(), stranger.issuing, stranger.root):
        look_at_all()
    row = seen(alice_scope)
    assert row.state == WatchState.UNTRUSTED
    assert row.finding == "Public Trust Public Root X1 is no authority that clients trust."


def test_an_api_that_does_not_answer_keeps_what_was_known_and_is_looked_at_again_sooner(
    settings: Any, authority: PublicAuthority, tmp_path: Path, alice_scope: Scope
) -> None:
    with management(settings, authority, tmp_path, authority.issue(), authority.issuing):
        look_at_all()
        assert look_at_all(after=timedelta(minutes=9)) == 0
    assert look_at_all(after=timedelta(minutes=11)) == 1
    row = seen(alice_scope)
    assert (row.state, row.issuer) == ("unreachable", "Let's Encrypt R11")
    assert "did not shake hands" in row.finding
    assert look_at_all(after=timedelta(minutes=3)) == 1


def test_a_private_address_is_never_called(settings: Any, alice_scope: Scope) -> None:
    settings.EGRESS_ALLOW = []
    public_apis.bind(PublicApis("localhost:443"))
    look_at_all()
    assert "is not a public address" in seen(alice_scope).finding


def test_two_workers_do_not_claim_the_same_look(alice_scope: Scope) -> None:
    public_apis.bind(PublicApis("console.example.com"))
    assert len(watching.claim(at=now())) == 1
    assert watching.claim(at=now()) == []
    assert len(watching.claim(at=now() + watching.LEASE + timedelta(seconds=1))) == 1, "a lost look is due again"


def region_of(organization: Organization, host: str) -> Recipient:
    with of_console(organization.id).entered():
        return Recipient.objects.create(
            org_id=organization.id,
            region_id=new_id(),
            name=host.split(".")[0],
            host=host,
            bucket="bucket",
            public_key="{}",
            key_id="key",
            state=RecipientState.ACTIVE,
        )


def test_each_regions_api_is_watched_while_the_region_is_active_and_seen_by_its_organization_alone(
    acme: Organization, alice_scope: Scope, mallory_scope: Scope
) -> None:
    region = region_of(acme, "prod.byoc.acme.example")
    public_apis.bind(PublicApis("console.example.com", "exec.{host}:8443"))
    watching.claim(at=now())
    with alice_scope.entered():
        addresses = [row.watched.address for row in reading.public_apis(scope=alice_scope).rows]
    assert addresses == ["console.example.com", "exec.prod.byoc.acme.example:8443"]
    assert seen(mallory_scope).address == "console.example.com"
    with alice_scope.entered():
        Recipient.objects.filter(pk=region.pk).update(state=RecipientState.GONE)
    watching.claim(at=now())
    assert seen(alice_scope).address == "console.example.com"


def test_a_change_of_state_is_recorded_once_in_its_organizations_trail(
    settings: Any, authority: PublicAuthority, tmp_path: Path, acme: Organization, alice_scope: Scope
) -> None:
    region_of(acme, "localhost")
    with serving(tmp_path, authority.issue(), authority.issuing) as port:
        settings.EGRESS_ALLOW = [f"localhost:{port}"]
        public_apis.bind(PublicApis("", f"{{host}}:{port}", trusted=authority.trusted))
        look_at_all()
        look_at_all(after=timedelta(minutes=11))
    look_at_all(after=timedelta(minutes=22))
    with alice_scope.entered():
        events = AuditEvent.objects.filter(org_id=acme.id, event="public-certificate:seen").order_by("id")
        told = [(each.outcome, each.changes["state"]) for each in events]
    assert told == [("succeeded", ["unknown", "as_expected"]), ("failed", ["as_expected", "unreachable"])]


def test_the_platforms_own_change_is_recorded_outside_of_organizations(alice_scope: Scope, settings: Any) -> None:
    settings.EGRESS_ALLOW = []
    public_apis.bind(PublicApis("localhost:443"))
    look_at_all()
    with alice_scope.entered():
        assert not AuditEvent.objects.filter(event="public-certificate:seen", org_id=alice_scope.org_id).exists()


def test_an_organization_cannot_change_what_is_everybodys(alice_scope: Scope) -> None:
    public_apis.bind(PublicApis("console.example.com"))
    watching.claim(at=now())
    with pytest.raises(ProgrammingError), alice_scope.entered():
        WatchedCertificate.objects.filter(org_id=PLATFORM).update(state="as_expected")
    with pytest.raises(ProgrammingError), alice_scope.entered():
        WatchedCertificate.objects.create(org_id=alice_scope.org_id, api="management", host="a.example")
    with pytest.raises(ProgrammingError), alice_scope.entered():
        WatchedCertificate.objects.filter(org_id=PLATFORM).delete()


@pytest.mark.parametrize("fields", [{"api": "other"}, {"state": "fine"}, {"port": 0}])
def test_the_database_holds_what_a_row_must_be(fields: dict[str, Any]) -> None:
    row = {"org_id": PLATFORM, "api": "management", "host": "a.example"} | fields
    with pytest.raises(IntegrityError), transaction.atomic(using="owner"):
        WatchedCertificate.objects.using("owner").create(**row)


def test_one_address_of_an_organization_is_watched_once() -> None:
    row = {"org_id": PLATFORM, "api": "management", "host": "a.example"}
    WatchedCertificate.objects.using("owner").create(**row)
    with pytest.raises(IntegrityError), transaction.atomic(using="owner"):
        WatchedCertificate.objects.using("owner").create(**row)


@pytest.mark.parametrize("text", ["https://console.example.com", "console:0", "console:x", ":443", "a:70000"])
def test_what_is_no_address_is_refused_when_the_process_starts(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_apis.bind(PublicApis(text))


def test_an_address_without_a_port_has_the_one_of_https() -> None:
    assert Address.of("console.example.com") == Address("console.example.com", 443)


def test_the_page_shows_what_the_world_sees(
    settings: Any, authority: PublicAuthority, tmp_path: Path, acme: Organization, client_of: Any, alice: Any
) -> None:
    with management(settings, authority, tmp_path, authority.issue()):
        look_at_all()
    client: Client = client_of(alice)
    answer = client.get(f"/o/{acme.slug}/certificates/")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Public APIs, watched from outside" in html
    assert "Chain incomplete" in html
    assert "Let&#x27;s Encrypt R11 is not sent" in html
