"""Asking DNS for a zone's name servers."""

from dataclasses import dataclass

import dns.exception
import dns.resolver

PATIENCE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class DnsResolver:
    """Asks the given resolvers (`host:port`), or the machine's own where there are none."""

    addresses: tuple[str, ...] = ()

    def name_servers(self, zone: str) -> tuple[str, ...]:
        """Host names of the zone's NS records, sorted, without the last dot; empty where nobody answers."""
        try:
            answer = self._resolver().resolve(f"{zone.rstrip('.')}.", "NS", lifetime=PATIENCE_SECONDS)
        except dns.exception.DNSException:
            return ()
        return tuple(sorted(str(record.target).rstrip(".").lower() for record in answer))

    def _resolver(self) -> dns.resolver.Resolver:
        if not self.addresses:
            return dns.resolver.Resolver()
        host, _, port = self.addresses[0].rpartition(":")
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [host]
        resolver.port = int(port)
        return resolver
