"""Chains of every profile and every forgery, before OpenSSL's command line and cryptography's verifier."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from secrets_app.pki import chain, names, requests, revoke
from secrets_app.pki.chain import Usage
from secrets_app.pki.refusals import ChainRefused
from secrets_app.pki.revoke import Revoked
from tests.conformance.openssl.command import Judge, run
from tests.unit.pki.forgeries import FORGERIES, Forgery
from tests.unit.pki.world import APP_HOST, DAY, HOST, NOW, Plane, leaf, plane, root, signer

STRICTER_THAN_CRYPTOGRAPHY = {
    "leaf: two_names": "one certificate, one app",
    "leaf: a_mailbox": "host names alone",
    "leaf: a_uri": "host names alone",
    "leaf: wildcard": "one certificate, one app",
    "leaf: server_alone": "both ends use the one certificate",
    "leaf: client_alone": "both ends use the one certificate",
    "leaf: one_usage_more": "the profile's usages and no other",
    "leaf: no_usage": "RFC 5280 takes its absence for every usage",
    "leaf: no_key_usage": "RFC 5280 takes its absence for every usage",
    "leaf: uncritical_key_usage": "RFC 5280 says SHOULD",
    "leaf: no_basic_constraints": "RFC 5280 asks it of authorities alone",
    "leaf: no_key_identifier": "RFC 5280 says SHOULD",
    "leaf: critical_key_identifier": "RFC 5280 says it MUST be uncritical",
    "leaf: authority_information": "nothing but what the profile names",
    "leaf: unknown_extension": "nothing but what the profile names",
    "leaf: a_year": "lifetimes are ours",
    "leaf: key_on_p384": "one curve",
    "leaf: rsa_key": "one curve",
    "leaf: rsa_1024": "it looks at the keys of authorities alone",
    "leaf: signed_with_sha384": "one algorithm",
    "region: path_length_1": "its limit is the chain's, ours is the certificate's",
    "region: no_path_length": "its limit is the chain's, ours is the certificate's",
    "region: no_usage": "absent means any",
    "region: no_constraints": "absent means any",
    "region: uncritical_constraints": "the Web PKI allows it, RFC 5280 does not",
    "region: two_subtrees": "one region, one subtree",
    "region: addresses_allowed": "addresses that no leaf has do no harm",
    "region: only_addresses_limited": "absent means any",
    "region: host_name": "an authority is no host",
    "region: no_key_identifier": "RFC 5280 says MUST",
    "region: no_authority_key_identifier": "RFC 5280 says MUST",
    "region: policy_constraints": "nothing but what the profile names",
    "region: ten_years": "lifetimes are ours",
    "region: signed_with_sha384": "one algorithm",
    "root: path_length_2": "its limit is the chain's, ours is the certificate's",
    "root: no_path_length": "its limit is the chain's, ours is the certificate's",
    "root: extended_usage": "a root has none",
    "root: no_key_identifier": "RFC 5280 says MUST",
    "root: another_authority_key_identifier": "a root has none",
    "root: thirty_years": "lifetimes are ours",
}
"""Forgeries that the library's verifier alone would take at one end of a connection or both."""


@pytest.fixture(scope="module")
def bank() -> Plane:
    return plane()


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(tmp_path)


@pytest.mark.parametrize("usage", Usage)
def test_good_chains_are_accepted_by_all_three(bank: Plane, judge: Judge, usage: Usage) -> None:
    crls = [revoke.crl(each.issuer, [], number=1, now=NOW) for each in (bank.root, bank.region)]
    for given in (None, crls):
        accepted, said = judge.verify(*bank.chain, now=NOW, host=APP_HOST, usage=usage, crls=given)
        assert accepted, said
        chain.path(*bank.chain, now=NOW, host=APP_HOST, usage=usage)
        chain.verify(*bank.chain, now=NOW, host=APP_HOST, usage=usage, crls=given)


@pytest.mark.parametrize("forgery", [each for each in FORGERIES if each.openssl], ids=lambda each: each.key)
def test_openssl_refuses_what_its_rules_forbid(bank: Plane, judge: Judge, forgery: Forgery) -> None:
    for usage in Usage:
        accepted, said = judge.verify(*forgery.of(bank).chain, now=NOW, host=forgery.host, usage=usage)
        assert not accepted
        assert re.search(forgery.openssl, said), said


def test_the_librarys_verifier_takes_of_all_forgeries_only_what_is_named(bank: Plane) -> None:
    taken = set()
    for forgery in FORGERIES:
        for usage in Usage:
            try:
                chain.path(*forgery.of(bank).chain, now=NOW, host=forgery.host, usage=usage)
            except ChainRefused:
                continue
            taken.add(forgery.key)
    assert taken == set(STRICTER_THAN_CRYPTOGRAPHY)


