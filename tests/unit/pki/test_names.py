"""Names of apps are DNS labels, and nothing else gets into a certificate."""

import pytest
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from secrets_app.pki import names
from secrets_app.pki.keys import generate
from secrets_app.pki.names import NameRefused
from tests.unit.pki.world import HOST

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
short = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@given(app=labels, project=short)
def test_an_apps_host_says_app_project_and_region_and_lies_in_the_regions_subtree(app: str, project: str) -> None:
    made = names.app_host(app, project, HOST)
    assert made.split(".", 3) == [app, project, "svc", HOST]
    assert names.is_within(made, names.services_host(HOST))
    assert len(made) <= 253


@given(text=st.text(max_size=80))
def test_whatever_is_taken_as_a_label_is_one_by_rfc_1123(text: str) -> None:
    try:
        taken = names.label(text)
    except NameRefused:
        return
    assert taken == text
    assert 1 <= len(text) <= 63
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not text.startswith("-")
    assert not text.endswith("-")


@pytest.mark.parametrize(
    "text",
    ["", "-a", "a-", "A", "ä", "a_b", "a.b", "*", "a" * 64, "a b", "a\n", "\na", "xn--ä", "a\x00"],
)
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(NameRefused, match="not a DNS label"):
        names.label(text)


@pytest.mark.parametrize("text", ["localhost", "10.0.0.1", "1.2.3.4", "a..b", ".a.b", "a.b.", "*.a.b"])
def test_what_is_no_full_host_name_is_refused(text: str) -> None:
    with pytest.raises(NameRefused):
        names.host(text)


def test_a_host_of_more_than_253_characters_is_refused_in_a_sentence() -> None:
    long = ".".join(["a" * 60] * 3)
    names.app_host("a" * 33, "b" * 32, long)
    with pytest.raises(NameRefused, match="at most 253"):
        names.app_host("a" * 33, "b" * 33, long)


@pytest.mark.parametrize(
    "name", ["xsvc.prod.example", "prod.example", "svc.prod.example.evil", "svcxprod.example"]
)
def test_a_subtree_begins_at_a_dot(name: str) -> None:
    assert not names.is_within(name, "svc.prod.example")


def test_two_keys_never_share_an_authoritys_name() -> None:
    one, other = (names.authority("Norrland Bank", "root", generate().public_key()) for _ in range(2))
    assert one != other


def test_a_long_name_is_cut_where_x520_ends_it_and_loses_what_cannot_be_read() -> None:
    made = names.authority("N" * 200 + "\n", "eu-prod\x00 root", generate().public_key())
    assert len(str(made.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)) == 64
    assert made.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "eu-prod root"
    with pytest.raises(NameRefused):
        names.authority(" ", "root", generate().public_key())
