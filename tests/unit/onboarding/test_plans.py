"""A plan version is made when the answers say something new, and signed by both sides, that very one."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from console.audit.models import AuditEvent
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from regions.actions import onboardings, region_plans
from regions.actions.onboardings import Sheet
from regions.actions.region_plans import AlreadySigned, PlanNotReady, PlanNotSigned, PlanOutdated, PlanUnknown
from regions.models import Connection, Onboarding, OnboardingState, PlanVersion, Side, Signature
from regions.questionnaire.plan import RegionPlan

pytestmark = pytest.mark.django_db

Answer = Callable[..., Sheet]
Compile = Callable[..., PlanVersion]


@pytest.fixture
def version(onboarding: Onboarding, answered: Answer, compiled: Compile) -> PlanVersion:
    answered(onboarding)
    return compiled(onboarding.pk)


def sign(scope: Scope, version: PlanVersion, side: Side) -> Signature:
    with scope.entered():
        return region_plans.sign(scope=scope, plan_id=version.pk, side=side, note="Read.")


def state_of(scope: Scope, onboarding: Onboarding) -> str:
    with scope.entered():
        return Onboarding.objects.get(pk=onboarding.pk).state


def test_missing_answers_keep_the_plan_away(onboarding: Onboarding, compiled: Compile) -> None:
    with pytest.raises(
        PlanNotReady, match=r"1 answer keeps the plan from being compiled\. AWS account id is needed"
    ):
        compiled(onboarding.pk)


def test_the_version_reads_back_as_the_plan(
    alice_scope: Scope, onboarding: Onboarding, version: PlanVersion
) -> None:
    plan = RegionPlan.from_document(version.document)

    assert plan.digest() == version.digest
    assert plan.spec.region_id == str(onboarding.region_id)
    assert plan.spec.organization == "acme"
    with alice_scope.entered():
        connection = Connection.objects.get()
    assert plan.spec.connection_id == str(connection.pk)
    assert plan.spec.deployment_role_arn == connection.role_arn


def test_equal_answers_make_no_new_version(
    onboarding: Onboarding, version: PlanVersion, answered: Answer, compiled: Compile
) -> None:
    assert compiled(onboarding.pk).pk == version.pk
    answered(onboarding, nodes_max="14")
    assert compiled(onboarding.pk).number == 2


def test_both_sides_sign_and_the_plan_may_be_provisioned(
    alice_scope: Scope, carol_scope: Scope, onboarding: Onboarding, version: PlanVersion
) -> None:
    with alice_scope.entered(), pytest.raises(PlanNotSigned, match="signature of the architect and operator"):
        region_plans.signed_plan(scope=alice_scope, plan_id=version.pk)
    sign(alice_scope, version, Side.OPERATOR)
    assert state_of(alice_scope, onboarding) == OnboardingState.PLANNED
    sign(carol_scope, version, Side.ARCHITECT)

    assert state_of(alice_scope, onboarding) == OnboardingState.SIGNED
    with alice_scope.entered():
        found, plan = region_plans.signed_plan(scope=alice_scope, plan_id=version.pk)
    assert (found.pk, plan.digest()) == (version.pk, version.digest)


def test_a_side_signs_once(alice_scope: Scope, version: PlanVersion) -> None:
    sign(alice_scope, version, Side.OPERATOR)

    with pytest.raises(AlreadySigned, match="already carries the signature of the operator"):
        sign(alice_scope, version, Side.OPERATOR)


def test_nobody_signs_for_the_other_side(alice_scope: Scope, carol_scope: Scope, version: PlanVersion) -> None:
    with pytest.raises(Refused):
        sign(alice_scope, version, Side.ARCHITECT)
    with pytest.raises(Refused):
        sign(carol_scope, version, Side.OPERATOR)


def test_changed_answers_void_the_right_to_sign(
    alice_scope: Scope, onboarding: Onboarding, version: PlanVersion, answered: Answer, compiled: Compile
) -> None:
    sign(alice_scope, version, Side.OPERATOR)
    answered(onboarding, nodes_max="14")

    assert state_of(alice_scope, onboarding) == OnboardingState.ANSWERING
    with alice_scope.entered(), pytest.raises(PlanOutdated, match="Answers have changed since version 1"):
        region_plans.signed_plan(scope=alice_scope, plan_id=version.pk)
    second = compiled(onboarding.pk)
    with pytest.raises(PlanOutdated, match="replaced by version 2"):
        sign(alice_scope, version, Side.OPERATOR)
    assert sign(alice_scope, second, Side.OPERATOR).digest == second.digest


def test_going_back_to_the_signed_answers_needs_no_new_signature(
    alice_scope: Scope,
    carol_scope: Scope,
    onboarding: Onboarding,
    version: PlanVersion,
    answered: Answer,
    compiled: Compile,
) -> None:
    sign(alice_scope, version, Side.OPERATOR)
    sign(carol_scope, version, Side.ARCHITECT)
    answered(onboarding, nodes_max="14")
    answered(onboarding, nodes_max="12")

    assert compiled(onboarding.pk).pk == version.pk
    assert state_of(alice_scope, onboarding) == OnboardingState.SIGNED


def test_mallory_cannot_find_the_plan(mallory_scope: Scope, version: PlanVersion) -> None:
    with mallory_scope.entered(), pytest.raises(PlanUnknown):
        region_plans.signed_plan(scope=mallory_scope, plan_id=version.pk)


def test_two_regions_of_one_account_share_the_connection(
    alice_scope: Scope, version: PlanVersion, answered: Answer, compiled: Compile
) -> None:
    with alice_scope.entered():
        other = onboardings.start(scope=alice_scope, name="second")
    answered(other, vpc_cidr="10.9.0.0/16")
    second = compiled(other.pk)

    assert second.document["spec"]["connection_id"] == version.document["spec"]["connection_id"]


def test_versions_and_signatures_are_never_rewritten(alice_scope: Scope, version: PlanVersion) -> None:
    sign(alice_scope, version, Side.OPERATOR)

    for rows in (PlanVersion.objects.filter(pk=version.pk), Signature.objects.filter(plan_version=version)):
        with alice_scope.entered(), pytest.raises(ProgrammingError), transaction.atomic():
            rows.update(digest="0" * 64)


def test_the_database_allows_one_signature_a_side(alice_scope: Scope, version: PlanVersion) -> None:
    signature = sign(alice_scope, version, Side.OPERATOR)
    twin = Signature(
        org_id=signature.org_id,
        plan_version=version,
        side=Side.OPERATOR,
        digest=version.digest,
        signer="x",
        signer_id="x",
    )

    with alice_scope.entered(), pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_signing_is_audited(alice_scope: Scope, version: PlanVersion) -> None:
    sign(alice_scope, version, Side.OPERATOR)

    with alice_scope.entered():
        event = AuditEvent.objects.visible_to(alice_scope).get(event="plan:signed")
    assert event.facts == {"side": "operator", "number": 1, "digest": version.digest}
