"""The one way out: every outgoing HTTP call except the clouds' SDKs.

A name is resolved once, every address it has is judged, and the connection goes to a judged address
itself, so that a second answer of the name server cannot lead elsewhere. Private, loopback,
link-local, multicast and metadata addresses are refused; `EGRESS_ALLOW` opens single `host:port`
pairs (the sandbox lists the loopback ports that it started). Redirects are not followed.
"""

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpcore
import httpx
from django.conf import settings

from console.kernel.errors import Unavailable

TIMEOUT_SECONDS = 10.0
MAX_BODY_BYTES = 1024 * 1024
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1; a cloud's NAT gateway turns it into IPv4


class EgressRefused(Unavailable):
    code = "egress_refused"
    title = "The address may not be called"


class EgressFailed(Unavailable):
    code = "egress_failed"
    title = "The other side did not answer"


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout_seconds: float = TIMEOUT_SECONDS,
    max_bytes: int = MAX_BODY_BYTES,
) -> Response:
    """Make one call. Raise EgressRefused for an address that is not public, EgressFailed otherwise."""
    transport = httpx.HTTPTransport(retries=0)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(), network_backend=JudgingBackend()
    )
    try:
        with (
            httpx.Client(
                transport=transport, timeout=timeout_seconds, follow_redirects=False, trust_env=False
            ) as client,
            client.stream(method, url, headers=dict(headers or {}), content=body) as answer,
        ):
            return Response(answer.status_code, dict(answer.headers), _read(answer, max_bytes))
    except httpx.HTTPError as error:
        raise EgressFailed(f"{httpx.URL(url).host} did not answer: {type(error).__name__}.") from None


def _read(answer: httpx.Response, max_bytes: int) -> bytes:
    read = bytearray()
    for chunk in answer.iter_bytes():
        read += chunk
        if len(read) > max_bytes:
            raise EgressFailed(f"{answer.url.host} answered with more than {max_bytes} bytes.")
    return bytes(read)


class JudgingBackend(httpcore.SyncBackend):
    """Connects to judged addresses alone."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = judged_address(host, port)
        return super().connect_tcp(address, port, timeout, local_address, socket_options)


def judged_address(host: str, port: int) -> str:
    """Resolve `host` and return its first address if all of them may be called."""
    return judged_addresses(host, port)[0]


def judged_addresses(host: str, port: int) -> list[str]:
    """Resolve `host` and return its addresses, best first, if all of them may be called."""
    try:
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise EgressFailed(f"The name {host} has no address.", todo="Check the host name.") from None
    addresses = [str(address) for address in found]
    if f"{host}:{port}" not in settings.EGRESS_ALLOW:
        for address in addresses:
            if not is_public(address):
                raise EgressRefused(
                    f"{host} leads to {address}, which is not a public address.",
                    todo="Use a host that is reachable on the internet.",
                )
    return addresses


def is_public(address: str) -> bool:
    """Say whether an address is globally reachable, an IPv4 one inside IPv6 included."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return parsed.is_global and not parsed.is_multicast
