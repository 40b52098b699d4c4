"""Our verified, least-privilege way into one cloud account."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, F, Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.spec import Cloud, RoleName
from regions.states import ConnectionState, Verdict

CLOUDS = [(cloud.value, cloud.name) for cloud in Cloud]


def lane_of(connection_id: UUID) -> str:
    """What calls through one connection share: the places that the engine gives them."""
    return f"connection:{connection_id}"


class ConnectionQuerySet(TenantQuerySet["Connection"]):
    def to_account(self, cloud: str, account_id: str) -> Self:
        return self.filter(cloud=cloud, account_id=account_id)

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def verifying(self, connection_id: object) -> Self:
        return self.filter(id=connection_id, state=ConnectionState.VERIFYING)

    def needing_somebody(self) -> Self:
        return self.filter(state=ConnectionState.REFUSED)

    def not_verified(self) -> Self:
        """Refused, or not verified yet; the oldest first."""
        return self.filter(state__in=[ConnectionState.REFUSED, ConnectionState.DRAFT]).order_by("id")

    def with_region_count(self) -> Self:
        return self.annotate(region_count=Count("regions"))


class Connection(OrganizationRow):
    """One per cloud account of an organization; regions of the account share it."""

    name = models.CharField(max_length=60)
    cloud = models.CharField(max_length=8, choices=CLOUDS)
    account_id = models.CharField(max_length=64)
    external_id = models.CharField(max_length=64, unique=True)
    """`sts:ExternalId`, unique to the connection: guards against the confused deputy."""
    state = models.CharField(max_length=16, choices=ConnectionState, default=ConnectionState.DRAFT)
    reason = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    bundle_version = models.CharField(max_length=64, blank=True)
    """Digest of the permission bundle that was last verified."""
    template_url = models.CharField(max_length=500, blank=True)
    """Where the customer's CloudFormation reads the template; empty until it is published."""
    template_version = models.CharField(max_length=64, blank=True)
    """Version of the bundle that the published template grants."""
    made_with = models.CharField(max_length=32, blank=True)
    """How the customer made the role, by its tag when it was last looked at: stack, module or script."""
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)
    verified_at = models.DateTimeField(null=True)

    objects = tenant_manager(ConnectionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "cloud", "account_id"], name="connection_account_once"),
            models.UniqueConstraint(fields=["org_id", "name"], name="connection_name_once"),
            models.CheckConstraint(condition=Q(state__in=ConnectionState.values), name="connection_state_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def operation_lane(self) -> str:
        return lane_of(self.id)

    @property
    def short(self) -> str:
        """Ten hexadecimal digits that make derived names unique."""
        return self.id.hex[-10:]

    @property
    def role_name(self) -> str:
        return f"byoc-deployment-{self.short}"

    @property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{self.account_id}:role/byoc/{self.role_name}"

    @property
    def boundary_arn(self) -> str:
        """The permissions boundary that every role we create must carry."""
        return f"arn:aws:iam::{self.account_id}:policy/byoc/byoc-boundary-{self.short}"


class CheckGroup(models.TextChoices):
    TRUST = "trust"
    PERMISSION = "permission"
    QUOTA = "quota"
    PLACE = "place"
    POSTURE = "posture"
    """What the account does for its own security; observed, never changed, never decisive."""
    ROLE = "role"
    """Roles for people, where the customer tailored them."""


class ConnectionCheckQuerySet(TenantQuerySet["ConnectionCheck"]):
    def of(self, connection_id: object) -> Self:
        return self.filter(connection_id=connection_id)

    def named(self, name: str) -> Self:
        return self.filter(name=name)

    def in_group(self, group: CheckGroup) -> Self:
        return self.filter(group=group).order_by("id")

    def of_role(self, role: str) -> Self:
        return self.filter(role=role)

    def of_no_cell(self) -> Self:
        """Trust, quotas and place: what the grid does not hold."""
        return self.exclude(group=CheckGroup.PERMISSION).order_by("id")

    def in_cell(self, role: str, service: str, verb: str) -> Self:
        return self.filter(role=role, service=service, verb=verb).order_by("name")

    def cell_counts(self) -> Iterable[Mapping[str, Any]]:
        """Rows of role, service, verb, verdict and whether granted, each with `many`."""
        cells = self.filter(group=CheckGroup.PERMISSION).annotate(granted=F("facts__granted"))
        return cells.values("role", "service", "verb", "verdict", "granted").annotate(many=Count("id"))

    def refused_cells(self) -> Self:
        """What the deployment role lacks or leaves open."""
        return self.filter(group=CheckGroup.PERMISSION, role=RoleName.DEPLOYMENT).not_passed().order_by("name")

    def since(self, began_at: datetime | str) -> Self:
        return self.filter(checked_at__gte=began_at)

    def before(self, began_at: datetime | str) -> Self:
        return self.filter(checked_at__lt=began_at)

    def passed(self) -> Self:
        return self.filter(verdict=Verdict.PASS)

    def not_passed(self) -> Self:
        return self.exclude(verdict=Verdict.PASS)


class ConnectionCheck(OrganizationRow):
    """One answer of the last verification."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="checks")
    group = models.CharField(max_length=16, choices=CheckGroup)
    name = models.CharField(max_length=160)
    """Unique within the connection: `trust:assume-without-external-id`, `deployment:ec2:CreateVpc`."""
    title = models.CharField(max_length=200)
    role = models.CharField(max_length=32, blank=True)
    service = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=8, blank=True)
    """`create`, `read`, `update`, `delete`"""
    verdict = models.CharField(max_length=16, choices=Verdict)
    method = models.CharField(max_length=80)
    """How the answer was found: live, simulated, dry run, read."""
    message = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    took_ms = models.PositiveIntegerField(null=True)
    checked_at = models.DateTimeField(default=now)

    objects = tenant_manager(ConnectionCheckQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="connection_check_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def action(self) -> str:
        """The IAM action without its service; empty for other checks."""
        return self.title.partition(":")[2] if self.group == CheckGroup.PERMISSION else ""
