"""An onboarding of Acme's, and the shortcut through all of its sections."""

from collections.abc import Callable
from uuid import UUID

import pytest

from console.kernel.scope import Scope
from regions.actions import onboardings, region_plans
from regions.models import Onboarding, PlanVersion
from regions.questionnaire.catalog import QUESTIONS
from regions.questionnaire.questions import Raw

ACCOUNT_ID = "111122223333"


@pytest.fixture
def onboarding(alice_scope: Scope) -> Onboarding:
    with alice_scope.entered():
        return onboardings.start(scope=alice_scope, name="production-virginia")


@pytest.fixture
def answered(alice_scope: Scope) -> Callable[..., onboardings.Sheet]:
    """Give every question its default, and those without one something right."""

    def answer_all(onboarding: Onboarding, **typed: Raw) -> onboardings.Sheet:
        defaults = {key: question.default for key, question in QUESTIONS.items() if key != "region_name"}
        everything = {**defaults, "account_id": ACCOUNT_ID, **typed}
        with alice_scope.entered():
            return onboardings.answer(scope=alice_scope, onboarding_id=onboarding.pk, typed=everything)

    return answer_all


@pytest.fixture
def compiled(alice_scope: Scope) -> Callable[[UUID], PlanVersion]:
    def compile_now(onboarding_id: UUID) -> PlanVersion:
        with alice_scope.entered():
            return region_plans.compile_plan(scope=alice_scope, onboarding_id=onboarding_id)

    return compile_now
