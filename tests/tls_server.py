"""A TLS server on a port of loopback, with certificates that a test made."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
HOST = "localhost"


@dataclass(frozen=True)
class Pair:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def name(common: str, organization: str = "") -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organization:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(attributes)


def certificate(
    subject: x509.Name,
    by: Pair | None,
    *,
    authority: bool,
    host: str = HOST,
    begins: timedelta = -30 * DAY,
    ends: timedelta = 60 * DAY,
) -> Pair:
    """Issue by `by`, or by itself; times count from now."""
    now, key = datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
    issuer = by.certificate.subject if by else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    signer = by or Pair(None, key)  # type: ignore[arg-type]  # its own issuer
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), critical=False
    )
    return Pair(builder.sign(signer.key, hashes.SHA256()), key)


@dataclass(frozen=True)
class PublicAuthority:
    """A root that clients trust, and the authority below it that issues."""

    root: Pair
    issuing: Pair
    trusted: str
    """Path of the root in PEM."""

    def issue(self, host: str = HOST, *, begins: timedelta = -30 * DAY, ends: timedelta = 60 * DAY) -> Pair:
        return certificate(name(host), self.issuing, authority=False, host=host, begins=begins, ends=ends)


def public_authority(folder: Path) -> PublicAuthority:
    root = certificate(name("Public Root X1", "Public Trust"), None, authority=True)
    issuing = certificate(name("R11", "Let's Encrypt"), root, authority=True)
    (folder / "public.pem").write_bytes(root.pem)
    return PublicAuthority(root, issuing, str(folder / "public.pem"))


@contextmanager
def serving(folder: Path, own: Pair, *above: Pair) -> Iterator[int]:
    """Serve `own` with the certificates above it; yield the port. Connections are shaken and closed."""
    file = folder / f"{own.certificate.serial_number}.pem"
    key = own.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(key + own.pem + b"".join(each.pem for each in above))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, context), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread: closing alone would leave it listening


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(plain, server_side=True) as tls:
                tls.recv(1)
        except OSError:
            plain.close()
