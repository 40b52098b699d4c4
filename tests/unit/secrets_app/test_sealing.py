"""Sealed documents open in one place alone; RFC 7516, 7518 and 7638."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey

from secrets_app.contents import LARGEST_SECRET
from secrets_app.sealing import Place, SealRefused, checked_key, seal, unseal

KEY = ECKey.generate_key("P-256")
PUBLIC, KEY_ID = checked_key(json.dumps(KEY.as_dict(private=False)))
PLACE = Place("org", "region", "secret", 3)
PLAIN = b"\x00value\xff"


def header_of(document: str) -> dict[str, Any]:
    part = document.split(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_what_was_sealed_opens_with_the_regions_key() -> None:
    assert unseal(seal(PLAIN, public_key=PUBLIC, place=PLACE), private_key=KEY, place=PLACE) == PLAIN


def test_the_header_says_for_whom_and_what_and_the_key_by_its_thumbprint() -> None:
    header = header_of(seal(PLAIN, public_key=PUBLIC, place=PLACE))
    assert header["kid"] == KEY_ID == KEY.thumbprint()
    assert (header["alg"], header["enc"]) == ("ECDH-ES", "A256GCM")
    assert (header["org"], header["region"], header["secret"], header["version"]) == ("org", "region", "secret", 3)


def test_each_seal_has_an_ephemeral_key_of_its_own() -> None:
    one, two = (header_of(seal(PLAIN, public_key=PUBLIC, place=PLACE))["epk"] for _ in range(2))
    assert one != two


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """Its example is RSA; for EC: SHA-256 over the required members in lexical order."""
    import hashlib

    members = {name: KEY.as_dict(private=False)[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == KEY_ID


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, org_id="other"),
        replace(PLACE, region_id="other"),
        replace(PLACE, secret_id="other"),
        replace(PLACE, version=2),
    ],
)
def test_a_document_in_another_place_is_refused(elsewhere: Place) -> None:
    document = seal(PLAIN, public_key=PUBLIC, place=PLACE)
    with pytest.raises(SealRefused):
        unseal(document, private_key=KEY, place=elsewhere)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealRefused):
        unseal(seal(PLAIN, public_key=PUBLIC, place=PLACE), private_key=ECKey.generate_key("P-256"), place=PLACE)


def test_every_part_is_authenticated() -> None:
    document = seal(PLAIN, public_key=PUBLIC, place=PLACE)
    for at in range(0, len(document), 7):
        if document[at] == ".":
            continue
        changed = document[:at] + ("A" if document[at] != "A" else "B") + document[at + 1 :]
        with pytest.raises(SealRefused):
            unseal(changed, private_key=KEY, place=PLACE)


@pytest.mark.parametrize("document", ["", "a.b.c.d.e", ".....", "x" * 100, "e30....", b"\xff.a.a.a.a"])
def test_what_is_no_document_is_refused(document: str | bytes) -> None:
    with pytest.raises(SealRefused):
        unseal(document, private_key=KEY, place=PLACE)


def test_other_algorithms_are_refused() -> None:
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": KEY_ID}
    with pytest.raises(SealRefused):
        unseal(jwe.encrypt_compact(header, PLAIN, KEY), private_key=KEY, place=PLACE)


def test_the_largest_secret_fits() -> None:
    from secrets_app.contents import to_text

    text = to_text({"file": b"\xff" * (LARGEST_SECRET - 4)}).encode()
    assert unseal(seal(text, public_key=PUBLIC, place=PLACE), private_key=KEY, place=PLACE) == text
