"""RSA as a customer's certificate authority or identity provider uses it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.conformance.vectors.published import Case, cases, judge

SHA256 = hashes.SHA256()


def public(der: bytes) -> rsa.RSAPublicKey:
    key = serialization.load_der_public_key(der)
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def test_pkcs1_signatures_agree() -> None:
    def attempt(case: Case) -> bool:
        public(case.of_group("publicKeyDer")).verify(case.hex("sig"), case.hex("msg"), padding.PKCS1v15(), SHA256)
        return True

    found = judge(cases("rsa_signature_2048_sha256"), attempt, InvalidSignature)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"], found.refused["acceptable"]) == (9, 249, 1)


def test_pss_signatures_agree() -> None:
    def attempt(case: Case) -> bool:
        scheme = padding.PSS(padding.MGF1(SHA256), case.group["sLen"])
        public(case.of_group("publicKeyDer")).verify(case.hex("sig"), case.hex("msg"), scheme, SHA256)
        return True

    found = judge(cases("rsa_pss_2048_sha256_mgf1_32"), attempt, InvalidSignature)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (63, 45)


def test_oaep_agrees() -> None:
    def attempt(case: Case) -> bool:
        key = serialization.load_der_private_key(case.of_group("privateKeyPkcs8"), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        scheme = padding.OAEP(padding.MGF1(SHA256), SHA256, case.hex("label") or None)
        return key.decrypt(case.hex("ct"), scheme) == case.hex("msg")

    found = judge(cases("rsa_oaep_2048_sha256_mgf1sha256"), attempt, ValueError)
    assert found.wrongly == ()
    assert (found.accepted["valid"], found.refused["invalid"]) == (18, 19)
