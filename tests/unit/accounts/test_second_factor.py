"""Codes work once, whatever happens."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from accounts.access import codes
from accounts.access.standing import Origin
from accounts.actions import second_factors
from accounts.actions.second_factors import CodeLocked, CodeWrong
from accounts.models import RecoveryCode, TotpDevice, User
from tests.conftest import make_person
from tests.signing_in import SECRET
from tests.unit.accounts.trail import events

AT = datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC)
ORIGIN = Origin("req-1", "192.0.2.1", "test")


def code_at(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


@pytest.fixture
def dana(db: None) -> User:
    person = make_person("Dana")
    second_factors.enrol_totp(user=person, secret=SECRET)
    return person


def show(user: User, code: str, at: datetime = AT) -> None:
    second_factors.show_code(user=user, code=code, origin=ORIGIN, at=at)


def test_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(59, UTC)
    assert codes.matching_counter(secret, "287082", at=at) == 1


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_taken_one_period_either_side(seconds: int, taken: bool) -> None:
    found = codes.matching_counter(SECRET, code_at(AT + timedelta(seconds=seconds)), at=AT)
    assert (found is not None) is taken


def test_a_code_works_once_even_when_the_cache_is_emptied(dana: User) -> None:
    show(dana, code_at(AT))
    cache.clear()
    with pytest.raises(CodeWrong):
        show(dana, code_at(AT))


def test_an_earlier_code_no_longer_works_after_a_later_one(dana: User) -> None:
    show(dana, code_at(AT))
    with pytest.raises(CodeWrong):
        show(dana, code_at(AT - timedelta(seconds=30)))


def test_five_wrong_codes_lock_the_device_whatever_the_cache_says(dana: User) -> None:
    for _ in range(5):
        with pytest.raises(CodeWrong):
            show(dana, "000000")
        cache.clear()
    with pytest.raises(CodeLocked):
        show(dana, code_at(AT))
    show(dana, code_at(AT + timedelta(minutes=6)), AT + timedelta(minutes=6))


def test_a_right_code_forgives_the_wrong_ones(dana: User) -> None:
    for _ in range(4):
        with pytest.raises(CodeWrong):
            show(dana, "000000")
    show(dana, code_at(AT))
    assert TotpDevice.objects.of(dana.pk).get().attempts == 0


def test_refusals_are_in_the_trail(dana: User) -> None:
    with pytest.raises(CodeWrong):
        show(dana, "000000")
    (event,) = events("code:shown")
    assert (event.outcome, event.actor_id, event.source_ip) == ("refused", str(dana.pk), "192.0.2.1")
    assert "000000" not in str(event.facts)


def test_the_secret_is_not_in_the_row(dana: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_totpdevice t")
        (row,) = cursor.fetchone()
    assert SECRET not in row
    assert SECRET.encode().hex() not in row
    assert TotpDevice.objects.of(dana.pk).get().secret == SECRET


def test_a_secret_moved_to_another_row_does_not_open(dana: User) -> None:
    from console.encryption.envelope import CannotDecrypt

    other = make_person("Erik")
    second_factors.enrol_totp(user=other)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_totpdevice SET secret = (SELECT secret FROM accounts_totpdevice WHERE user_id = %s)"
            " WHERE user_id = %s",
            [dana.pk, other.pk],
        )
    with pytest.raises(CannotDecrypt):
        show(other, code_at(AT))


def test_recovery_codes_are_kept_as_digests_and_work_once(db: None) -> None:
    person = make_person("Frida")
    made = second_factors.enrol_totp(user=person)
    assert len(set(made)) == 10
    stored = set(RecoveryCode.objects.of(person.pk).values_list("digest", flat=True))
    assert not stored & {code.replace("-", "") for code in made}
    second_factors.use_recovery_code(user=person, code=made[0].upper().replace("-", " "), origin=ORIGIN)
    with pytest.raises(CodeWrong):
        second_factors.use_recovery_code(user=person, code=made[0], origin=ORIGIN)
    assert RecoveryCode.objects.of(person.pk).unused().count() == 9


def test_a_recovery_code_is_its_owners_alone(dana: User) -> None:
    made = second_factors.enrol_totp(user=make_person("Gert"))
    with pytest.raises(CodeWrong):
        second_factors.use_recovery_code(user=dana, code=made[0], origin=ORIGIN)


def race(act: Callable[[], None]) -> list[str]:
    """Run `act` in four threads at once; return what each came to."""
    start, results = threading.Barrier(4), []

    def run() -> None:
        start.wait()
        try:
            act()
            results.append("accepted")
        except CodeWrong:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_racing_windows_with_one_code_one_gets_in() -> None:
    person = make_person("Hanna")
    second_factors.enrol_totp(user=person, secret=SECRET)
    assert race(lambda: show(person, code_at(AT))) == ["accepted", "refused", "refused", "refused"]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_racing_windows_with_one_recovery_code_one_gets_in() -> None:
    person = make_person("Ivar")
    made = second_factors.enrol_totp(user=person, secret=SECRET)
    results = race(lambda: second_factors.use_recovery_code(user=person, code=made[0], origin=ORIGIN))
    assert results == ["accepted", "refused", "refused", "refused"]


def test_a_second_confirmed_device_is_refused_by_the_database(dana: User) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        TotpDevice.objects.create(user=dana, secret="X", confirmed_at=AT)


def test_another_browser_gets_another_pending_secret(db: None) -> None:
    person = make_person("Jonas")
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(person)
    one = first.get("/account/second-factor/enrol/").context["secret"]
    assert first.get("/account/second-factor/enrol/").context["secret"] == one
    assert second.get("/account/second-factor/enrol/").context["secret"] != one
    answer = first.post("/account/second-factor/enrol/", {"code": pyotp.TOTP(one).now()})
    assert answer.status_code == 422
    assert one not in str(dict(first.session))
