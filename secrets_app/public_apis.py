"""Which addresses of ours strangers reach by TLS; bound when the process starts. Framework-free."""

from collections.abc import Iterator
from dataclasses import dataclass

TLS_PORT = 443
HOST = "{host}"


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Address":
        """Read `host` or `host:port`. Raise ValueError for anything else."""
        host, colon, port = text.strip().rpartition(":")
        if not colon:
            host, port = port, str(TLS_PORT)
        if not host or "/" in host or not 1 <= int(port) <= 65_535:
            raise ValueError(f"{text!r} is no host and port.")
        return cls(host, int(port))


@dataclass(frozen=True, slots=True)
class PublicApis:
    management: str = ""
    """`host:port` of the Management API; empty where there is none to watch."""
    execution: str = ""
    """The same of a region's Execution API, with `{host}` for the region's host."""
    trusted: str = ""
    """A file of certificates in PEM; empty for those that browsers trust."""

    def of_console(self) -> Iterator[Address]:
        if self.management:
            yield Address.of(self.management)

    def of_region(self, host: str) -> Iterator[Address]:
        if self.execution:
            yield Address.of(self.execution.replace(HOST, host))


_bound = PublicApis()


def bind(apis: PublicApis) -> None:
    global _bound  # noqa: PLW0603  bound once, when the process starts
    for each in (*apis.of_console(), *apis.of_region("region.example")):
        assert each
    _bound = apis


def bound() -> PublicApis:
    return _bound
