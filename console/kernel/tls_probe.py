"""What a TLS server shows to whoever asks, and whether it is believed. Nothing is sent but the handshake.

Addresses are judged as for every outgoing call (`console.kernel.egress`).
"""

import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass

import httpx

from console.kernel.egress import EgressFailed, judged_addresses

TIMEOUT_SECONDS = 10.0
BELIEVED = 0


@dataclass(frozen=True, slots=True)
class Shown:
    chain: tuple[bytes, ...]
    """DER of every certificate that the server sent, its own first."""
    refusal: int
    """Why it is not believed: OpenSSL's verification code (`man openssl-verification-options`); 0 if it is."""
    refused_because: str
    protocol: str
    """`TLSv1.3`, say."""


def look(host: str, port: int, *, trusted: str = "", timeout_seconds: float = TIMEOUT_SECONDS) -> Shown:
    """Shake hands as a careful client would; where that is refused, once more to see what was shown.

    `trusted` is a file of certificates in PEM; empty stands for those that browsers trust.
    Raise EgressRefused for an address that is not public, EgressFailed if no TLS server answers.
    """
    careful = ssl.create_default_context(cafile=trusted) if trusted else httpx.create_ssl_context()
    try:
        return _shake(careful, host, port, timeout_seconds)
    except ssl.SSLCertVerificationError as refused:
        shown = _shake(_looking(), host, port, timeout_seconds)
        return Shown(shown.chain, refused.verify_code, refused.verify_message, shown.protocol)


def _looking() -> ssl.SSLContext:
    """Believes nothing and sends nothing: it only reads the certificates that were refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _shake(context: ssl.SSLContext, host: str, port: int, timeout_seconds: float) -> Shown:
    try:
        with ExitStack() as stack:
            plain = stack.enter_context(_connected(host, port, timeout_seconds))
            tls = stack.enter_context(context.wrap_socket(plain, server_hostname=host))
            return Shown(_sent(tls), BELIEVED, "", tls.version() or "")
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        raise EgressFailed(
            f"{host} did not shake hands on port {port}: {reason}.",
            todo="See whether the server runs, and whether a firewall stands between.",
        ) from None


def _connected(host: str, port: int, timeout_seconds: float) -> socket.socket:
    """Connect to the first judged address that answers."""
    addresses = judged_addresses(host, port)
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout_seconds)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout_seconds)


def _sent(tls: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates as they were sent; the standard library has no public name for them before 3.13."""
    chain = tls._sslobj.get_unverified_chain() or ()  # type: ignore[attr-defined]
    return tuple(one if isinstance(one, bytes) else ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in chain)
