"""Leaves of mutual TLS, from the PEM of a request to the PEM of a certificate, against the bare library.

Both parse the request, check its proof of possession, sign a certificate with the same extensions and write
it; ours also judges key, names and issuer.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from secrets_app.pki import issue, names, pem, requests
from secrets_app.pki.issue import Issuer
from secrets_app.pki.keys import KeySigner, generate
from tests.benchmarks.catalogue import say

NUMBER = 1_500
ROUNDS = 5
NOW = datetime.now(UTC)
HOST = "prod-eu-central-1.byoc.norrland.example"
APP = names.app_host("ledger", "core", HOST)
CRL = "http://crl.byoc.norrland.example/prod.crl"


def region() -> Issuer:
    root, key = KeySigner(generate()), KeySigner(generate())
    top = issue.self_signed_root(root, names.authority("Norrland Bank", "root", root.public_key()), NOW)
    made = issue.sign_intermediate(
        requests.checked(requests.request(key)),
        Issuer.of(top, root),
        subject=names.authority("Norrland Bank", "prod", key.public_key()),
        region_host=HOST,
        now=NOW,
    )
    return Issuer.of(made, key)


ISSUER = region()
TEMPLATE = [
    (each.value, each.critical)
    for each in issue.sign_leaf(
        requests.checked(requests.request(KeySigner(generate()), [APP]), may_have=[APP]),
        ISSUER,
        host=APP,
        now=NOW,
        crl_url=CRL,
    ).extensions
    if not isinstance(each.value, x509.SubjectKeyIdentifier)
]


def ours(csr: bytes) -> bytes:
    request = requests.checked(csr, may_have=(APP,))
    return pem.bundle([issue.sign_leaf(request, ISSUER, host=APP, now=NOW, crl_url=CRL)])


def bare(csr: bytes) -> bytes:
    request = x509.load_pem_x509_csr(csr)
    assert request.is_signature_valid
    key = request.public_key()
    certificate = ISSUER.certificate
    builder = (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .issuer_name(certificate.subject)
        .subject_name(x509.Name([]))
        .not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(certificate.not_valid_after_utc)
        .public_key(key)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    for extension, critical in TEMPLATE:
        builder = builder.add_extension(extension, critical)
    made = builder.sign(ISSUER.signer.key, hashes.SHA256())  # type: ignore[attr-defined]  # a key in memory
    return made.public_bytes(serialization.Encoding.PEM)


def rate(issuing: Callable[[bytes], bytes], csrs: Sequence[bytes]) -> float:
    """Certificates per second, on one core."""
    started = time.perf_counter()
    for csr in csrs:
        issuing(csr)
    return len(csrs) / (time.perf_counter() - started)


def main() -> None:
    csrs = [requests.request(KeySigner(generate()), [APP]) for _ in range(NUMBER)]
    rate(ours, csrs[:100])
    rate(bare, csrs[:100])
    pairs = [(rate(ours, csrs), rate(bare, csrs)) for _ in range(ROUNDS)]
    ratios = sorted(mine / other for mine, other in pairs)
    value = sorted(mine for mine, _ in pairs)[ROUNDS // 2]
    say("certificates", value=value, unit="certificates/s", ratio=ratios[ROUNDS // 2], against="bare_cryptography")
