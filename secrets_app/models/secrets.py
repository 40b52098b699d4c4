"""Secrets and their versions. Values are in `SecretVersion.value` alone, and never in clear."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Project
from console.encryption.fields import EncryptedField
from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

NAME_PATTERN = r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$"
"""As Kubernetes wants it of a Secret (RFC 1123 subdomain, at most 63 characters here)."""
WARN_BEFORE = timedelta(days=30)


class Kind(models.TextChoices):
    GENERIC = "generic", "Generic"
    TLS = "tls", "TLS"
    TLS_CA = "tls-ca", "TLS-CA"
    SYMMETRIC = "symmetric", "Symmetric"
    ASYMMETRIC = "asymmetric", "Asymmetric"
    EXTERNAL = "external", "External"


class Provider(models.TextChoices):
    """Where the value of an external secret is kept."""

    AWS = "aws", "AWS Secrets Manager"
    GCP = "gcp", "Google Secret Manager"
    AZURE = "azure", "Azure Key Vault"


class Check(models.TextChoices):
    """What the last look at an external secret said; "cannot tell" is not "pass"."""

    PENDING = "pending"
    PASS = "pass"  # noqa: S105  a verdict
    REFUSED = "refused"
    CANNOT_TELL = "cannot_tell"


class SecretQuerySet(TenantQuerySet["Secret"]):
    def present(self) -> Self:
        return self.filter(deleted_at=None)

    def by_name(self) -> Self:
        return self.order_by("name", "id")

    def with_project(self) -> Self:
        return self.select_related("project")

    def of_project(self, project_id: UUID | None) -> Self:
        """Secrets of one project, or of the organization itself."""
        return self.filter(project_id=project_id)

    def in_project_named(self, name: str) -> Self:
        """By the project's name; an empty name is the organization itself."""
        return self.filter(project__name=name) if name else self.filter(project=None)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def named(self, name: str) -> Self:
        return self.filter(name=name)

    def speaking_of(self, text: str) -> Self:
        """Secrets whose name, description or one of whose present keys contains the text."""
        keys = SecretVersion.objects.filter(
            secret=OuterRef("pk"), number=OuterRef("current_version"), key_names__icontains=text
        )
        return self.filter(Q(name__icontains=text) | Q(description__icontains=text) | Exists(keys))

    def expiring(self, before: datetime) -> Self:
        return self.filter(expires_at__lte=before)

    def needing_somebody(self, at: datetime) -> Self:
        """Expired or about to, refused by its cloud, or due for a rotation that only a person can make."""
        made_here = ["symmetric", "asymmetric"]
        due = Q(next_rotation_at__lte=at) & ~Q(kind__in=made_here)
        return self.filter(due | Q(expires_at__lte=at + WARN_BEFORE) | Q(check_state=Check.REFUSED)).by_name()

    def due_for_rotation(self, at: datetime) -> Self:
        return self.filter(next_rotation_at__lte=at)


class Secret(OrganizationRow):
    """A name for confidential data; `current_version` counts from 1."""

    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="secrets")
    """Empty: it belongs to the organization, and every project may read it."""
    name = models.CharField(max_length=63)
    kind = models.CharField(max_length=12, choices=Kind)
    detail = models.CharField(max_length=120, blank=True)
    """What the value is, for people: "ECDSA P-256", "256 bits", "file, 214 KB"."""
    description = models.CharField(max_length=300, blank=True)
    current_version = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField(default=now)
    rotated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    """Its values are destroyed; the row stays until every region has removed it too."""

    rotate_days = models.PositiveSmallIntegerField(null=True)
    """Days from one rotation to the next; empty: no schedule."""
    next_rotation_at = models.DateTimeField(null=True)
    grace_hours = models.PositiveSmallIntegerField(default=24)
    """How long the value before stays valid after a rotation."""

    provider = models.CharField(max_length=8, choices=Provider, blank=True)
    reference = models.CharField(max_length=400, blank=True)
    """Of an external secret: where the customer's cloud keeps it (an ARN of AWS Secrets Manager)."""
    check_state = models.CharField(max_length=12, choices=Check, blank=True)
    check_message = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)

    objects = tenant_manager(SecretQuerySet)

    database_grants: ClassVar = {"engine": "SELECT (id, org_id, kind, deleted_at, next_rotation_at)"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["org_id", "project", "name"],
                condition=Q(deleted_at=None),
                nulls_distinct=False,
                name="secret_name_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="secret_kind_known"),
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="secret_name_is_plain"),
            models.CheckConstraint(
                condition=(Q(kind="external") & ~Q(provider="") & ~Q(reference=""))
                | (~Q(kind="external") & Q(provider="", reference="")),
                name="secret_reference_with_external",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org_id", "name", "id"], name="secret_by_name"),
            models.Index(
                fields=["next_rotation_at"], condition=Q(next_rotation_at__isnull=False), name="secret_due"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        return self.kind == Kind.EXTERNAL


class SecretVersionQuerySet(TenantQuerySet["SecretVersion"]):
    def of(self, secret_id: UUID) -> Self:
        return self.filter(secret_id=secret_id)

    def numbered(self, number: int) -> Self:
        return self.filter(number=number)

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def numbers(self) -> Any:
        return self.newest_first().values_list("number", flat=True)

    def without_value(self) -> Self:
        """For lists: the stored bytes stay in the database."""
        return self.defer("value")

    def current(self) -> Self:
        return self.filter(number=F("secret__current_version"))

    def kept(self) -> Self:
        """Versions whose value still exists."""
        return self.filter(ended_at=None)

    def wanted(self, numbers: Mapping[UUID, int]) -> Self:
        """The version of each secret that is named."""
        named = Q(pk__in=[])
        for secret_id, number in numbers.items():
            named |= Q(secret_id=secret_id, number=number)
        return self.filter(named)


class SecretVersion(OrganizationRow):
    """One state of a secret's value. It is written once; ending it destroys the value and keeps the fact."""

    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    value = EncryptedField(owner="org_id", bound_to=("secret_id", "number"), null=True)
    """All keys with their values, as `secrets_app.contents` writes them; under a data key of its own."""
    entries = models.JSONField(default=list)
    """What may be shown without a reveal: `{"key", "bytes", "form", "since"}` of each key, in order.

    `since` is the version in which the value under this key came to be: equal numbers, equal values.
    """
    key_names = models.TextField(blank=True)
    """The keys, a line each, for the search."""
    expires_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    """Why it was made: "rotated", "rolled back to version 2", or a person's own words."""
    created_at = models.DateTimeField(default=now)
    created_by = models.CharField(max_length=200)
    valid_until = models.DateTimeField(null=True)
    """Since a later one was rotated in: the grace time; it ends then, but not before every region has that one."""
    ended_at = models.DateTimeField(null=True)

    objects = tenant_manager(SecretVersionQuerySet)

    database_grants: ClassVar = {"engine": "SELECT (id, org_id, secret_id, valid_until, ended_at)"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["secret", "number"], name="secret_version_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(ended_at__isnull=False), name="secret_value_until_ended"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["valid_until"],
                condition=Q(valid_until__isnull=False, ended_at__isnull=True),
                name="secret_version_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def keys(self) -> list[str]:
        return [str(entry["key"]) for entry in self.entries]


def facts_by_key(entries: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(entry["key"]): entry for entry in entries}
