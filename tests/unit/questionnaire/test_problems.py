"""Bad input gets a sentence that says what was wrong and what would be right."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.questionnaire.catalog import QUESTIONS, answers_from
from regions.questionnaire.compiler import NotReadyError, compile_plan, draft
from regions.questionnaire.questions import Kind
from regions.questionnaire.reading import NamedRange
from regions.questionnaire.rules import Problem, problems, proposals
from regions.questionnaire.sample import SAMPLE_IDENTITY, sample_answers


def found(**typed: Any) -> dict[str, Problem]:
    answers = answers_from({**sample_answers().typed, **typed})
    return {problem.key: problem for problem in problems(answers)}


def test_the_defaults_have_no_problem() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("account_id", "12345678901", "12 digits; this has 11"),
        ("account_id", "1234-5678-9012", "12 digits without spaces"),
        ("account_id", "", "is needed for the plan"),
        ("operations_peak", "-1", "-1 is too low"),
        ("operations_peak", "1000000000000", "1,000,000,000,000 data operations per second"),
        ("operations_peak", "24001", "Your solution architect sizes such a region with you"),
        ("operations_peak", "many", "is not a whole number"),
        ("vpc_cidr", "8.8.0.0/16", "is public address space"),
        ("vpc_cidr", "10.0.0.0/8", "larger than AWS allows"),
        ("vpc_cidr", "10.0.0.0/24", "too small for nine subnets"),
        ("vpc_cidr", "10.0.1.0/16", "the range itself is 10.0.0.0/16"),
        ("vpc_cidr", "10.0.0.0", "is one address, not a range"),
        ("vpc_cidr", "ten", "is not an IPv4 range"),
        ("vpc_cidr", "172.17.0.0/16", "which containers use"),
        ("corporate_ranges", "10.0.0.0/12 A\nnonsense", "Line 2"),
        ("api_ranges", "10.1.0.0/16 Office", "not reachable from the internet"),
        ("nodes_max", "5", "below at least 6"),
        ("nodes_min", "2", "2 is too low"),
        ("apps", "500", "need 137 nodes of m5.2xlarge"),
        ("operations_peak", "1000", "below the sustained 5,000"),
        ("region_name", "Not A Name", "cannot name a region"),
        ("technical_contact", "alice", "is not an e-mail address"),
        ("environment", "moon", "is not offered"),
        ("maintenance_start", "25:00", "is not a time of day"),
        ("dns_zone", "https://x", "is not a domain name"),
        ("data_rpo_minutes", "1", "1 is too low"),
        ("legal_name", "x" * 5_000, "at most 4,000 characters"),
    ],
)
def test_a_bad_answer_gets_a_sentence(key: str, typed: str, says: str) -> None:
    assert says in found(**{key: typed})[key].sentence


def test_a_conflict_names_the_range_and_proposes_a_free_one() -> None:
    problem = found(vpc_cidr="10.42.0.0/16", corporate_ranges="10.42.128.0/17 Frankfurt data centre")["vpc_cidr"]

    assert problem.sentence == (
        "10.42.0.0/16 overlaps 10.42.128.0/17, Frankfurt data centre in your corporate ranges. "
        "10.43.0.0/16 is free."
    )
    assert problem.proposal == "10.43.0.0/16"


def test_other_regions_of_the_organization_count_as_taken() -> None:
    taken = (NamedRange("10.0.0.0/16", "the region production-frankfurt"),)
    answers = sample_answers()

    (problem,) = problems(answers, taken=taken)

    assert "the region production-frankfurt" in problem.sentence
    assert proposals(answers, taken, 2) == ("10.1.0.0/16", "10.2.0.0/16")


def test_nothing_is_proposed_when_nothing_is_free() -> None:
    everything = "10.0.0.0/8 a\n172.16.0.0/12 b\n192.168.0.0/16 c\n100.64.0.0/10 d"

    assert found(corporate_ranges=everything)["vpc_cidr"].proposal == ""


def test_small_subnets_must_hold_the_nodes() -> None:
    problem = found(instance_type="m5.4xlarge")["private_prefix"]

    assert problem.proposal == "22"
    assert "take up to 960 addresses in a zone; a /23 has 507" in problem.sentence


def test_large_subnets_must_fit_the_vpc() -> None:
    assert found(vpc_cidr="10.0.0.0/20", private_prefix="20")["private_prefix"].proposal == "23"


def test_a_key_must_be_in_the_region() -> None:
    arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    assert "The key is in eu-west-1" in found(key_owner="customer", kms_key_arn=arn)["kms_key_arn"].sentence
    assert "not the ARN" in found(key_owner="customer", kms_key_arn="alias/mine")["kms_key_arn"].sentence
    assert "is needed" in found(key_owner="customer")["kms_key_arn"].sentence


def test_a_transit_gateway_needs_its_id() -> None:
    key = "transit_gateway_id"

    assert "is needed" in found(connectivity="transit_gateway")[key].sentence
    assert "tgw- and 17" in found(connectivity="transit_gateway", transit_gateway_id="tgw-1")[key].sentence


def test_compiling_refuses_with_every_problem() -> None:
    with pytest.raises(NotReadyError) as refused:
        compile_plan(answers_from({}), identity=SAMPLE_IDENTITY)

    assert [problem.key for problem in refused.value.problems] == ["region_name", "account_id"]


TYPED = st.one_of(st.text(max_size=40), st.from_regex(r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}", fullmatch=True))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(QUESTIONS)), TYPED))
def test_whatever_is_typed_never_raises(typed: dict[str, str]) -> None:
    answers = answers_from(typed)

    assert isinstance(problems(answers), tuple)
    assert draft(answers, identity=SAMPLE_IDENTITY).cost.currency == "USD"


def test_choices_have_valid_defaults() -> None:
    for question in QUESTIONS.values():
        if question.kind is Kind.CHOICE:
            assert question.choice(str(question.default)), question.key
