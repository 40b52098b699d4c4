"""Nothing but public addresses is called, whatever a name resolves to."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from console.kernel.egress import EgressFailed, EgressRefused, fetch, is_public, judged_address


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "ff02::1",
    ],
)
def test_private_loopback_and_metadata_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answers)
    with pytest.raises(EgressRefused, match=r"10\.0\.0\.1"):
        judged_address("rebinding.example.com", 443)


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (3000 if self.path == "/long" else 3))

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server(settings: Any) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EGRESS_ALLOW = [f"127.0.0.1:{server.server_port}"]
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_loopback_is_refused_unless_its_port_is_allowed(server: str, settings: Any) -> None:
    assert fetch("GET", f"{server}/").body == b"xxx"
    settings.EGRESS_ALLOW = []
    with pytest.raises(EgressRefused):
        fetch("GET", f"{server}/")


def test_redirects_are_handed_back_and_not_followed(server: str) -> None:
    assert fetch("GET", f"{server}/moved").status == 302


def test_a_long_answer_is_cut_off_with_a_sentence(server: str) -> None:
    with pytest.raises(EgressFailed, match="more than 1000 bytes"):
        fetch("GET", f"{server}/long", max_bytes=1000)
