"""Of a request, only its key and the names it may have are taken, and only with proof of the key."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from secrets_app.pki import requests
from secrets_app.pki.keys import KeySigner
from secrets_app.pki.refusals import Reason, RequestRefused
from tests.unit.pki.world import APP_HOST, signer

PEM = serialization.Encoding.PEM
EMPTY = x509.Name([])


def armoured(der: bytes) -> bytes:
    begin, end = b"-----BEGIN CERTIFICATE REQUEST-----\n", b"-----END CERTIFICATE REQUEST-----\n"
    return begin + base64.encodebytes(der) + end


def point(key: KeySigner) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def refusal(pem: bytes, *may_have: str) -> Reason:
    with pytest.raises(RequestRefused) as refused:
        requests.checked(pem, may_have=may_have)
    return refused.value.reason


def test_a_request_gives_its_key_and_its_names() -> None:
    key = signer()
    found = requests.checked(requests.request(key, [APP_HOST]), may_have=[APP_HOST, "other.example"])
    assert (found.public_key, found.names) == (key.public_key(), (APP_HOST,))


def test_subject_and_other_extensions_of_a_request_are_never_looked_at() -> None:
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root of everything")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=9), critical=True)
        .sign(signer().key, hashes.SHA256())
    )
    assert requests.checked(made.public_bytes(PEM)).names == ()


def test_a_name_that_it_may_not_have_is_refused() -> None:
    assert refusal(requests.request(signer(), [APP_HOST])) is Reason.WRONG_NAME
    assert refusal(requests.request(signer(), [APP_HOST, "evil.example"]), APP_HOST) is Reason.WRONG_NAME
    assert refusal(requests.request(signer(), ["*." + APP_HOST]), APP_HOST) is Reason.WRONG_NAME


def test_a_name_that_is_no_host_is_refused() -> None:
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(EMPTY)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("alice@example.com")]), critical=False)
        .sign(signer().key, hashes.SHA256())
    )
    assert refusal(made.public_bytes(PEM), "alice@example.com") is Reason.WRONG_NAME


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["p384", "secp256k1", "rsa"],
)
def test_another_key_than_p256_is_refused(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    made = x509.CertificateSigningRequestBuilder().subject_name(EMPTY).sign(key, hashes.SHA256())
    assert refusal(made.public_bytes(PEM)) is Reason.WEAK_KEY


def test_an_ed25519_key_is_refused() -> None:
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(EMPTY)
        .sign(ed25519.Ed25519PrivateKey.generate(), None)
    )
    assert refusal(made.public_bytes(PEM)) is Reason.WEAK_KEY


def test_another_hash_than_sha256_is_refused() -> None:
    made = x509.CertificateSigningRequestBuilder().subject_name(EMPTY).sign(signer().key, hashes.SHA384())
    assert refusal(made.public_bytes(PEM)) is Reason.WRONG_SIGNATURE


def test_a_request_without_proof_of_possession_is_refused() -> None:
    """The attacker has a victim's public key, and signs with a key of his own."""
    victim = requests.request(signer(), [])
    der = bytearray(x509.load_pem_x509_csr(victim).public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    assert refusal(armoured(bytes(der))) is Reason.WRONG_SIGNATURE


def test_a_swapped_key_is_refused() -> None:
    """A thief puts his key in the place of the one that signed."""
    one, other = signer(), signer()
    der = x509.load_pem_x509_csr(requests.request(one)).public_bytes(serialization.Encoding.DER)
    swapped = der.replace(point(one), point(other))
    assert swapped != der
    assert refusal(armoured(swapped)) is Reason.WRONG_SIGNATURE


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"hello",
        b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        b"-----BEGIN CERTIFICATE REQUEST-----\n" + b"A" * 20_000,
        requests.request(signer()) * 2,
    ],
    ids=["empty", "text", "no_der", "too_long", "two"],
)
def test_what_is_no_single_request_is_refused(pem: bytes) -> None:
    assert refusal(pem) is Reason.MALFORMED
