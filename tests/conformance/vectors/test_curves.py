"""ECDSA and ECDH on P-256, Ed25519, X25519."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from secrets_app.pki import keys
from tests.conformance.vectors.published import Case, cases, judge


def p256(der: bytes) -> ec.EllipticCurvePublicKey:
    key = serialization.load_der_public_key(der)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def test_signatures_of_certificates_agree() -> None:
    def attempt(case: Case) -> bool:
        if not keys.verifies(p256(case.of_group("publicKeyDer")), case.hex("sig"), case.hex("msg")):
            raise InvalidSignature
        return True

    found = judge(cases("ecdsa_secp256r1_sha256"), attempt, InvalidSignature)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (174, 310)


def test_signatures_in_tokens_agree() -> None:
    """ES256 of RFC 7518, 3.4: r and s of 32 bytes each, IEEE P1363 in other words."""
    algorithm = JWSRegistry.algorithms["ES256"]

    def attempt(case: Case) -> bool:
        key = ECKey.import_key(case.group["publicKeyPem"])
        if not algorithm.verify(case.hex("msg"), case.hex("sig"), key):
            raise InvalidSignature
        return True

    found = judge(cases("ecdsa_secp256r1_sha256_p1363"), attempt, InvalidSignature)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (173, 89)


def shared_secret(private: str, public: ec.EllipticCurvePublicKey) -> bytes:
    key = ec.derive_private_key(int(private, 16), keys.CURVE)
    return key.exchange(ec.ECDH(), public)


def test_key_agreement_agrees_and_takes_no_other_encoding_of_a_key() -> None:
    def attempt(case: Case) -> bool:
        key = serialization.load_der_public_key(case.hex("public"))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise UnsupportedAlgorithm("another kind of key")
        return shared_secret(case.body["private"], key) == case.hex("shared")

    found = judge(cases("ecdh_secp256r1"), attempt, ValueError, UnsupportedAlgorithm)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (330, 52)
    assert set(found.lenient) <= {"CompressedPoint", "CompressedPublic"}, "explicit curve parameters were taken"


def test_key_agreement_with_a_bare_point_agrees() -> None:
    def attempt(case: Case) -> bool:
        public = ec.EllipticCurvePublicKey.from_encoded_point(keys.CURVE, case.hex("public"))
        return shared_secret(case.body["private"], public) == case.hex("shared")

    found = judge(cases("ecdh_secp256r1_ecpoint"), attempt, ValueError)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (330, 24)


def test_ed25519_agrees() -> None:
    def attempt(case: Case) -> bool:
        key = serialization.load_der_public_key(case.of_group("publicKeyDer"))
        assert isinstance(key, ed25519.Ed25519PublicKey)
        key.verify(case.hex("sig"), case.hex("msg"))
        return True

    found = judge(cases("ed25519"), attempt, InvalidSignature)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (88, 63)


def test_x25519_agrees_and_refuses_a_secret_of_zeros() -> None:
    def attempt(case: Case) -> bool:
        key = x25519.X25519PrivateKey.from_private_bytes(case.hex("private"))
        return key.exchange(x25519.X25519PublicKey.from_public_bytes(case.hex("public"))) == case.hex("shared")

    found = judge(cases("x25519"), attempt, ValueError)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["acceptable"]) == (264, 31)
    assert "ZeroSharedSecret" not in found.lenient
