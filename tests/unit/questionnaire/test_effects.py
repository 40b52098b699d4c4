"""Each answer changes what is planned, or says on the field that it is only recorded."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from regions.questionnaire.answers import Answers
from regions.questionnaire.catalog import QUESTIONS, answers_from
from regions.questionnaire.compiler import compile_plan
from regions.questionnaire.plan import RegionPlan
from regions.questionnaire.questions import Raw
from regions.questionnaire.rules import problems
from regions.questionnaire.sample import SAMPLE_IDENTITY, sample_answers
from tests.unit.questionnaire.test_choices import OWN

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = KEY.replace("1234abcd", "9999abcd")
OTHER: dict[str, Raw] = {
    "region_name": "staging-virginia",
    "legal_name": "Norrland Bank AB",
    "technical_contact": "alice@norrland.example",
    "security_contact": "security@norrland.example",
    "cost_center": "4711",
    "account_id": "444455556666",
    "account_dedicated": "no",
    "cloud_region": "eu-central-1",
    "environment": "staging",
    "vpc_cidr": "10.44.0.0/16",
    "corporate_ranges": "10.42.128.0/17 Frankfurt data centre",
    "vpc_owner": "customer",
    "vpc_id": "vpc-0123456789abcdef1",
    "private_subnets": OWN["private_subnets"].replace("subnet-0a2aaaaa", "subnet-0f2fffff"),
    "database_subnets": OWN["database_subnets"].replace("subnet-0a3aaaaa", "subnet-0f3fffff"),
    "public_subnets": OWN["public_subnets"].replace("subnet-0a1aaaaa", "subnet-0f1fffff"),
    "api_afterwards": "closed",
    "flow_logs": "all",
    "gateway_ranges": "10.42.0.0/16 Frankfurt",
    "gateway_route_table_id": "tgw-rtb-0123456789abcdef0",
    "principals": "arn:aws:iam::444455556666:root",
    "node_groups": "memory r6i.2xlarge 0 6",
    "runtime_identity": "pods",
    "vault_days": "90",
    "private_prefix": "20",
    "api_ranges": "203.0.113.0/24 Office",
    "connectivity": "privatelink",
    "transit_gateway_id": "tgw-0123456789abcdef0",
    "egress_gb": "900",
    "operations": "4000",
    "operations_peak": "24000",
    "storage_gib": "1600",
    "instance_type": "m5.4xlarge",
    "nodes_min": "3",
    "nodes_max": "15",
    "apps": "11",
    "instances_per_app": "4",
    "key_owner": "customer",
    "kms_key_arn": OTHER_KEY,
    "dns_zone": "eu.norrland.example",
    "certificate_issuer": "customer",
    "audit_services": ("guardduty", "cloudtrail"),
    "observability_target": "otlp",
    "observability_endpoint": "otel.norrland.example:4317",
    "log_retention_days": "90",
    "data_rpo_minutes": "10",
    "data_rto_hours": "12",
    "kubernetes_rpo_hours": "2",
    "kubernetes_rto_hours": "3",
    "backup_days": "14",
    "maintenance_day": "sun",
    "maintenance_start": "22:30",
    "maintenance_hours": "2",
    "compliance": ("gdpr", "hipaa"),
    "discount_percent": "12",
    "monthly_budget": "4000",
}
GATEWAY: dict[str, Raw] = {"connectivity": "transit_gateway", "transit_gateway_id": "tgw-00000000000000000"}
FIRST: Mapping[str, Mapping[str, Raw]] = {
    "vpc_owner": {key: value for key, value in OWN.items() if key not in {"vpc_owner", "corporate_ranges"}},
    **dict.fromkeys(("vpc_id", "private_subnets", "database_subnets", "public_subnets"), OWN),
    "gateway_ranges": GATEWAY,
    "gateway_route_table_id": GATEWAY,
    "principals": {"connectivity": "privatelink"},
    "transit_gateway_id": {"connectivity": "transit_gateway", "transit_gateway_id": "tgw-00000000000000000"},
    "kms_key_arn": {"key_owner": "customer", "kms_key_arn": KEY},
    "observability_endpoint": {"observability_target": "otlp"},
    "key_owner": {"kms_key_arn": KEY},
    "instance_type": {"private_prefix": "21"},
}
"""What else must be answered for the question to count."""


def answered(**typed: Raw) -> Answers:
    return answers_from({**sample_answers().typed, **typed})


def planned(answers: Answers) -> RegionPlan:
    """The plan without the list of departures, which every answer would change."""
    return replace(compile_plan(answers, identity=SAMPLE_IDENTITY), departures=())


@pytest.mark.parametrize("key", [key for key in QUESTIONS if key != "cloud"])
def test_every_answer_changes_the_plan_or_says_recorded_only(key: str) -> None:
    before = planned(answered(**FIRST.get(key, {})))
    after = planned(answered(**{**FIRST.get(key, {}), key: OTHER[key]}))

    assert before.canonical() != after.canonical()
    same_apart_from_records = replace(before, recorded=()) == replace(after, recorded=())
    assert same_apart_from_records is QUESTIONS[key].recorded_only


@pytest.mark.parametrize("cloud", ["gcp", "azure"])
def test_other_clouds_can_be_chosen_and_say_what_is_missing(cloud: str) -> None:
    found = problems(answered(cloud=cloud))

    assert [problem.key for problem in found] == ["cloud"]
    assert "is available yet" in found[0].sentence
    assert "solution architect" in found[0].sentence


def test_the_cloud_is_part_of_the_plan() -> None:
    assert compile_plan(answered(cloud="aws"), identity=SAMPLE_IDENTITY).spec.cloud == "aws"


def test_an_answer_that_is_not_asked_changes_nothing() -> None:
    assert planned(answered()) == planned(answered(transit_gateway_id="tgw-0123456789abcdef0", kms_key_arn=KEY))
