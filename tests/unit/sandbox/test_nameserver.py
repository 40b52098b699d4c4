from collections.abc import Callable, Iterator

import dns.message
import dns.query
import dns.rcode
import pytest
from dnslib import RCODE, RR, DNSLabel, DNSRecord

from sandbox import nameserver
from sandbox.errors import SandboxError
from tests.unit.sandbox.listeners import listening

RECORDS = """\
eu.example.com. 900 IN SOA ns-1.example.net. hostmaster.example.com. 1 7200 900 1209600 86400
eu.example.com. 900 IN NS ns-1.example.net.
*.eu.example.com. 30 IN A 192.0.2.3
api.eu.example.com. 30 IN CNAME lb.eu.example.com.
deep.er.eu.example.com. 30 IN TXT "found"
"""
Ask = Callable[..., dns.message.Message]


@pytest.fixture(scope="module")
def zones() -> list[nameserver.Zone]:
    return [nameserver.Zone(DNSLabel("eu.example.com."), tuple(RR.fromZone(RECORDS)))]


@pytest.fixture(scope="module")
def ask(zones: list[nameserver.Zone]) -> Iterator[Ask]:
    with listening() as port:
        pass
    servers = nameserver.serve(port, lambda: list(zones))

    def query(name: str, kind: str, *, tcp: bool = False) -> dns.message.Message:
        send = dns.query.tcp if tcp else dns.query.udp
        return send(dns.message.make_query(name, kind), "127.0.0.1", port=port, timeout=5)

    yield query
    for server in servers:
        server.stop()
        server.server.server_close()


@pytest.mark.parametrize("tcp", [False, True])
def test_a_zone_answers_for_itself_with_authority(ask: Ask, tcp: bool) -> None:
    answer = ask("eu.example.com", "SOA", tcp=tcp)
    assert answer.flags & dns.flags.AA
    assert answer.answer[0][0].mname.to_text() == "ns-1.example.net."


def test_a_wildcard_answers_under_the_name_asked_for(ask: Ask) -> None:
    answer = ask("shop.eu.example.com", "A").answer[0]
    assert answer.name.to_text() == "shop.eu.example.com."
    assert answer[0].to_text() == "192.0.2.3"


def test_an_alias_is_answered_for_any_type(ask: Ask) -> None:
    assert ask("api.eu.example.com", "A").answer[0][0].to_text() == "lb.eu.example.com."


@pytest.mark.parametrize("name", ["shop.eu.example.com", "er.eu.example.com"])
def test_a_name_without_the_type_is_no_error(ask: Ask, name: str) -> None:
    answer = ask(name, "TXT")
    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.answer == []
    assert answer.authority[0].rdtype == dns.rdatatype.SOA


def test_a_zone_that_does_not_exist_is_denied(ask: Ask) -> None:
    assert ask("us.example.com", "SOA").rcode() == dns.rcode.NXDOMAIN


def test_a_cloud_that_does_not_answer_is_a_failure_of_the_server_not_a_denial() -> None:
    def broken() -> list[nameserver.Zone]:
        raise SandboxError("down")

    request = DNSRecord.question("eu.example.com")
    assert nameserver.Resolver(broken).resolve(request, None).header.rcode == RCODE.SERVFAIL


def test_records_of_route_53_are_read_as_it_writes_them() -> None:
    entry = {
        "Name": "\\052.eu.example.com.",
        "Type": "A",
        "TTL": 5,
        "ResourceRecords": [{"Value": "192.0.2.9"}],
    }
    alias = {"Name": "eu.example.com.", "Type": "A", "AliasTarget": {"DNSName": "nlb.amazonaws.com"}}
    odd = {"Name": "eu.example.com.", "Type": "SOA", "TTL": 5, "ResourceRecords": [{"Value": "nonsense"}]}
    assert [str(record.rname) for record in nameserver.read_set(entry)] == ["*.eu.example.com."]
    assert [str(record.rdata) for record in nameserver.read_set(alias)] == ["127.0.0.1"]
    assert nameserver.read_set(odd) == []
