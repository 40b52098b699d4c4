"""Encrypted columns: a data key for each save, and nothing opens that was moved, cut or changed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from accounts.models import TotpDevice, User
from console.encryption import fields, keyring, unreadable
from console.encryption.envelope import Envelope
from console.encryption.keyring import NOBODY, PLATFORM, store
from console.encryption.models import Dek
from console.encryption.unreadable import Unreadable
from console.kernel.clock import now
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def device(db: None) -> TotpDevice:
    return made("Dana")


def made(name: str, secret: str = SECRET) -> TotpDevice:
    device = TotpDevice.objects.create(user=make_person(name), secret=secret, confirmed_at=now())
    return TotpDevice.objects.get(pk=device.pk)


def raw(device: TotpDevice) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_totpdevice WHERE id = %s", [device.pk])
        return bytes(cursor.fetchone()[0])


def put(device: TotpDevice, value: bytes) -> TotpDevice:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_totpdevice SET secret = %s WHERE id = %s", [value, device.pk])
    return TotpDevice.objects.get(pk=device.pk)


def dek_of(device: TotpDevice) -> Dek:
    return Dek.objects.get(org_id=NOBODY, id=Envelope.from_bytes(raw(device)).dek_id)


def test_it_reads_what_was_written(device: TotpDevice) -> None:
    assert device.secret == SECRET
    assert SECRET.encode() not in raw(device)


def test_every_save_of_a_value_takes_a_fresh_data_key_and_drops_the_old_one(device: TotpDevice) -> None:
    seen = {dek_of(device).id}
    for _ in range(5):
        device.secret = SECRET
        device.save()
        seen.add(dek_of(device).id)
    assert len(seen) == 6
    assert Dek.objects.count() == 1


def test_saving_something_else_leaves_envelope_and_data_key_alone(device: TotpDevice) -> None:
    before = raw(device)
    device.attempts = 3
    device.save()
    assert raw(device) == before
    assert device.secret == SECRET


def test_a_stale_row_saved_whole_does_not_bring_an_old_envelope_back(device: TotpDevice) -> None:
    stale = TotpDevice.objects.get(pk=device.pk)
    device.secret = "GEZDGNBVGY3TQOJQ"
    device.save()
    stale.attempts = 1
    stale.save()
    assert TotpDevice.objects.get(pk=device.pk).secret == "GEZDGNBVGY3TQOJQ"


def test_a_save_that_is_taken_back_can_be_repeated_with_the_same_row(db: None) -> None:
    device = TotpDevice(user=make_person("Erik"), secret=SECRET, confirmed_at=now())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        device.save(force_insert=True)
        raise ZeroDivisionError
    device.save(force_insert=True)
    assert TotpDevice.objects.get(pk=device.pk).secret == SECRET


def test_deleting_a_row_takes_its_data_key_along(device: TotpDevice) -> None:
    other = made("Olle")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_totpdevice WHERE id = %s", [device.pk])
    assert [dek.id for dek in Dek.objects.all()] == [dek_of(other).id]


def test_a_clear_value_cannot_be_written_past_the_row(device: TotpDevice) -> None:
    with pytest.raises(TypeError, match="is encrypted"):
        TotpDevice.objects.update(secret="clear")
    device.secret = "clear"
    with pytest.raises(TypeError, match="is encrypted"):
        TotpDevice.objects.bulk_update([device], ["secret"])


def test_serializers_and_forms_never_see_the_clear_value(device: TotpDevice) -> None:
    from django.core import serializers

    assert SECRET not in serializers.serialize("json", [device])


def test_outside_of_a_transaction_nothing_is_encrypted() -> None:
    from console.encryption import deks

    with pytest.raises(RuntimeError, match="within a transaction"):
        _without_transaction(deks.make)


def _without_transaction(make: Callable[..., Any]) -> None:
    connection.in_atomic_block, before = False, connection.in_atomic_block
    try:
        make(PLATFORM)
    finally:
        connection.in_atomic_block = before


class Heard:
    def __init__(self, heard: list[tuple[str, str]]) -> None:
        self._heard = heard

    def value(self, row: Any, column: str, org_id: UUID) -> None:
        self._heard.append((str(row.pk), column))

    def key(self, keyring: str, org_id: UUID, words: str) -> None:
        raise AssertionError(words)


@pytest.fixture
def told() -> Any:
    heard: list[tuple[str, str]] = []
    before = list(unreadable._witnesses)
    unreadable.bind(Heard(heard))
    yield heard
    unreadable._witnesses[:] = before


def sentence(device: TotpDevice) -> str:
    with pytest.raises(Unreadable) as caught:
        _ = device.secret
    return str(caught.value)


def test_what_was_tampered_with_is_refused_in_the_same_words_and_told(told: list[tuple[str, str]]) -> None:
    """Swapped between rows, cut, flipped, header edited, data key swapped, gone, or under another version."""
    sentences, victims = set(), []
    for name, spoil in SPOILED.items():
        device, other = made(f"{name} a"), made(f"{name} b")
        spoil(device, other)
        victims.append(str(device.pk))
        sentences.add(sentence(TotpDevice.objects.get(pk=device.pk)))
    assert len(sentences) == 1
    assert SECRET not in sentences.pop()
    assert told == [(pk, "secret") for pk in victims]


def _swap_deks(device: TotpDevice, other: TotpDevice) -> None:
    mine, theirs = dek_of(device), dek_of(other)
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM encryption_dek WHERE id = %s", [mine.id])
        cursor.execute(
            "INSERT INTO encryption_dek VALUES (%s, %s, %s, %s)",
            [NOBODY, mine.id, theirs.kek_version, bytes(theirs.wrapped)],
        )


def _other_version(device: TotpDevice, _other: TotpDevice) -> None:
    mine = dek_of(device)
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM encryption_dek WHERE id = %s", [mine.id])
        cursor.execute(
            "INSERT INTO encryption_dek VALUES (%s, %s, 99, %s)", [NOBODY, mine.id, bytes(mine.wrapped)]
        )


def _flip(position: int) -> Callable[[TotpDevice, TotpDevice], None]:
    def flip(device: TotpDevice, _other: TotpDevice) -> None:
        value = bytearray(raw(device))
        value[position] ^= 1
        put(device, bytes(value))

    return flip


SPOILED: dict[str, Callable[[TotpDevice, TotpDevice], Any]] = {
    "swapped": lambda device, other: put(device, raw(other)),
    "truncated": lambda device, _: put(device, raw(device)[:-1]),
    "emptied": lambda device, _: put(device, b""),
    "format": _flip(0),
    "algorithm": _flip(1),
    "dek": _flip(5),
    "nonce": _flip(20),
    "ciphertext": _flip(-20),
    "tag": _flip(-1),
    "wrapped": _swap_deks,
    "version": _other_version,
    "lost": lambda device, _: Dek.objects.filter(id=dek_of(device).id).delete(),
}


def test_a_value_replaced_meanwhile_is_read_as_it_is_now(device: TotpDevice) -> None:
    stale = TotpDevice.objects.get(pk=device.pk)
    device.secret = "GEZDGNBVGY3TQOJQ"
    device.save()
    assert stale.secret == "GEZDGNBVGY3TQOJQ"


def test_a_data_key_read_before_its_version_was_disabled_is_read_again(device: TotpDevice) -> None:
    from console.encryption.envelope import rewrap

    fields.prefetch([device])
    store().add_version(PLATFORM)
    ring, dek = keyring.keyring(PLATFORM), dek_of(device)
    (wrapped,) = rewrap([dek.id.bytes], [bytes(dek.wrapped)], old=ring.kek(1), new=ring.kek(2))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM encryption_dek WHERE id = %s", [dek.id])
        cursor.execute("INSERT INTO encryption_dek VALUES (%s, %s, 2, %s)", [NOBODY, dek.id, wrapped])
    store().disable(PLATFORM, 1, now())
    assert device.secret == SECRET


def test_a_page_of_rows_costs_one_query_for_its_data_keys(db: None, django_assert_num_queries: Any) -> None:
    for number in range(10):
        made(f"Person {number}", secret=f"SECRET{number}")
    with django_assert_num_queries(2):
        rows = fields.prefetch(TotpDevice.objects.order_by("id"))
        assert [row.secret for row in rows] == [f"SECRET{number}" for number in range(10)]


def test_many_rows_are_sealed_in_two_statements(db: None, django_assert_num_queries: Any) -> None:
    people: list[User] = [make_person(f"Person {number}") for number in range(10)]
    rows = [TotpDevice(user=person, secret=SECRET, confirmed_at=now()) for person in people]
    keyring.keyring(PLATFORM)
    with django_assert_num_queries(3):
        fields.seal_all(rows)
        TotpDevice.objects.bulk_create(rows)
    assert {row.secret for row in TotpDevice.objects.all()} == {SECRET}
