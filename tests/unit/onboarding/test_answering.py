"""Answers are kept as they come, right or wrong, with who gave them; nothing is lost."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from console.audit.models import AuditEvent
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from regions.actions import onboardings
from regions.actions.onboardings import NameUnusable, OnboardingExists, OnboardingUnknown, Sheet
from regions.models import Answer, Onboarding

pytestmark = pytest.mark.django_db


def answer(scope: Scope, onboarding: Onboarding, **typed: str) -> Sheet:
    with scope.entered():
        return onboardings.answer(scope=scope, onboarding_id=onboarding.pk, typed=typed)


def test_starting_gives_the_region_its_id_and_its_name(alice_scope: Scope, onboarding: Onboarding) -> None:
    with alice_scope.entered():
        sheet = onboardings.sheet(scope=alice_scope, onboarding_id=onboarding.pk)

    assert sheet.answers.text("region_name") == "production-virginia"
    assert onboarding.region_id.version == 7
    assert [problem.key for problem in sheet.problems] == ["account_id"]


def test_a_name_is_taken_once(alice_scope: Scope, onboarding: Onboarding) -> None:
    with alice_scope.entered(), pytest.raises(OnboardingExists, match="already an onboarding called"):
        onboardings.start(scope=alice_scope, name=onboarding.name)
    with alice_scope.entered(), pytest.raises(NameUnusable, match="cannot name a region"):
        onboardings.start(scope=alice_scope, name="Not A Name")


def test_a_wrong_answer_is_kept_and_explained(alice_scope: Scope, onboarding: Onboarding) -> None:
    sheet = answer(alice_scope, onboarding, account_id="12345678901", operations_peak="-1")

    assert sheet.answers.raw("account_id") == "12345678901"
    assert {problem.key for problem in sheet.problems} == {"account_id", "operations_peak"}


def test_only_changes_make_versions_and_history_stays(alice_scope: Scope, onboarding: Onboarding) -> None:
    answer(alice_scope, onboarding, nodes_max="12")
    answer(alice_scope, onboarding, nodes_max="12")
    answer(alice_scope, onboarding, nodes_max="14")

    with alice_scope.entered():
        rows = list(Answer.objects.of(onboarding).filter(key="nodes_max").order_by("number"))
    assert [(row.number, row.value, row.answered_by) for row in rows] == [(1, "12", "Alice"), (2, "14", "Alice")]


def test_history_cannot_be_rewritten(alice_scope: Scope, onboarding: Onboarding) -> None:
    from django.db import ProgrammingError

    with alice_scope.entered(), pytest.raises(ProgrammingError), transaction.atomic():
        Answer.objects.of(onboarding).update(value="other")


def test_who_answered_is_the_one_who_changed_it(
    alice_scope: Scope, carol_scope: Scope, onboarding: Onboarding
) -> None:
    answer(alice_scope, onboarding, nodes_max="12", apps="8")
    sheet = answer(carol_scope, onboarding, nodes_max="14", apps="8")

    assert (sheet.given["nodes_max"].answered_by, sheet.given["nodes_max"].by_vendor) == ("Carol", True)
    assert (sheet.given["apps"].answered_by, sheet.given["apps"].by_vendor) == ("Alice", False)


def test_saving_as_one_goes_leaves_untouched_defaults_open(alice_scope: Scope, onboarding: Onboarding) -> None:
    typed = {"nodes_min": "6", "nodes_max": "15"}
    with alice_scope.entered():
        sheet = onboardings.answer(scope=alice_scope, onboarding_id=onboarding.pk, typed=typed, as_one_goes=True)

    assert "nodes_max" in sheet.given
    assert "nodes_min" not in sheet.given


def test_a_reason_is_kept_with_the_answer(alice_scope: Scope, onboarding: Onboarding) -> None:
    with alice_scope.entered():
        sheet = onboardings.answer(
            scope=alice_scope,
            onboarding_id=onboarding.pk,
            typed={"private_prefix": "20"},
            reasons={"private_prefix": "Room for the card platform."},
        )

    assert sheet.answers.reasons["private_prefix"] == "Room for the card platform."


def test_an_unknown_question_is_ignored(alice_scope: Scope, onboarding: Onboarding) -> None:
    assert "color" not in answer(alice_scope, onboarding, color="blue").given


def test_a_copy_takes_what_two_regions_may_share(
    alice_scope: Scope, onboarding: Onboarding, answered: Callable[..., Sheet], compiled: Callable[..., object]
) -> None:
    answered(onboarding, nodes_max="14", dns_zone="eu.acme.example")
    compiled(onboarding.pk)

    with alice_scope.entered():
        copy = onboardings.start(scope=alice_scope, name="second", copy_of=onboarding.pk)
        sheet = onboardings.sheet(scope=alice_scope, onboarding_id=copy.pk)

    assert sheet.answers.text("nodes_max") == "" or sheet.answers.number("nodes_max") == 14
    assert sheet.answers.text("region_name") == "second"
    assert sheet.answers.text("dns_zone") == ""
    assert sheet.answers.text("vpc_cidr") == "10.1.0.0/16"
    assert "10.0.0.0/16 overlaps" in sheet.answers.reasons["vpc_cidr"]
    assert sheet.problems == ()


def test_mallory_sees_nothing(mallory_scope: Scope, onboarding: Onboarding) -> None:
    with mallory_scope.entered():
        assert list(Onboarding.objects.all()) == []
        with pytest.raises(OnboardingUnknown):
            onboardings.sheet(scope=mallory_scope, onboarding_id=onboarding.pk)


def test_answering_needs_the_permission(
    bob: object, acme: object, scope_of: Callable[..., Scope], onboarding: Onboarding
) -> None:
    with pytest.raises(Refused):
        answer(scope_of(bob, acme), onboarding, apps="9")


def test_answering_is_audited(alice_scope: Scope, onboarding: Onboarding) -> None:
    answer(alice_scope, onboarding, apps="9")

    with alice_scope.entered():
        events = {event.event: event for event in AuditEvent.objects.visible_to(alice_scope)}
    assert events["onboarding:started"].actor_label == "Alice"
    assert events["onboarding:answered"].facts == {"questions": ["apps"]}


def test_the_database_keeps_versions_unique(alice_scope: Scope, onboarding: Onboarding) -> None:
    with alice_scope.entered():
        first = Answer.objects.of(onboarding).get(key="region_name")
        first.pk = None
        first._state.adding = True
        twin = Answer(
            org_id=first.org_id,
            onboarding=onboarding,
            key="region_name",
            number=1,
            value="x",
            answered_by="Alice",
            answered_by_kind="user",
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


def test_odd_bytes_do_not_reach_the_database(alice_scope: Scope, onboarding: Onboarding) -> None:
    sheet = answer(alice_scope, onboarding, legal_name="Acme\x00Bank", corporate_ranges="x" * 9_000)

    assert sheet.answers.raw("legal_name") == "AcmeBank"
    assert "at most 4,000" in next(p.sentence for p in sheet.problems if p.key == "corporate_ranges")
