"""The compiled plan: deterministic, complete, and honest about what it does not know."""

import json
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.questionnaire.catalog import answers_from
from regions.questionnaire.compiler import compile_plan
from regions.questionnaire.network import layout
from regions.questionnaire.plan import RegionPlan
from regions.questionnaire.prices import price
from regions.questionnaire.sample import SAMPLE_IDENTITY, sample_answers, sample_plan
from regions.questionnaire.tiers import database_tier


def plan(**typed: str) -> RegionPlan:
    return compile_plan(answers_from({**sample_answers().typed, **typed}), identity=SAMPLE_IDENTITY)


def test_equal_answers_give_equal_bytes() -> None:
    assert sample_plan().canonical() == sample_plan().canonical()
    assert len(sample_plan().digest()) == 64


def test_a_plan_survives_the_way_through_json() -> None:
    sample = sample_plan()

    again = RegionPlan.from_document(json.loads(sample.canonical()))

    assert again == sample
    assert again.digest() == sample.digest()


def test_the_digest_sees_every_change() -> None:
    sample = sample_plan()

    assert replace(sample, maintenance_hours=5).digest() != sample.digest()


@pytest.mark.parametrize(
    ("peak", "instance_class"),
    [
        (1, "db.t4g.medium"),
        (1_000, "db.t4g.medium"),
        (1_001, "db.r6g.large"),
        (3_000, "db.r6g.large"),
        (6_000, "db.r6g.xlarge"),
        (6_001, "db.r6g.2xlarge"),
        (10_000, "db.r6g.2xlarge"),
        (10_001, "db.r6g.4xlarge"),
        (24_000, "db.r6g.4xlarge"),
    ],
)
def test_the_peak_sizes_the_database(peak: int, instance_class: str) -> None:
    assert database_tier(peak).instance_class == instance_class


def test_the_default_database_is_the_documents() -> None:
    tier = database_tier(10_000)

    assert (tier.instance_class, tier.vcpu, tier.memory_gb) == ("db.r6g.2xlarge", 8, 64)
    assert sample_plan().spec.database.instance_class == "db.r6g.2xlarge"


def test_the_default_recovery_objectives_are_the_documents() -> None:
    recovery = sample_plan().recovery

    assert (recovery.data_rpo_minutes, recovery.data_rto_hours) == (5, 24)
    assert (recovery.kubernetes_rpo_hours, recovery.kubernetes_rto_hours) == (1, 1)


@given(st.integers(16, 20), st.integers(20, 23))
def test_subnets_lie_in_the_vpc_and_never_overlap(length: int, private: int) -> None:
    found = layout(f"10.32.0.0/{length}", private, ("a", "b", "c"))
    if found is None:
        return
    subnets = [IPv4Network(cidr) for zone in found.zones for cidr in (zone.public, zone.private, zone.database)]

    assert all(subnet.subnet_of(IPv4Network(found.vpc)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@pytest.mark.parametrize("length", range(16, 21))
def test_every_allowed_size_holds_the_smallest_subnets(length: int) -> None:
    assert layout(f"10.0.0.0/{length}", 23, ("a", "b", "c"))


def test_maintenance_and_backup_windows_never_overlap() -> None:
    database = plan(maintenance_day="sun", maintenance_start="22:30", maintenance_hours="4").spec.database

    assert database.maintenance_window == "sun:22:30-mon:02:30"
    assert database.backup_window == "03:30-04:30"


def test_an_unknown_price_is_unknown_and_named() -> None:
    cost = plan(cloud_region="sa-east-1").cost

    row = next(row for row in cost.rows if row.item.startswith("RDS db."))
    assert row.monthly is None
    assert row.item in cost.unknown
    assert price("m5.2xlarge", "sa-east-1").amount is None


def test_known_rows_add_up_and_the_discount_comes_off() -> None:
    cost = plan(discount_percent="10").cost

    cents = sum(round(float(row.monthly) * 100) for row in cost.rows if row.monthly)
    assert cost.list_total == f"{cents / 100:.2f}"
    assert float(cost.total) == pytest.approx(float(cost.list_total) * 0.9, abs=0.01)
    assert all(row.source.startswith("https://") and row.date and row.unit for row in cost.rows)


def test_a_departure_carries_both_values_and_the_reason() -> None:
    reasons = {"private_prefix": "Room for the card platform."}
    answers = answers_from({**sample_answers().typed, "private_prefix": "20"}, reasons)

    (departure,) = compile_plan(answers, identity=SAMPLE_IDENTITY).departures

    assert (departure.chosen, departure.default) == ("/20", "/23")
    assert departure.reason == "Room for the card platform."


def test_a_key_of_the_customer_adds_a_duty() -> None:
    arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    own = plan(key_owner="customer", kms_key_arn=arn)

    assert len(own.responsibilities) == len(sample_plan().responsibilities) + 1
    assert own.spec.encryption.customer_key_arn == arn
