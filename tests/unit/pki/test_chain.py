"""Chains with one flaw each are refused, and for the right reason."""

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from secrets_app.pki import chain, names
from secrets_app.pki.chain import Usage
from secrets_app.pki.keys import subject_key_identifier
from secrets_app.pki.refusals import ChainRefused, Reason
from tests.unit.pki.forgeries import FORGERIES, Forgery
from tests.unit.pki.world import (
    APP_HOST,
    DAY,
    HOST,
    NOW,
    Authority,
    Plane,
    forge,
    form,
    intermediate,
    leaf,
    plane,
    root,
    signer,
)


@pytest.fixture(scope="module")
def bank() -> Plane:
    return plane()


def refusal(bank: Plane, usage: Usage = Usage.SERVER, days: int = 0, host: str = APP_HOST) -> Reason:
    with pytest.raises(ChainRefused) as refused:
        chain.verify(*bank.chain, now=NOW + days * DAY, host=host, usage=usage)
    return refused.value.reason


@pytest.mark.parametrize("usage", Usage)
def test_a_good_chain_counts_at_both_ends(bank: Plane, usage: Usage) -> None:
    chain.verify(*bank.chain, now=NOW, host=APP_HOST, usage=usage)


@pytest.mark.parametrize("usage", Usage)
def test_time_and_name_decide(bank: Plane, usage: Usage) -> None:
    assert refusal(bank, usage, days=12) is Reason.EXPIRED
    assert refusal(bank, usage, days=-1) is Reason.NOT_YET_VALID
    assert refusal(bank, usage, host=names.app_host("cards", "core", HOST)) is Reason.WRONG_NAME
    assert refusal(bank, usage, host="") in {Reason.WRONG_NAME, Reason.MALFORMED}


@pytest.mark.parametrize("usage", Usage)
@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda each: each.name)
def test_a_flaw_is_refused_for_its_own_reason(bank: Plane, forgery: Forgery, usage: Usage) -> None:
    assert refusal(forgery.of(bank), usage, host=forgery.host) is forgery.reason


@pytest.mark.parametrize("usage", Usage)
def test_another_root_of_the_same_name_is_not_trusted(bank: Plane, usage: Usage) -> None:
    twin = forge(replace(form(bank.root.certificate), key=bank.leaf.signer.public_key()), bank.leaf.signer.key)
    twin_trusted = replace(bank, root=replace(bank.root, certificate=twin))
    assert refusal(twin_trusted, usage) is Reason.UNKNOWN_ISSUER
    assert refusal(replace(bank, root=root()), usage) is Reason.UNKNOWN_ISSUER


def test_without_roots_or_region_nothing_counts(bank: Plane) -> None:
    for intermediates, roots in (([bank.region.certificate], []), ([], [bank.root.certificate])):
        with pytest.raises(ChainRefused) as refused:
            chain.verify(bank.leaf.certificate, intermediates, roots, now=NOW, host=APP_HOST, usage=Usage.CLIENT)
        assert refused.value.reason is Reason.UNKNOWN_ISSUER


def test_an_intermediate_among_the_roots_is_not_an_anchor(bank: Plane) -> None:
    with pytest.raises(ChainRefused):
        chain.verify(
            bank.leaf.certificate, [], [bank.region.certificate], now=NOW, host=APP_HOST, usage=Usage.SERVER
        )


def test_a_region_says_nothing_about_another_regions_names(bank: Plane) -> None:
    """A stolen region key is worth that region alone."""
    elsewhere = names.app_host("ledger", "core", "dr-eu-north-1.byoc.norrland.example")
    stolen = replace(form(bank.leaf.certificate)).having(
        x509.SubjectAlternativeName([x509.DNSName(elsewhere)]), critical=True
    )
    forged = replace(bank, leaf=replace(bank.leaf, certificate=forge(stolen, bank.region.signer.key)))
    assert refusal(forged, host=elsewhere) is Reason.NAME_CONSTRAINT


def test_of_two_intermediates_the_one_that_fits_is_found(bank: Plane) -> None:
    other = intermediate(bank.root, "dr-eu-north-1.byoc.norrland.example")
    expired = intermediate(root(now=NOW - 200 * DAY), now=NOW - 200 * DAY)
    chain.verify(
        bank.leaf.certificate,
        [expired.certificate, other.certificate, bank.region.certificate],
        [root().certificate, bank.root.certificate],
        now=NOW,
        host=APP_HOST,
        usage=Usage.SERVER,
    )


def test_a_regions_authority_makes_no_authority_below_itself(bank: Plane) -> None:
    """Name constraints and path length hold for whatever a stolen region key signs."""
    below = signer()
    wanted = replace(
        form(bank.region.certificate),
        issuer=bank.region.certificate.subject,
        subject=names.authority("Norrland Bank", "below", below.public_key()),
        key=below.public_key(),
    ).having(bank.region.issuer.authority_key, critical=False)
    wanted = wanted.having(subject_key_identifier(below.public_key()), critical=False)
    lower = Authority(forge(wanted, bank.region.signer.key), below)
    for usage in Usage:
        with pytest.raises(ChainRefused) as refused:
            chain.verify(
                leaf(lower).certificate,
                [lower.certificate, bank.region.certificate],
                [bank.root.certificate],
                now=NOW,
                host=APP_HOST,
                usage=usage,
            )
        assert refused.value.reason is Reason.PATH_LENGTH


def test_a_leaf_signs_nothing(bank: Plane) -> None:
    child = signer()
    wanted = replace(form(bank.leaf.certificate), key=child.public_key(), issuer=bank.leaf.certificate.subject)
    made = forge(wanted.having(subject_key_identifier(child.public_key()), critical=False), bank.leaf.signer.key)
    with pytest.raises(ChainRefused):
        chain.verify(
            made,
            [bank.leaf.certificate, bank.region.certificate],
            [bank.root.certificate],
            now=NOW,
            host=APP_HOST,
            usage=Usage.SERVER,
        )


def test_a_leaf_that_the_root_signed_itself_does_not_count(bank: Plane) -> None:
    wanted = replace(form(bank.leaf.certificate), issuer=bank.root.certificate.subject)
    made = forge(wanted.having(bank.root.issuer.authority_key, critical=False), bank.root.signer.key)
    for trusted in (bank.root.certificate, made):
        with pytest.raises(ChainRefused):
            chain.verify(made, [], [trusted], now=NOW, host=APP_HOST, usage=Usage.SERVER)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("part", ["leaf", "region"])
def test_one_flipped_bit_anywhere_is_refused_or_unreadable(bank: Plane, part: str) -> None:
    """Not so in the root, whose own signature says nothing: it is trusted because it was put there."""
    good = getattr(bank, part).certificate.public_bytes(Encoding.DER)
    for position in range(len(good)):
        der = bytearray(good)
        der[position] ^= 1 << position % 8
        try:
            damaged = x509.load_der_x509_certificate(bytes(der))
        except (ValueError, x509.InvalidVersion):
            continue
        with pytest.raises(ChainRefused):
            changed = replace(bank, **{part: replace(getattr(bank, part), certificate=damaged)})
            chain.verify(*changed.chain, now=NOW, host=APP_HOST, usage=Usage.SERVER)
