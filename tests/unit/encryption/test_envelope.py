"""Envelopes and wrapped keys, against tampering; the published vectors are in tests.conformance.vectors."""

import os
from uuid import UUID

import pytest

from console.encryption import envelope
from console.encryption.envelope import CannotDecrypt, Envelope, Kek, seal, unseal

DEK = b"d" * 32
DEK_ID = UUID("01938c2e-7c1a-7bde-8f00-00a1b2c3d4e5")
OTHER_ID = UUID("01938c2e-7c1a-7bde-8f00-00a1b2c3d4e6")
AAD = envelope.context("acme", "secret", "v1")


def sealed(plaintext: bytes = b"hunter2") -> Envelope:
    return seal(plaintext, dek_id=DEK_ID, dek=DEK, aad=AAD)


def test_what_was_sealed_opens_with_the_same_key_and_context() -> None:
    assert unseal(sealed(), dek=DEK, aad=AAD) == b"hunter2"


def test_the_stored_form_survives_a_round_trip() -> None:
    made = sealed()
    assert Envelope.from_bytes(made.to_bytes()) == made
    assert b"hunter2" not in made.to_bytes()


def test_the_same_value_is_never_sealed_twice_alike() -> None:
    assert len({sealed().to_bytes() for _ in range(100)}) == 100


def test_another_context_does_not_open() -> None:
    with pytest.raises(CannotDecrypt):
        unseal(sealed(), dek=DEK, aad=envelope.context("evil", "secret", "v1"))


def test_contexts_are_unambiguous() -> None:
    assert envelope.context("ab", "c") != envelope.context("a", "bc")
    assert envelope.context("a", "") != envelope.context("a")


def test_one_flipped_bit_anywhere_is_found_in_the_header_too() -> None:
    raw = sealed().to_bytes()
    for position in range(len(raw)):
        damaged = bytearray(raw)
        damaged[position] ^= 1
        with pytest.raises(CannotDecrypt):
            unseal(Envelope.from_bytes(bytes(damaged)), dek=DEK, aad=AAD)


def test_every_truncation_is_found() -> None:
    raw = sealed().to_bytes()
    for length in range(len(raw)):
        with pytest.raises(CannotDecrypt):
            unseal(Envelope.from_bytes(raw[:length]), dek=DEK, aad=AAD)


@pytest.mark.parametrize("raw", [b"", b"\x01", b"\x07" + b"0" * 200])
def test_what_is_no_envelope_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        Envelope.from_bytes(raw)


def test_a_wrapped_key_opens_for_its_id_and_keyring_alone() -> None:
    key = os.urandom(32)
    wrapped = Kek(key, keyring="acme").wrap(DEK_ID.bytes, DEK)
    assert Kek(key, keyring="acme").unwrap(DEK_ID.bytes, wrapped) == DEK
    for other, dek_id in (("acme", OTHER_ID), ("evil", DEK_ID)):
        with pytest.raises(CannotDecrypt):
            Kek(key, keyring=other).unwrap(dek_id.bytes, wrapped)


def test_one_flipped_bit_of_a_wrapped_key_is_found() -> None:
    kek = Kek(os.urandom(32), keyring="acme")
    wrapped = kek.wrap(DEK_ID.bytes, DEK)
    assert len(wrapped) == envelope.WRAPPED_BYTES
    for damaged in (wrapped[:-1], b"", *(_flipped(wrapped, position) for position in range(len(wrapped)))):
        with pytest.raises(CannotDecrypt):
            kek.unwrap(DEK_ID.bytes, damaged)


def _flipped(raw: bytes, position: int) -> bytes:
    return raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]


def test_rewrapping_moves_many_keys_from_one_kek_to_another() -> None:
    old, new = Kek(os.urandom(32), keyring="acme"), Kek(os.urandom(32), keyring="acme")
    deks = {UUID(int=number).bytes: os.urandom(32) for number in range(500)}
    ids, wrapped = list(deks), [old.wrap(dek_id, dek) for dek_id, dek in deks.items()]
    moved = envelope.rewrap(ids, wrapped, old=old, new=new)
    assert {dek_id: new.unwrap(dek_id, one) for dek_id, one in zip(ids, moved, strict=True)} == deks
    assert len({one[: envelope.NONCE_BYTES] for one in moved}) == len(deks)
    with pytest.raises(CannotDecrypt):
        envelope.rewrap(ids, wrapped, old=new, new=old)
