from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import ports
from sandbox.errors import SandboxError
from tests.unit.sandbox.listeners import listening


@given(st.integers(min_value=1, max_value=65_535))
def test_derived_ports_are_distinct_and_never_given_to_outgoing_connections(port: int) -> None:
    others = astuple(ports.derive(port))[1:]
    assert len(set(others)) == len(others)
    assert all(10_000 <= other < 32_768 for other in others)


def test_two_consoles_side_by_side_share_no_port() -> None:
    assert not set(astuple(ports.derive(8000))) & set(astuple(ports.derive(8001)))


@pytest.mark.parametrize("text", ["", "http", "80.5", "-1", "٣", "70000", "0"])
def test_what_is_no_port_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(SandboxError, match="is not a port"):
        ports.derive(ports.parse(text))


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with listening() as port, pytest.raises(SandboxError) as refusal:
        ports.require_free(ports.derive(port))
    assert str(refusal.value).startswith(f"Port {port} is in use")
    assert f"make up PORT={port + 10}" in str(refusal.value)


def test_a_derived_port_in_use_says_what_it_is_for() -> None:
    with listening() as port, pytest.raises(SandboxError, match=f"Port {port} .for PostgreSQL, derived"):
        ports.require_free(ports.Ports(8000, 1, port, 1, 1, 1))
