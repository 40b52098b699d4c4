"""From the first answer to a plan that both sides signed."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q

from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import ActorKind
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.models.regions import Region

ACTOR_KINDS = [(kind.value, kind.name) for kind in ActorKind]
KEPT = {"app": "SELECT, INSERT"}
"""History: rows are added and never changed."""


class OnboardingState(models.TextChoices):
    ANSWERING = "answering"
    """Answers are missing, or have changed since the last plan version."""
    PLANNED = "planned"
    """The last plan version says what the answers say, and waits for signatures."""
    SIGNED = "signed"


class OnboardingQuerySet(TenantQuerySet["Onboarding"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def with_progress(self) -> Self:
        """Add how many questions have an answer, and the number of the last plan version."""
        return self.annotate(
            answered=Count("answers__key", distinct=True), plan_number=Max("plan_versions__number")
        )

    def of_region(self, region_id: UUID) -> Self:
        return self.filter(region_id=region_id)

    def without_region(self) -> Self:
        """Those whose region has not been requested yet, the oldest first."""
        return self.exclude(Exists(Region.objects.filter(id=OuterRef("region_id")))).order_by("id")


class Onboarding(OrganizationRow):
    """One questionnaire, for one region to be; its region's id is given at the start and stays."""

    name = models.CharField(max_length=60)
    region_id = models.UUIDField(default=new_id, unique=True, editable=False)
    state = models.CharField(max_length=16, choices=OnboardingState, default=OnboardingState.ANSWERING)
    copied_from = models.CharField(max_length=60, blank=True)
    """Name of the onboarding whose answers it began with."""
    started_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(OnboardingQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "name"], name="onboarding_name_once"),
            models.CheckConstraint(condition=Q(state__in=OnboardingState.values), name="onboarding_state_known"),
        ]

    def __str__(self) -> str:
        return self.name


class AnswerQuerySet(TenantQuerySet["Answer"]):
    def of(self, onboarding: Onboarding) -> Self:
        return self.filter(onboarding=onboarding)

    def newest_versions(self) -> Self:
        """The last version of each question's answer."""
        return self.order_by("onboarding", "key", "-number").distinct("onboarding", "key")

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Answer(OrganizationRow):
    """What somebody answered to one question; a change is a further row."""

    onboarding = models.ForeignKey(Onboarding, on_delete=models.PROTECT, related_name="answers")
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    """The version of this answer, from 1."""
    value = models.JSONField()
    """As typed: a text, or a list of chosen values. It may be wrong; the plan then waits."""
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=200)
    answered_by_kind = models.CharField(max_length=8, choices=ACTOR_KINDS)
    answered_at = models.DateTimeField(default=now)

    objects = tenant_manager(AnswerQuerySet)
    database_grants = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["onboarding", "key", "number"], name="answer_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="answer_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"

    @property
    def raw(self) -> str | tuple[str, ...]:
        return tuple(map(str, self.value)) if isinstance(self.value, list) else str(self.value)

    @property
    def by_vendor(self) -> bool:
        return self.answered_by_kind == ActorKind.STAFF


class PlanVersionQuerySet(TenantQuerySet["PlanVersion"]):
    def of(self, onboarding: Onboarding) -> Self:
        return self.filter(onboarding=onboarding)

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def current(self) -> Self:
        """The last version of each onboarding."""
        return self.order_by("onboarding", "-number").distinct("onboarding")

    def of_region(self, region_id: UUID) -> Self:
        return self.filter(onboarding__region_id=region_id)

    def of_others(self, onboarding: Onboarding) -> Self:
        return self.exclude(onboarding=onboarding)

    def with_signatures(self) -> Self:
        return self.prefetch_related("signatures")


class PlanVersion(OrganizationRow):
    """A compiled region plan, never changed; `document` reads back with `RegionPlan.from_document`."""

    onboarding = models.ForeignKey(Onboarding, on_delete=models.PROTECT, related_name="plan_versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the plan's canonical JSON; what a signature is about."""
    document = models.JSONField()
    answer_count = models.PositiveIntegerField()
    compiled_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(PlanVersionQuerySet)
    database_grants = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["onboarding", "number"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="plan_version_from_one"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="plan_digest_shape"),
        ]

    def __str__(self) -> str:
        return f"plan version {self.number}"


class Side(models.TextChoices):
    OPERATOR = "operator"
    ARCHITECT = "architect"


class Signature(OrganizationRow):
    """One side's yes to one plan version, by its digest."""

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=16, choices=Side)
    digest = models.CharField(max_length=64)
    signer = models.CharField(max_length=200)
    signer_id = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField(default=now)

    objects = tenant_manager(TenantQuerySet)
    database_grants = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan_version", "side"], name="signature_once_a_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="signature_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.signer}"
