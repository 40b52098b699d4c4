import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509 import verification

from sandbox import certificates

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def chains(folder: Path, certificate: Path, name: str) -> bool:
    root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([root]))
        .time(NOW)
        .build_server_verifier(x509.DNSName(name))
    )
    return len(verifier.verify(leaf, [])) == 2


def test_the_listener_is_trusted_by_the_authority_of_the_checkout(tmp_path: Path) -> None:
    certificate, key = certificates.ensure(tmp_path, now=NOW)
    assert chains(tmp_path, certificate, "localhost")
    assert key.stat().st_mode & 0o777 == 0o600
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)


def test_the_pair_is_kept_until_a_month_before_its_end(tmp_path: Path) -> None:
    certificate, _ = certificates.ensure(tmp_path, now=NOW)
    first = certificate.read_bytes()
    certificates.ensure(tmp_path, now=NOW + timedelta(days=50))
    assert certificate.read_bytes() == first
    certificates.ensure(tmp_path, now=NOW + timedelta(days=70))
    assert certificate.read_bytes() != first
