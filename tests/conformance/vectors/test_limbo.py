"""x509-limbo: every case asked of our verifier, and every flaw mirrored in a chain of our own profiles."""

import fnmatch
from pathlib import Path

import pytest

from tests.conformance.vectors.limbo import limbo
from tests.unit.pki import forgeries
from tests.unit.pki.forgeries import FORGERIES

pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number", "ignore:The parsed certificate")

DIFFERS = {
    # accepted by RFC 5280, refused here
    "crl::issuer-no-keyusage-extension": "an authority says what its key is for",
    "pathlen::validation-ignores-pathlen-in-leaf": "an authority's certificate is no leaf",
    "pathlen::self-issued-certs-pathlen": "self-issued intermediates count: there are none in our chains",
    "rfc5280::ca-as-leaf": "an authority's certificate is no leaf",
    "rfc5280::nc::permitted-ipv4-match": "host names alone, no addresses",
    "rfc5280::nc::permitted-ipv6-match": "host names alone, no addresses",
    "rfc5280::nc::permitted-dn-match": "host names alone, no directory names",
    "rfc5280::nc::nc-permits-email-*": "host names alone, no mailboxes",
    "webpki::san::exact-localhost-ip-san": "host names alone, no addresses",
    # refused by RFC 5280 or the Web PKI, accepted by the path alone: our profiles refuse them (mirrored below)
    "rfc5280::aki::intermediate-missing-aki": "region: no_authority_key_identifier",
    "rfc5280::aki::cross-signed-root-missing-aki": "region: no_authority_key_identifier",
    "rfc5280::ski::root-missing-ski": "root: no_key_identifier",
    "rfc5280::ski::intermediate-missing-ski": "region: no_key_identifier",
    "rfc5280::nc::permitted-dns-match-noncritical": "region: uncritical_constraints",
    "rfc5280::pc::ica-noncritical-pc": "region: policy_constraints",
    "webpki::aki::root-with-aki-all-fields": "root: another_authority_key_identifier",
    "webpki::aki::root-with-aki-ski-mismatch": "root: another_authority_key_identifier",
    "webpki::eku::ee-anyeku": "leaf: any_usage",
    "webpki::eku::ee-without-eku": "leaf: no_usage",
    "webpki::eku::root-has-eku": "root: extended_usage",
    "webpki::forbidden-p192-leaf": "leaf: key_on_p384",
    "webpki::forbidden-dsa-leaf": "leaf: rsa_key",
    "webpki::forbidden-weak-rsa-in-leaf": "leaf: rsa_1024",
    "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf": "leaf: rsa_key",
    "webpki::forbidden-rsa-not-divisible-by-8-in-root": "root: key_on_p384",
    "webpki::cn::*": "leaf: a_common_name",
    "webpki::san::public-suffix-*": "leaf: wildcard",
    "rfc5280::serial::zero": "the certificate's serial is checked by the profile",
    # asked with a limit of the caller's own
    "pathlen::max-chain-depth-*-exhausted": "the chain's length is the profile's, not the caller's",
}
"""Where the path alone answers otherwise than published, and why; a value with a colon is a forgery's name."""

