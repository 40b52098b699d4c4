"""Every port of the sandbox follows from the console's own, so that two checkouts run side by side."""

import socket
from dataclasses import astuple, dataclass, fields

from sandbox.errors import SandboxError

FIRST = 10_000
COUNT = 22_000  # ends below 32768, where Linux begins to hand out ports to outgoing connections
STRIDE = 8

NAMES = {
    "web": "the console",
    "tls": "the console's TLS listener",
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
    "dns": "DNS",
    "aws": "the AWS front door",
}


@dataclass(frozen=True, slots=True)
class Ports:
    web: int
    tls: int
    postgres: int
    valkey: int
    dns: int
    aws: int


def derive(port: int) -> Ports:
    """Ports of the sandbox whose console listens on `port`."""
    if not 1 <= port <= 65_535:
        raise SandboxError(f"PORT={port} is not a port: choose a number between 1 and 65535.")
    others = (FIRST + (port * STRIDE + k) % COUNT for k in range(5))
    return Ports(port, *others)


def parse(text: str) -> int:
    """Read the variable PORT."""
    if not (text.isascii() and text.isdigit()):
        raise SandboxError(f"PORT={text} is not a port: choose a number between 1 and 65535.")
    return int(text)


def require_free(ports: Ports) -> None:
    """Raise SandboxError with one sentence if something listens on one of `ports`."""
    for field, port in zip(fields(ports), astuple(ports), strict=True):
        if not is_free(port, datagram=field.name == "dns"):
            derived = "" if field.name == "web" else f" (for {NAMES[field.name]}, derived from PORT={ports.web})"
            raise SandboxError(
                f"Port {port}{derived} is in use: end what listens there, "
                f"or choose another one with make up PORT={ports.web + 10}."
            )


def is_free(port: int, *, datagram: bool = False) -> bool:
    """Tell whether nothing listens on `port` of the loopback addresses."""
    kinds = [socket.SOCK_STREAM, socket.SOCK_DGRAM] if datagram else [socket.SOCK_STREAM]
    addresses = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    return all(_can_bind(family, address, kind, port) for family, address in addresses for kind in kinds)


def _can_bind(family: socket.AddressFamily, address: str, kind: socket.SocketKind, port: int) -> bool:
    try:
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except PermissionError as error:
        raise SandboxError(f"Port {port} is reserved for root: choose one above 1023.") from error
    except OSError:
        return family == socket.AF_INET6 and not _has_ipv6()
    return True


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
