"""AES-GCM, AES key wrap with and without padding, HKDF, HMAC, one-time codes."""

import base64
import hmac
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.access import codes
from console.encryption.envelope import CannotDecrypt, Kek
from tests.conformance.vectors.published import Case, cases, document, judge

OURS = {"ivSize": 96, "keySize": 256, "tagSize": 128}


def is_ours(case: Case) -> bool:
    return all(case.group[name] == size for name, size in OURS.items())


def kek(case: Case) -> Kek:
    """A key-encryption key of the product whose context is the vector's additional data."""
    made = Kek(case.hex("key"), keyring="")
    made._bound = b""
    return made


def opened(case: Case) -> bool:
    return kek(case).unwrap(case.hex("aad"), case.hex("iv") + case.hex("ct") + case.hex("tag")) == case.hex("msg")


def test_the_envelopes_cipher_agrees_and_takes_256_bit_keys_and_96_bit_nonces_alone() -> None:
    found = judge((case for case in cases("aes_gcm") if is_ours(case)), opened, CannotDecrypt)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (39, 27)
    others = judge((case for case in cases("aes_gcm") if not is_ours(case)), opened, CannotDecrypt, ValueError)
    assert not others.accepted, "a size that is not ours was taken"
    assert others.refused.total() == 316 - 66


def test_the_cipher_itself_agrees_in_every_size_that_it_offers() -> None:
    def attempt(case: Case) -> bool:
        cipher, sealed = AESGCM(case.hex("key")), case.hex("ct") + case.hex("tag")
        clear = cipher.decrypt(case.hex("iv"), sealed, case.hex("aad"))
        again = cipher.encrypt(case.hex("iv"), case.hex("msg"), case.hex("aad"))
        return clear == case.hex("msg") and again == sealed

    odd_nonce = {"SmallIv", "LongIv"}

    def differs(case: Case) -> bool:
        """The library takes nonces of 8 to 128 bytes, as OpenSSL does, and refuses the others."""
        return case.result == "valid" and bool(case.flags & odd_nonce) and not 64 <= case.group["ivSize"] <= 1024

    found = judge(cases("aes_gcm"), attempt, InvalidTag, ValueError, differs=differs)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["valid"], found.refused["invalid"]) == (202, 27, 87)


@pytest.mark.parametrize(
    ("name", "wrap", "unwrap", "counts"),
    [
        ("aes_wrap", keywrap.aes_key_wrap, keywrap.aes_key_unwrap, (36, 126)),
        ("aes_kwp", keywrap.aes_key_wrap_with_padding, keywrap.aes_key_unwrap_with_padding, (77, 177)),
    ],
)
def test_key_wrap_agrees(name: str, wrap: Any, unwrap: Any, counts: tuple[int, int]) -> None:
    def attempt(case: Case) -> bool:
        if unwrap(case.hex("key"), case.hex("ct")) != case.hex("msg"):
            return False
        return bool(wrap(case.hex("key"), case.hex("msg")) == case.hex("ct"))

    found = judge(cases(name), attempt, keywrap.InvalidUnwrap, ValueError)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == counts
    assert found.accepted["acceptable"] == 0, "a key of 64 bits was taken"


@pytest.mark.parametrize(
    ("section", "wrap", "unwrap"),
    [
        ("rfc3394_section_4", keywrap.aes_key_wrap, keywrap.aes_key_unwrap),
        ("rfc5649_section_6", keywrap.aes_key_wrap_with_padding, keywrap.aes_key_unwrap_with_padding),
    ],
)
def test_key_wrap_agrees_with_its_rfc(section: str, wrap: Any, unwrap: Any) -> None:
    examples = document("rfc_examples")[section]["tests"]
    assert len(examples) == {"rfc3394_section_4": 6, "rfc5649_section_6": 2}[section]
    for example in examples:
        kek_, key, wrapped = (bytes.fromhex(example[part]) for part in ("kek", "key", "wrapped"))
        assert wrap(kek_, key) == wrapped
        assert unwrap(kek_, wrapped) == key


def test_hkdf_agrees() -> None:
    def attempt(case: Case) -> bool:
        derived = HKDF(hashes.SHA256(), case.body["size"], case.hex("salt") or None, case.hex("info"))
        return derived.derive(case.hex("ikm")) == case.hex("okm")

    found = judge(cases("hkdf_sha256"), attempt, ValueError)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (83, 3)


def test_hmac_agrees() -> None:
    def attempt(case: Case) -> bool:
        tag = hmac.digest(case.hex("key"), case.hex("msg"), "sha256")[: case.group["tagSize"] // 8]
        if not hmac.compare_digest(tag, case.hex("tag")):
            raise InvalidTag
        return True

    found = judge(cases("hmac_sha256"), attempt, InvalidTag)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (66, 108)


def test_one_time_codes_agree_with_rfc_6238() -> None:
    import hashlib

    examples = document("rfc_examples")["rfc6238_appendix_b"]["tests"]
    assert len(examples) == 18
    for example in examples:
        secret = base64.b32encode(example["secret_ascii"].encode()).decode()
        digest = getattr(hashlib, example["algorithm"].lower())
        totp = pyotp.TOTP(secret, digits=example["digits"], digest=digest)
        assert totp.at(example["time"]) == example["code"]


def test_our_six_digit_codes_are_the_last_six_of_the_rfcs_with_sha1() -> None:
    tried = 0
    for example in document("rfc_examples")["rfc6238_appendix_b"]["tests"]:
        secret = base64.b32encode(example["secret_ascii"].encode()).decode()
        at = datetime.fromtimestamp(example["time"], UTC)
        counter = codes.matching_counter(secret, example["code"][-codes.DIGITS :], at=at)
        if example["algorithm"] == "SHA1":
            tried += 1
            assert counter == example["time"] // codes.PERIOD_SECONDS
        else:
            assert counter is None, "another hash than SHA-1 was taken"
    assert tried == 6