MIRRORS = {
    "crl::revoked-certificate-with-crl": "unit: a_revoked_leaf_and_a_revoked_region_are_refused",
    "crl::crlnumber-*": "unit: a_list_of_a_form_that_is_not_understood_is_refused",
    "crl::issuer-missing-crlsign": "region: leaf_key_usage",
    "cve::cve-2025-61727*": "leaf: wildcard",
    "invalid::invalid-issuer-key": "region: another_key",
    "pathlen::intermediate-violates-pathlen-0": "unit: a_regions_authority_makes_no_authority_below_itself",
    "pathlen::intermediate-pathlen-too-long": "root: path_length_0",
    "pathlen::max-chain-depth-*": "root: path_length_0",
    "pathological::*": "unit: a_regions_authority_makes_no_authority_below_itself",
    "rfc5280::aki::critical-aki": "leaf: critical_authority_key_identifier",
    "rfc5280::aki::leaf-missing-aki": "leaf: no_authority_key_identifier",
    "rfc5280::eku::ee-wrong-eku": "leaf: other_usage",
    "rfc5280::eku::ee-eku-empty": "leaf: empty_usage",
    "rfc5280::nc::permitted-dns-mismatch": "region: other_subtree",
    "rfc5280::nc::excluded-dns-match*": "region: excludes_its_own",
    "rfc5280::nc::excluded-*": "region: excludes_its_own",
    "rfc5280::nc::permitted-ip-mismatch": "leaf: an_address",
    "rfc5280::nc::permitted-dn-*": "leaf: a_common_name",
    "rfc5280::nc::invalid-dnsname-*": "region: leading_dot",
    "rfc5280::nc::invalid-*": "region: only_addresses_limited",
    "rfc5280::nc::not-allowed-in-ee-*": "leaf: name_constraints",
    "rfc5280::nc::intermediate-with-san-*": "region: host_name",
    "rfc5280::nc::restrictive-permits-*": "root: constraints",
    "rfc5280::nc::nc-permits-invalid-dns-san": "leaf: underscore",
    "rfc5280::nc::nc-permits-invalid-ip-san": "leaf: an_address",
    "rfc5280::nc::nc-permits-*email*": "leaf: a_mailbox",
    "rfc5280::nc::nc-forbids-othername": "leaf: a_uri",
    "rfc5280::nc::nc-forbids-dnsname-wildcard-san": "leaf: wildcard",
    "rfc5280::san::malformed": "leaf: underscore",
    "rfc5280::san::noncritical-with-empty-subject": "leaf: uncritical_name",
    "rfc5280::san::underscore-dns": "leaf: underscore",
    "rfc5280::san::ip-in-dns": "leaf: an_address",
    "rfc5280::serial::*": "unit: serials_are_159_random_bits_and_never_zero",
    "rfc5280::ski::critical-ski": "leaf: critical_key_identifier",
    "rfc5280::validity::*root": "root: ended",
    "rfc5280::validity::*intermediate": "region: ended",
    "rfc5280::validity::expired-*": "leaf: ended",
    "rfc5280::validity::not*": "leaf: not_begun",
    "rfc5280::ee-empty-issuer": "region: empty_subject",
    "rfc5280::ca-empty-subject": "region: empty_subject",
    "rfc5280::unknown-critical-extension-ee": "leaf: unknown_critical_extension",
    "rfc5280::unknown-critical-extension-root": "root: unknown_critical_extension",
    "rfc5280::unknown-critical-extension-intermediate": "region: unknown_critical_extension",
    "rfc5280::chain-untrusted-root": "unit: another_root_of_the_same_name_is_not_trusted",
    "rfc5280::intermediate-ca-without-ca-bit": "region: not_an_authority",
    "rfc5280::intermediate-ca-missing-basic-constraints": "region: no_basic_constraints",
    "rfc5280::root-missing-basic-constraints": "root: no_basic_constraints",
    "rfc5280::root-non-critical-basic-constraints": "root: uncritical_basic_constraints",
    "rfc5280::root-inconsistent-ca-extensions": "root: leaf_key_usage",
    "rfc5280::ica-ku-keycertsign": "region: leaf_key_usage",
    "rfc5280::leaf-ku-keycertsign": "leaf: signs_certificates",
    "rfc5280::ee-critical-aia-invalid": "leaf: critical_authority_information",
    "rfc5280::duplicate-extensions": "unit: one_flipped_bit_anywhere_is_refused_or_unreadable",
    "rfc5280::mismatching-signature-algorithm": "unit: one_flipped_bit_anywhere_is_refused_or_unreadable",
    "rfc5280::ca-as-leaf-wrong-san": "leaf: is_an_authority",
    "webpki::aki::root-with-aki-*": "root: another_authority_key_identifier",
    "webpki::eku::ee-critical-eku": "leaf: critical_usage",
    "webpki::nc::intermediate-permitted-excluded-subtrees-*": "region: only_addresses_limited",
    "webpki::san::mismatch-*": "leaf: another_name",
    "webpki::san::*wildcard*": "leaf: wildcard",
    "webpki::san::unicode-emoji-san": "leaf: underscore",
    "webpki::san::no-san": "leaf: no_name",
    "webpki::san::san-critical-with-nonempty-subject": "leaf: a_common_name",
    "webpki::explicit-curve": "unit: another_key_than_p256_is_refused",
    "webpki::cryptographydotio-chain-missing-intermediate": "unit: without_roots_or_region_nothing_counts",
    "webpki::malformed-aia": "leaf: authority_information",
    "webpki::forbidden-*-root": "root: key_on_p384",
    "webpki::v1-cert": "leaf: no_basic_constraints",
    "webpki::ee-basicconstraints-ca": "leaf: is_an_authority",
    "webpki::ca-as-leaf": "leaf: is_an_authority",
}
"""Published refusals (a pattern of ids), and the chain of our own profiles that has the same flaw."""


def matching(id_: str, table: dict[str, str]) -> list[str]:
    return [value for pattern, value in table.items() if fnmatch.fnmatchcase(id_, pattern)]


def test_the_path_answers_as_published_but_where_it_is_named() -> None:
    cases = limbo()
    assert len(cases) == 208
    differing = {id_ for id_, case in cases.items() if (case.asked(strictly=False) is None) is not case.is_good}
    unexplained = sorted(id_ for id_ in differing if not matching(id_, DIFFERS))
    settled = [pattern for pattern in DIFFERS if not any(fnmatch.fnmatchcase(id_, pattern) for id_ in differing)]
    assert (unexplained, settled) == ([], [])


def test_a_chain_of_strangers_never_passes_for_one_of_ours() -> None:
    """Not the good ones either: each is of another form than our profiles, if only by its lifetime."""
    passed = [id_ for id_, case in limbo().items() if case.asked(strictly=True) is None]
    assert passed == []


def test_every_published_flaw_is_mirrored_in_a_chain_of_our_profiles() -> None:
    ours = {each.key for each in FORGERIES}
    mirrored = {**MIRRORS, **{pattern: value for pattern, value in DIFFERS.items() if value in ours}}
    bare = [id_ for id_, case in limbo().items() if not case.is_good and not matching(id_, mirrored)]
    unknown = [value for value in mirrored.values() if value not in ours and not value.startswith("unit: ")]
    assert (bare, unknown) == ([], [])


def test_the_unit_tests_that_mirror_a_flaw_exist() -> None:
    written = "".join(file.read_text() for file in Path(forgeries.__file__).parent.glob("test_*.py"))
    named = {value.removeprefix("unit: ") for value in MIRRORS.values() if value.startswith("unit: ")}
    assert [name for name in named if f"def test_{name}(" not in written] == []
