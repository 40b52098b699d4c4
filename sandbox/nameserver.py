"""DNS on loopback for the zones of the sandbox's Route 53: `python -m sandbox.nameserver PORT AWS_PORT`."""

import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from dnslib import QTYPE, RCODE, RR, DNSError, DNSLabel, DNSRecord
from dnslib.server import BaseResolver, DNSServer

from sandbox import frontdoor
from sandbox.errors import SandboxError

HOST = "127.0.0.1"
CACHE_SECONDS = 1.0
ALIAS_ADDRESS = {"A": "127.0.0.1", "AAAA": "::1"}  # what stands behind a load balancer here is on loopback
ALIAS_TTL_SECONDS = 60  # Route 53 answers alias records for load balancers with 60
MOTO_SOA = re.compile(r"^\{'Value': '(.*)'\}$")  # moto gives the SOA of a new zone as a Python dict
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5)

logger = logging.getLogger("sandbox.nameserver")


@dataclass(frozen=True, slots=True)
class Zone:
    name: DNSLabel
    records: tuple[RR, ...]

    def at(self, name: DNSLabel) -> list[RR]:
        """Records of `name`, or those of the wildcard that covers it (RFC 4592), under that name."""
        exact = [record for record in self.records if record.rname == name]
        if exact or name == self.name:
            return exact
        wildcard = DNSLabel((b"*", *name.label[1:]))
        return [
            RR(name, record.rtype, ttl=record.ttl, rdata=record.rdata)
            for record in self.records
            if record.rname == wildcard
        ]

    def has_below(self, name: DNSLabel) -> bool:
        return any(record.rname.matchSuffix(name) for record in self.records)

    def own(self, kind: str) -> list[RR]:
        """Records of one type at the zone's own name."""
        return [record for record in self.at(self.name) if QTYPE[record.rtype] == kind]


Source = Callable[[], Iterable[Zone]]


@dataclass(slots=True)
class Resolver(BaseResolver):  # type: ignore[misc]  # dnslib is untyped
    """Answers from the zones that `source` lists, remembered for a second."""

    source: Source
    _zones: tuple[Zone, ...] = ()
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def resolve(self, request: DNSRecord, handler: object) -> DNSRecord:
        del handler
        reply = request.reply(aa=1)
        try:
            zone = self._zone_of(request.q.qname)
        except (BotoCoreError, ClientError, SandboxError, OSError):
            logger.exception("Route 53 of the sandbox does not answer.")
            reply.header.rcode = RCODE.SERVFAIL
            return reply
        if zone is None:
            reply.header.rcode = RCODE.NXDOMAIN
            return reply
        _fill(reply, zone, request.q.qname, QTYPE[request.q.qtype])
        return reply

    def _zone_of(self, name: DNSLabel) -> Zone | None:
        covering = [zone for zone in self._current() if name.matchSuffix(zone.name)]
        return max(covering, key=lambda zone: len(zone.name.label), default=None)

    def _current(self) -> tuple[Zone, ...]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._zones = tuple(self.source())
                self._until = time.monotonic() + CACHE_SECONDS
            return self._zones


def _fill(reply: DNSRecord, zone: Zone, name: DNSLabel, kind: str) -> None:
    """Answer from `zone`; without an answer its SOA says for how long that holds (RFC 2308)."""
    found = zone.at(name)
    chosen = [record for record in found if QTYPE[record.rtype] in {kind, "CNAME"} or kind == "ANY"]
    for record in chosen:
        reply.add_answer(record)
    if chosen:
        return
    if not found and not zone.has_below(name):
        reply.header.rcode = RCODE.NXDOMAIN
    for record in zone.own("SOA"):
        reply.add_auth(record)


@dataclass(slots=True)
class Route53:
    """Every hosted zone of every account behind the front door."""

    port: int
    _clients: dict[str, Any] = field(default_factory=dict)

    def __call__(self) -> list[Zone]:
        return [zone for account in self._accounts() for zone in self._zones(self._client(account))]

    def _accounts(self) -> list[str]:
        return [str(account) for account in frontdoor.call(self.port, "GET", "accounts")["accounts"]]

    def _client(self, account: str) -> Any:
        if account not in self._clients:
            keys = frontdoor.account(self.port, account)
            self._clients[account] = boto3.client(
                "route53",
                endpoint_url=f"http://{frontdoor.HOST}:{self.port}",
                region_name="us-east-1",
                aws_access_key_id=keys["access_key_id"],
                aws_secret_access_key=keys["secret_access_key"],
                config=ONE_ATTEMPT,
            )
        return self._clients[account]

    def _zones(self, client: Any) -> list[Zone]:
        pages = client.get_paginator("list_hosted_zones").paginate()
        return [_read_zone(client, zone) for page in pages for zone in page["HostedZones"]]


def _read_zone(client: Any, zone: Mapping[str, Any]) -> Zone:
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone["Id"])
    sets = [entry for page in pages for entry in page["ResourceRecordSets"]]
    return Zone(DNSLabel(zone["Name"]), tuple(record for entry in sets for record in read_set(entry)))


def read_set(entry: Mapping[str, Any]) -> list[RR]:
    """Turn a record set into records; Route 53 writes a wildcard's asterisk as an octal escape."""
    name, kind = entry["Name"].replace("\\052", "*"), entry["Type"]
    if "AliasTarget" in entry:
        address = ALIAS_ADDRESS.get(kind)
        return list(RR.fromZone(f"{name} {ALIAS_TTL_SECONDS} IN {kind} {address}")) if address else []
    ttl = entry.get("TTL", ALIAS_TTL_SECONDS)
    values = [MOTO_SOA.sub(r"\1", record["Value"]) for record in entry.get("ResourceRecords", [])]
    return [record for value in values for record in _read_record(f"{name} {ttl} IN {kind} {value}")]


def _read_record(line: str) -> list[RR]:
    """Read one line of a zone file; what is no record is left out, so that the others are answered."""
    try:
        return list(RR.fromZone(line))
    except (ValueError, IndexError, DNSError):
        logger.warning("Not a record: %s", line)
        return []


def serve(port: int, source: Source) -> list[DNSServer]:
    """Answer on `port` over UDP and TCP, in threads; the servers are returned for stopping."""
    resolver = Resolver(source)
    servers = [DNSServer(resolver, address=HOST, port=port, tcp=tcp, logger=_Quiet()) for tcp in (False, True)]
    for server in servers:
        server.start_thread()
    return servers


class _Quiet:
    """dnslib calls a method of its logger for each event; errors alone are worth a line."""

    def log_error(self, _handler: object, error: object) -> None:
        logger.warning("Not a DNS query: %s", error)

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_arguments, **_named: None


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    servers = serve(int(sys.argv[1]), Route53(int(sys.argv[2])))
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    for server in servers:
        server.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
