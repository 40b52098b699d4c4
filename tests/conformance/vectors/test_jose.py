"""JSON Web Encryption, Key and Signature (RFC 7516 to 7518), as the product calls the library."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, KeySet, import_key

from secrets_app import sealing
from secrets_app.sealing import KeyUnusable, Place, SealRefused
from tests.conformance.vectors.published import Case, cases, judge

ENCRYPTED = ("json_web_encryption", "json_web_crypto")
SIGNED = ("json_web_signature", "json_web_key", "json_web_crypto")
REFUSALS = (JoseError, ValueError, KeyError, TypeError)
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
"""The library warns of old algorithms and short keys; here the verdict alone counts."""

PLACE = Place("org", "region", "secret", 1)


def with_part(names: tuple[str, ...], part: str) -> Iterator[Case]:
    return (case for name in names for case in cases(name) if part in case.body)


def content_of(case: Case) -> str:
    """The content encryption that belongs to a document: published, or the one of its first valid sibling."""
    return str(case.body.get("enc") or json.loads(_decoded(case.group["tests"][0]["jwe"]))["enc"])


def _decoded(document: str) -> bytes:
    head = document.split(".")[0]
    return base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))


def test_encrypted_documents_agree_when_only_the_keys_own_algorithm_is_allowed() -> None:
    def attempt(case: Case) -> bool:
        algorithm = {"A128GCM": "dir"}.get(case.group["private"]["alg"], case.group["private"]["alg"])
        registry = JWERegistry(algorithms=[algorithm, content_of(case)])
        opened = jwe.decrypt_compact(case.body["jwe"], import_key(case.group["private"]), registry=registry)
        return "pt" not in case.body or opened.plaintext == case.hex("pt")

    def differs(case: Case) -> bool:
        """Compression is not allowed: it says something of the content by its length."""
        return "CompressedPlaintext" in case.flags

    found = judge(with_part(ENCRYPTED, "jwe"), attempt, *REFUSALS, differs=differs)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["valid"], found.refused["invalid"]) == (66, 1, 106)


def test_what_is_sealed_opens_by_the_library_alone_and_a_published_document_of_our_kind_opens_too() -> None:
    """The library reads what the product seals; what the product reads is of its own kind alone."""
    ours = [
        case
        for case in with_part(ENCRYPTED, "jwe")
        if (case.group["private"].get("alg"), case.body.get("enc")) == (sealing.ALGORITHM, sealing.ENCRYPTION)
        and case.group["private"]["crv"] == sealing.CURVE
    ]
    assert ours
    registry = JWERegistry(algorithms=[sealing.ALGORITHM, sealing.ENCRYPTION])
    for case in ours:
        opened = jwe.decrypt_compact(case.body["jwe"], import_key(case.group["private"]), registry=registry)
        assert opened.plaintext == case.hex("pt")
        key = ECKey.import_key(case.group["private"])
        public, _ = sealing.checked_key(json.dumps(key.as_dict(private=False)))
        sealed = sealing.seal(case.hex("pt"), public_key=public, place=PLACE)
        assert sealing.unseal(sealed, private_key=key, place=PLACE) == case.hex("pt")


def test_no_published_document_passes_for_a_secret_of_ours() -> None:
    key = ECKey.generate_key("P-256")
    tried = 0
    for case in with_part(ENCRYPTED, "jwe"):
        private = case.group["private"]
        of_p256 = private.get("crv") == sealing.CURVE
        tried += 1
        with pytest.raises(SealRefused):
            sealing.unseal(
                case.body["jwe"], private_key=ECKey.import_key(private) if of_p256 else key, place=PLACE
            )
    assert tried == 173


def verified(case: Case) -> bool:
    public = case.group.get("public") or case.group["private"]
    if "keys" in public:
        keys = KeySet.import_key_set(public)
        allowed = sorted({each["alg"] for each in public["keys"] if "alg" in each})
        jws.deserialize_compact(case.body["jws"], keys, algorithms=allowed)
    else:
        jws.deserialize_compact(
            case.body["jws"], import_key(public), algorithms=[public["alg"]] if "alg" in public else []
        )
    return True


TAKEN = {
    "invalidBase64Padding": "padding after base64url changes nothing of what is signed",
    "invalidBase64PaddingInPayload": "as above",
    "rejectsKeyWithRocaVulnerability": "a weak key of an identity provider is that provider's to replace",
    "rejects1024bitRsaKey": "as above; the library warns",
    "key_too_short": "as above; the library warns",
}
LEFT = {
    "Figure20": "the key says PS256, the token PS384",
    "Figure27": "the key says ES521, which is no algorithm",
    "InvalidCharacterInsertedInHeader": "RFC 7515 ignores nothing in base64url",
    "InvalidCharacterInsertedInPayload": "as above",
}
MIXED = {"MixedKeySet", "JsonWebKeyset"}
"""Key sets of both symmetric and asymmetric keys: refused by choosing keys of one kind, below."""


def test_signed_documents_agree_when_only_the_keys_own_algorithm_is_allowed() -> None:
    def differs(case: Case) -> bool:
        if case.result == "invalid":
            return (
                case.body["comment"] in TAKEN
                or case.group["comment"] in TAKEN
                or (case.body["comment"] == "rejectsValid" and bool(case.flags & MIXED))
            )
        return case.body["comment"] in LEFT

    found = judge(with_part(SIGNED, "jws"), verified, *REFUSALS, differs=differs)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["valid"]) == (49, 6)
    assert found.accepted["invalid"] == 10


def test_a_symmetric_key_in_a_public_set_is_never_used_when_the_algorithms_are_asymmetric() -> None:
    """How a published key set is read: the algorithms are named by the reader, not by the set."""
    for case in with_part(SIGNED, "jws"):
        if case.body["comment"] == "rejectsValid" and case.flags & MIXED:
            keys = KeySet.import_key_set(case.group["private"])
            with pytest.raises(JoseError):
                jws.deserialize_compact(case.body["jws"], keys, algorithms=["ES256", "RS256", "PS256"])


def test_a_regions_public_key_is_a_point_of_the_curve() -> None:
    def offered(case: Case) -> dict[str, Any]:
        point = case.hex("public")
        if len(point) != 65:
            raise KeyUnusable("not an uncompressed point of the curve: a JWK cannot carry it")
        x, y = (base64.urlsafe_b64encode(half).rstrip(b"=").decode() for half in (point[1:33], point[33:]))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def attempt(case: Case) -> bool:
        sealing.checked_key(json.dumps(offered(case)))
        return True

    found = judge(cases("ecdh_secp256r1_ecpoint"), attempt, KeyUnusable)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (330, 24)


@pytest.mark.parametrize("comment", ["invalid_point", "wrong_curve", "wrong_kty", "invalid_algorithm"])
def test_a_published_key_with_a_flaw_is_no_regions_key(comment: str) -> None:
    (case,) = (case for case in cases("json_web_key") if case.group["comment"] == comment)
    for key in case.group["public"]["keys"]:
        if comment == "invalid_algorithm":
            sealing.checked_key(json.dumps(key))  # the point is good: only its members of the point are taken
            continue
        with pytest.raises(KeyUnusable):
            sealing.checked_key(json.dumps(key))