def test_every_kind_of_refusal_that_matters_is_shared_by_openssl() -> None:
    judged = {each.reason.value for each in FORGERIES if each.openssl}
    assert judged >= {
        "wrong_name", "expired", "not_yet_valid", "wrong_usage", "name_constraint", "path_length", "weak_key",
        "unknown_issuer", "not_a_ca", "extension",
    }  # fmt: skip


def test_another_signer_and_another_name_are_refused_by_all_three(bank: Plane, judge: Judge) -> None:
    elsewhere = names.app_host("cards", "core", HOST)
    for stranger, host in ((replace(bank, root=root()), APP_HOST), (bank, elsewhere)):
        accepted, said = judge.verify(*stranger.chain, now=NOW, host=host, usage=Usage.SERVER)
        assert not accepted, said
        with pytest.raises(ChainRefused):
            chain.path(*stranger.chain, now=NOW, host=host, usage=Usage.SERVER)


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "not yet valid"), (11, ""), (13, "certificate has expired"), (4000, "expired")]
)
def test_all_three_agree_about_the_time(bank: Plane, judge: Judge, days: int, words: str) -> None:
    now = NOW + days * DAY
    accepted, said = judge.verify(*bank.chain, now=now, host=APP_HOST, usage=Usage.CLIENT)
    assert accepted is (words == "")
    assert words in said
    try:
        chain.verify(*bank.chain, now=now, host=APP_HOST, usage=Usage.CLIENT)
    except ChainRefused:
        assert not accepted
    else:
        assert accepted


def test_openssl_reads_our_revocation_lists(bank: Plane, judge: Judge) -> None:
    nothing = [revoke.crl(each.issuer, [], number=1, now=NOW) for each in (bank.root, bank.region)]
    leaf_gone = Revoked(bank.leaf.certificate.serial_number, NOW, NOW + 12 * DAY, revoke.WHY.key_compromise)
    region_gone = Revoked(bank.region.certificate.serial_number, NOW, NOW + 90 * DAY)
    with_leaf = revoke.crl(bank.region.issuer, [leaf_gone], number=2, now=NOW)
    with_region = revoke.crl(bank.root.issuer, [region_gone], number=2, now=NOW)
    for crls, now, words in (
        ([nothing[0], with_leaf], NOW, "certificate revoked"),
        ([with_region, nothing[1]], NOW, "certificate revoked"),
        ([nothing[0]], NOW, "unable to get certificate CRL"),
        (nothing, NOW + 8 * DAY, "CRL has expired"),
    ):
        accepted, said = judge.verify(*bank.chain, now=now, host=APP_HOST, usage=Usage.SERVER, crls=crls)
        assert not accepted
        assert words in said, said


def test_openssl_finds_a_list_well_formed(bank: Plane) -> None:
    made = revoke.crl(bank.root.issuer, [Revoked(7, NOW, NOW + DAY, revoke.WHY.superseded)], number=9, now=NOW)
    read, said = run("crl", "-noout", "-text", given=made.public_bytes(Encoding.PEM))
    assert read
    assert "X509v3 CRL Number: \n                9" in said
    assert "Superseded" in said


def test_openssl_finds_a_request_proven(bank: Plane) -> None:
    proven, said = run("req", "-verify", "-noout", given=requests.request(signer(), [APP_HOST]))
    assert proven, said
    assert "verify OK" in said


def test_a_request_made_with_openssl_is_taken(tmp_path: Path) -> None:
    made, _ = run(
        *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=any"),
        *("-addext", f"subjectAltName=DNS:{APP_HOST}", "-keyout", tmp_path / "key", "-out", tmp_path / "csr"),
    )
    assert made
    assert requests.checked((tmp_path / "csr").read_bytes(), may_have=[APP_HOST]).names == (APP_HOST,)


def test_during_a_rotation_one_bundle_accepts_both_roots(bank: Plane, judge: Judge) -> None:
    successor = plane()
    both = [bank.root.certificate, successor.root.certificate]
    for each in (bank, successor):
        found, intermediates, _ = each.chain
        accepted, said = judge.verify(found, intermediates, both, now=NOW, host=APP_HOST, usage=Usage.SERVER)
        assert accepted, said


def test_the_longest_host_name_there_can_be_is_accepted(bank: Plane, judge: Judge) -> None:
    room = names.HOST_OCTETS - len(f"..svc.{HOST}")
    app, project = "a" * 63, "b" * 63
    assert len(app + project) < room
    host = names.app_host(app, project, HOST)
    made = replace(bank, leaf=leaf(bank.region, host=host))
    accepted, said = judge.verify(*made.chain, now=NOW, host=host, usage=Usage.SERVER)
    assert accepted, said
