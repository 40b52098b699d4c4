"""What each kind of secret demands; nothing that is refused repeats a value."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from secrets_app.contents import (
    LARGEST_SECRET,
    LONGEST_TEXT,
    MOST_KEYS,
    ContentsUnusable,
    checked,
    form_of,
    from_text,
    merged,
    to_text,
)
from secrets_app.kinds import ALGORITHMS, algorithm_of, examined, generated
from tests.unit.secrets_app.certificates import certificate, key, pem_of

CANARY = b"canary-51c07-value"


def test_a_certificate_and_its_key_match() -> None:
    private = key()
    found = examined("tls", {"tls.crt": certificate(private), "tls.key": pem_of(private)})
    assert found.detail == "api.example.com, ECDSA P-256"
    assert found.expires_at is not None


def test_the_key_of_another_certificate_is_refused() -> None:
    with pytest.raises(ContentsUnusable, match="not that of the certificate") as refused:
        examined("tls", {"tls.crt": certificate(key()), "tls.key": pem_of(key())})
    assert refused.value.key == "tls.key"


def test_a_chain_expires_with_its_first_certificate_to_expire_and_is_in_order() -> None:
    private, above = key(), key()
    leaf = certificate(private, issuer="issuer", days=300)
    issuer = certificate(above, name="issuer", ca=True, days=30)
    pair = {"tls.key": pem_of(private)}
    found = examined("tls", {**pair, "tls.crt": leaf + issuer})
    assert found.expires_at is not None
    assert 28 <= (found.expires_at - __import__("datetime").datetime.now(found.expires_at.tzinfo)).days <= 30
    with pytest.raises(ContentsUnusable, match="not in order"):
        examined("tls", {**pair, "tls.crt": leaf + certificate(above, name="stranger", ca=True)})


def test_a_key_under_a_passphrase_is_refused() -> None:
    private = key()
    with pytest.raises(ContentsUnusable, match="unencrypted private key"):
        examined("tls", {"tls.crt": certificate(private), "tls.key": pem_of(private, b"secret")})


def test_a_weak_key_is_refused() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    with pytest.raises(ContentsUnusable, match="too weak"):
        examined("asymmetric", {"private-key": pem_of(weak)})


@pytest.mark.parametrize("ca", [False, None])
def test_an_authority_is_one(ca: bool | None) -> None:
    with pytest.raises(ContentsUnusable, match="not of an authority"):
        examined("tls-ca", {"ca.crt": certificate(key(), ca=ca)})
    assert examined("tls-ca", {"ca.crt": certificate(key(), ca=True)}).expires_at is not None


@pytest.mark.parametrize("size", [0, 1, 15, 31, 33, 65])
def test_a_symmetric_key_has_a_usual_length(size: int) -> None:
    with pytest.raises(ContentsUnusable):
        examined("symmetric", {"key": b"\xff" * size})


def test_the_public_half_and_the_key_id_follow_from_the_private_key() -> None:
    found = examined("asymmetric", generated("asymmetric", "ecdsa-p256"))
    assert set(found.contents) == {"private-key", "public-key", "key-id"}
    assert len(found.contents["key-id"]) == 43


@pytest.mark.parametrize(
    ("kind", "algorithm"), [(kind, name) for kind, names in ALGORITHMS.items() for name in names]
)
def test_what_the_console_makes_it_makes_again_alike(kind: str, algorithm: str) -> None:
    first = examined(kind, generated(kind, algorithm))
    assert algorithm_of(first.detail) == algorithm
    assert examined(kind, generated(kind, algorithm)).contents != first.contents


@pytest.mark.parametrize("kind", ["tls", "tls-ca", "symmetric", "asymmetric"])
@pytest.mark.parametrize(
    "raw",
    [CANARY, b"-----BEGIN CERTIFICATE-----\n" + CANARY, b"\x00\xff" + CANARY, b"-----BEGIN PRIVATE KEY-----\n"],
)
def test_rubbish_is_refused_in_a_sentence_without_the_value(kind: str, raw: bytes) -> None:
    names = {
        "tls": ("tls.crt", "tls.key"),
        "tls-ca": ("ca.crt",),
        "symmetric": ("key",),
        "asymmetric": ("private-key",),
    }
    with pytest.raises(ContentsUnusable) as refused:
        examined(kind, dict.fromkeys(names[kind], raw))
    assert CANARY.decode() not in f"{refused.value} {refused.value.todo} {refused.value.__cause__}"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "at least one key"),
        ({"": b"x"}, "cannot be a key"),
        ({"a b": b"x"}, "cannot be a key"),
        ({"a\n": b"x"}, "cannot be a key"),
        ({"ä": b"x"}, "cannot be a key"),
        ({"k" * 254: b"x"}, "cannot be a key"),
        ({"k": b""}, "no value"),
        ({"k": b"x" * (LONGEST_TEXT + 1)}, "at most 65,536"),
        ({f"k{number}": b"x" for number in range(MOST_KEYS + 1)}, "more than the 128"),
        ({"k": b"\xff" * LARGEST_SECRET}, "more than the 524,288"),
    ],
)
def test_limits_are_said(given: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(ContentsUnusable, match=sentence):
        checked(given)


def test_every_byte_survives_being_written_down() -> None:
    values = {"binary": bytes(range(256)), "text": "å\r\n".encode(), "zero": b"\x00"}
    assert from_text(to_text(values)) == values


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"format": 2, "values": {}}', '{"format": 1, "values": {"a": "!"}}']
)
def test_a_stored_value_of_another_shape_is_refused_unseen(text: str) -> None:
    with pytest.raises(ContentsUnusable):
        from_text(text)


def test_forms_are_told_apart() -> None:
    assert form_of(b"plain") == "text"
    assert form_of(base64.b64decode("//79")) == "binary"
    assert form_of(b"-----BEGIN X-----") == "PEM"
    assert form_of(b"bell \x07") == "binary"


def test_merging_keeps_the_order_and_drops_what_is_removed() -> None:
    assert list(merged({"a": b"1", "b": b"2"}, {"c": b"3", "a": b"4"}, {"b"})) == ["a", "c"]
