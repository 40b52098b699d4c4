"""Mutual TLS between two regions over a real socket on loopback, as their apps would talk."""

import socket
import ssl
import threading
from pathlib import Path

from cryptography import x509

from tests.unit.certificates.world import PaperRegion

HELLO = b"hello"


class HandshakeRefused(Exception):
    """One side did not accept the other."""


def talk(client: PaperRegion, server: PaperRegion, app: str = "ledger.core") -> None:
    """Let `client` call `server`: each shows its leaf and judges the other's. Raise HandshakeRefused."""
    listener = socket.create_server(("127.0.0.1", 0))
    failures: list[str] = []
    serving = threading.Thread(target=_serve, args=(listener, server, client, app, failures), daemon=True)
    serving.start()
    try:
        _call(listener.getsockname()[1], client, server, app)
    except (OSError, HandshakeRefused) as error:
        failures.append(f"{client.name} refuses {server.name}: {error}")
    finally:
        listener.close()
        serving.join(timeout=10)
    if failures:
        raise HandshakeRefused("; ".join(failures))


def both_ways(one: PaperRegion, other: PaperRegion, *, app: str = "ledger.core") -> None:
    talk(one, other, app)
    talk(other, one, app)


def _serve(listener: socket.socket, me: PaperRegion, peer: PaperRegion, app: str, failures: list[str]) -> None:
    try:
        raw, _ = listener.accept()
        with raw, _context(me, app, ssl.PROTOCOL_TLS_SERVER).wrap_socket(raw, server_side=True) as wrapped:
            _judge(me, peer, wrapped, app)
            wrapped.sendall(wrapped.recv(len(HELLO)))
    except (OSError, HandshakeRefused) as error:
        failures.append(f"{me.name} refuses {peer.name}: {error}")


def _call(port: int, me: PaperRegion, peer: PaperRegion, app: str) -> None:
    context = _context(me, app, ssl.PROTOCOL_TLS_CLIENT)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname=_host(peer, app)) as wrapped,
    ):
        _judge(me, peer, wrapped, app)
        wrapped.sendall(HELLO)
        if wrapped.recv(len(HELLO)) != HELLO:
            raise HandshakeRefused("the answer is cut")


def _context(region: PaperRegion, app: str, protocol: int) -> ssl.SSLContext:
    """What the region holds now: its bundle, its leaf, the authority that it sends beside it."""
    holds = region.certificates.holds
    leaf = holds.leaves[app]
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=holds.trusted)
    pair = Path(region.folder) / "handshake.pem"
    pair.write_text(leaf.key + leaf.certificate + leaf.above)
    context.load_cert_chain(pair)
    return context


def _judge(me: PaperRegion, peer: PaperRegion, wrapped: ssl.SSLSocket, app: str) -> None:
    """What OpenSSL does not look at here: the client's name, and the lists that the region holds."""
    told = wrapped.getpeercert(binary_form=True)
    assert told is not None
    certificate = x509.load_der_x509_certificate(told)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if names.get_values_for_type(x509.DNSName) != [_host(peer, app)]:
        raise HandshakeRefused("another name")
    if me.certificates.refuses(certificate):
        raise HandshakeRefused("revoked")


def _host(region: PaperRegion, app: str) -> str:
    name, _, project = app.partition(".")
    return f"{name}.{project}.svc.{region.recipient.host}"
