"""What a server shows is read over a real socket, and believed only as a careful client would."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.kernel.egress import EgressFailed, EgressRefused
from console.kernel.tls_probe import Shown, look
from tests.tls_server import DAY, Pair, PublicAuthority, certificate, name, public_authority, serving


@pytest.fixture
def authority(tmp_path: Path) -> PublicAuthority:
    return public_authority(tmp_path)


def shown(settings: Any, authority: PublicAuthority, folder: Path, own: Pair, *above: Pair) -> Shown:
    with serving(folder, own, *above) as port:
        settings.EGRESS_ALLOW = [f"localhost:{port}"]
        return look("localhost", port, trusted=authority.trusted, timeout_seconds=5)


def test_a_whole_chain_to_a_trusted_root_is_believed(
    settings: Any, authority: PublicAuthority, tmp_path: Path
) -> None:
    found = shown(settings, authority, tmp_path, authority.issue(), authority.issuing)
    assert (found.refusal, found.protocol, len(found.chain)) == (0, "TLSv1.3", 2)


@pytest.mark.parametrize(
    ("host", "begins", "ends", "code"),
    [
        ("elsewhere.example", -DAY, DAY, 62),
        ("localhost", -9 * DAY, -DAY, 10),
        ("localhost", DAY, 9 * DAY, 9),
    ],
)
def test_what_is_refused_is_shown_all_the_same(
    settings: Any,
    authority: PublicAuthority,
    tmp_path: Path,
    host: str,
    begins: timedelta,
    ends: timedelta,
    code: int,
) -> None:
    own = authority.issue(host, begins=begins, ends=ends)
    found = shown(settings, authority, tmp_path, own, authority.issuing)
    assert found.refusal == code
    assert found.refused_because
    assert len(found.chain) == 2


def test_a_missing_intermediate_and_a_stranger_are_refused(
    settings: Any, authority: PublicAuthority, tmp_path: Path
) -> None:
    alone = shown(settings, authority, tmp_path, authority.issue())
    assert (alone.refusal, len(alone.chain)) == (20, 1)
    selfish = certificate(name("localhost"), None, authority=False)
    assert shown(settings, authority, tmp_path, selfish).refusal == 18


def test_an_address_that_is_not_public_is_not_even_asked(settings: Any) -> None:
    settings.EGRESS_ALLOW = []
    with pytest.raises(EgressRefused):
        look("localhost", 443)


@pytest.fixture
def silent() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: [listener.accept() for _ in range(2)], daemon=True).start()
        yield listener.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up(settings: Any, silent: int) -> None:
    settings.EGRESS_ALLOW = [f"localhost:{silent}"]
    with pytest.raises(EgressFailed, match="did not shake hands"):
        look("localhost", silent, timeout_seconds=0.3)


def test_a_closed_port_is_said_in_a_sentence(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings.EGRESS_ALLOW = [f"localhost:{port}"]
    with pytest.raises(EgressFailed, match="Connection refused"):
        look("localhost", port)
