"""Envelopes, against Wycheproof's vectors and against tampering."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.encryption import envelope
from console.encryption.envelope import CannotDecrypt, Envelope, seal, unseal

VECTORS = Path(__file__).resolve().parents[4] / "shared/vectors/aes_gcm_test.json"


@dataclass(frozen=True)
class Ring:
    keys: tuple[bytes, ...]

    @property
    def active_version(self) -> int:
        return len(self.keys)

    def key(self, version: int) -> bytes:
        return self.keys[version - 1]


OLD = Ring((b"1" * 32,))
NEW = Ring((b"1" * 32, b"2" * 32))
AAD = envelope.context("acme", "secret", "v1")


def test_what_was_sealed_opens_with_the_same_ring_and_context() -> None:
    assert unseal(seal(b"hunter2", keyring=OLD, aad=AAD), keyring=OLD, aad=AAD) == b"hunter2"


def test_the_stored_form_survives_a_round_trip() -> None:
    made = seal(b"hunter2", keyring=OLD, aad=AAD)
    assert Envelope.from_bytes(made.to_bytes()) == made
    assert b"hunter2" not in made.to_bytes()


def test_another_context_does_not_open() -> None:
    with pytest.raises(CannotDecrypt):
        unseal(seal(b"hunter2", keyring=OLD, aad=AAD), keyring=OLD, aad=envelope.context("evil", "secret", "v1"))


def test_contexts_are_unambiguous() -> None:
    assert envelope.context("ab", "c") != envelope.context("a", "bc")
    assert envelope.context("a", "") != envelope.context("a")


@pytest.mark.parametrize("part", ["wrapped_key", "sealed"])
def test_one_flipped_bit_anywhere_is_found(part: str) -> None:
    made = seal(b"hunter2", keyring=OLD, aad=AAD)
    for position in range(len(getattr(made, part))):
        damaged = bytearray(getattr(made, part))
        damaged[position] ^= 1
        with pytest.raises(CannotDecrypt):
            unseal(replace(made, **{part: bytes(damaged)}), keyring=OLD, aad=AAD)  # type: ignore[arg-type]


def test_rewrapping_moves_the_key_and_leaves_the_ciphertext() -> None:
    made = seal(b"hunter2", keyring=OLD, aad=AAD)
    moved = envelope.rewrap(made, keyring=NEW, aad=AAD)
    assert (moved.kek_version, moved.sealed) == (2, made.sealed)
    assert unseal(moved, keyring=NEW, aad=AAD) == b"hunter2"


@pytest.mark.parametrize("raw", [b"", b"\x01", b"\x07" + b"0" * 200])
def test_what_is_no_envelope_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        Envelope.from_bytes(raw)


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not beside this checkout")
def test_the_cipher_agrees_with_wycheproof() -> None:
    tried = 0
    for group in json.loads(VECTORS.read_text())["testGroups"]:
        if (group["ivSize"], group["keySize"], group["tagSize"]) != (96, 256, 128):
            continue
        for case in group["tests"]:
            tried += 1
            key, nonce, aad = (bytes.fromhex(case[name]) for name in ("key", "iv", "aad"))
            sealed = nonce + bytes.fromhex(case["ct"]) + bytes.fromhex(case["tag"])
            if case["result"] == "valid":
                assert envelope._decrypt(key, sealed, aad) == bytes.fromhex(case["msg"])
                assert AESGCM(key).encrypt(nonce, bytes.fromhex(case["msg"]), aad) == sealed[12:]
            else:
                with pytest.raises(CannotDecrypt):
                    envelope._decrypt(key, sealed, aad)
    assert tried > 50
