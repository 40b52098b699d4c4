"""The roots of application planes, what regions are told to trust, and what they said of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import ApplicationPlane
from console.encryption.fields import EncryptedField
from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from secrets_app.models.certificates import Certificate
from secrets_app.models.recipients import Recipient, RecipientState


class AuthorityState(models.TextChoices):
    PREPARED = "prepared"
    """Trusted, or on its way to be; nothing comes from it yet."""
    ISSUING = "issuing"
    RETIRING = "retiring"
    """Still trusted, issues no more."""
    REMOVED = "removed"
    """In no bundle; its private key is destroyed."""


IN_BUNDLES = frozenset({AuthorityState.PREPARED, AuthorityState.ISSUING, AuthorityState.RETIRING})


class AuthoritySource(models.TextChoices):
    CONSOLE = "console"
    CUSTOMER = "customer"
    """The customer's own CA: we hold its certificate, never its key."""


class AuthorityQuerySet(TenantQuerySet["CertificateAuthority"]):
    def of_plane(self, plane_id: UUID) -> Self:
        return self.filter(plane_id=plane_id)

    def trusted(self) -> Self:
        return self.filter(state__in=IN_BUNDLES)

    def issuing(self) -> Self:
        return self.filter(state=AuthorityState.ISSUING, source=AuthoritySource.CONSOLE)

    def ours(self) -> Self:
        return self.filter(source=AuthoritySource.CONSOLE)

    def of_customer(self) -> Self:
        return self.filter(source=AuthoritySource.CUSTOMER)

    def with_signing_key(self) -> Self:
        """Those of the customer whose key the console may have sign."""
        return self.exclude(signing_place={})

    def with_fingerprint(self, fingerprint: str) -> Self:
        return self.filter(certificate__fingerprint=fingerprint)

    def list_due(self, at: datetime) -> Self:
        """Those whose next revocation list is to be made."""
        return self.filter(list_due_at__lte=at)

    def made_by(self, operation_id: UUID) -> Self:
        return self.filter(operation_id=operation_id)

    def in_order(self) -> Self:
        return self.order_by("plane_id", "number")

    def with_certificate(self) -> Self:
        return self.select_related("certificate")

    def without_key(self) -> Self:
        """For lists: the stored bytes stay in the database."""
        return self.defer("private_key")


class CertificateAuthority(OrganizationRow):
    """A root of an application plane. It signs intermediates and its own revocation list, nothing else."""

    plane = models.ForeignKey(ApplicationPlane, on_delete=models.PROTECT, related_name="authorities")
    number = models.PositiveIntegerField()
    """1 is the plane's first root; each rotation adds one."""
    source = models.CharField(max_length=8, choices=AuthoritySource, default=AuthoritySource.CONSOLE)
    state = models.CharField(max_length=8, choices=AuthorityState)
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="authority")
    private_key = EncryptedField(owner="org_id", keyring="keyring_name", null=True)
    """PKCS #8; empty for a customer's CA, and once the root is removed."""
    signing_place = models.JSONField(default=dict)
    """Of a customer's CA whose key the console may have sign: where that key is, and the way to it."""
    operation_id = models.UUIDField(null=True)
    """The rotation that made it."""
    created_at = models.DateTimeField(default=now)
    created_by = models.CharField(max_length=200)
    issuing_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    list_due_at = models.DateTimeField(null=True)
    """When its next revocation list is to be made; empty where we make none."""

    objects = tenant_manager(AuthorityQuerySet)

    database_grants: ClassVar = {"engine": "SELECT (id, org_id, state, list_due_at)"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plane", "number"], name="authority_number_once"),
            models.UniqueConstraint(
                fields=["plane"], condition=Q(state="issuing", source="console"), name="authority_one_issues"
            ),
            models.UniqueConstraint(
                fields=["operation_id"], condition=Q(operation_id__isnull=False), name="authority_once_a_rotation"
            ),
            models.CheckConstraint(condition=Q(state__in=AuthorityState.values), name="authority_state_known"),
            models.CheckConstraint(
                condition=Q(private_key__isnull=True) | Q(source="console"), name="authority_key_of_ours_alone"
            ),
            models.CheckConstraint(
                condition=Q(signing_place={}) | Q(source="customer"),
                name="authority_signing_key_of_theirs",
            ),
        ]
        verbose_name_plural = "certificate authorities"

    def __str__(self) -> str:
        return self.certificate.common_name

    @property
    def name(self) -> str:
        return self.certificate.common_name

    @property
    def keyring_name(self) -> str:
        """A keyring of the plane's own: what opens secrets opens no root."""
        return f"{self.org_id}.ca.{self.plane_id}"

    @property
    def signing_key(self) -> str:
        """ARN of the customer's key that signs; empty where another does."""
        return str(self.signing_place.get("key", ""))

    @property
    def is_ours(self) -> bool:
        return self.source == AuthoritySource.CONSOLE


class TrustBundleQuerySet(TenantQuerySet["TrustBundle"]):
    def of_plane(self, plane_id: UUID) -> Self:
        return self.filter(plane_id=plane_id)

    def newest_first(self) -> Self:
        return self.order_by("-version")

    def with_root(self, fingerprint: str) -> Self:
        return self.filter(roots__contains=[fingerprint])

    def between(self, first: int, last: int) -> Self:
        return self.filter(version__gte=first, version__lte=last)


class TrustBundle(OrganizationRow):
    """What every region of a plane trusts: one immutable version of the list of roots."""

    plane = models.ForeignKey(ApplicationPlane, on_delete=models.PROTECT, related_name="bundles")
    version = models.PositiveIntegerField()
    roots = ArrayField(models.CharField(max_length=64))
    """SHA-256 fingerprints, in the order of the PEM."""
    pem = models.TextField()
    reason = models.CharField(max_length=200)
    operation_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(TrustBundleQuerySet)

    database_grants: ClassVar = {"app": "SELECT, INSERT"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plane", "version"], name="bundle_version_once"),
            models.CheckConstraint(condition=~Q(roots=[]), name="bundle_trusts_something"),
        ]

    def __str__(self) -> str:
        return f"bundle {self.version}"


class RegionTrustQuerySet(TenantQuerySet["RegionTrust"]):
    def of_plane(self, plane_id: UUID) -> Self:
        return self.filter(recipient__plane_id=plane_id)

    def to(self, recipient_id: UUID) -> Self:
        return self.filter(recipient_id=recipient_id)

    def of_region(self, region_id: UUID) -> Self:
        return self.filter(recipient__region_id=region_id)

    def was_published(self, before: Mapping[str, str], *, now: Mapping[str, str]) -> bool:
        """Note what was put, unless another look has noted something since `before` was read."""
        return self.filter(published_digests=before).update(published_digests=now) == 1

    def behind(self, since: datetime) -> Self:
        """Those that were told of a bundle before `since` and have not confirmed it."""
        return self.filter(desired_at__lte=since, applied_bundle__lt=F("desired_bundle"))

    def issuing_from_due(self, at: datetime) -> Self:
        """Those whose intermediate is to be renewed, and that have not been asked."""
        return self.filter(intermediate__renew_at__lte=at, renewal_of="")

    def of_certificate(self, certificate_id: UUID) -> Self:
        return self.filter(intermediate_id=certificate_id)

    def present(self) -> Self:
        return self.exclude(recipient__state=RecipientState.GONE)

    def with_recipient(self) -> Self:
        return self.select_related("recipient", "intermediate", "intermediate__issuer")

    def by_name(self) -> Self:
        return self.order_by("recipient__name", "recipient_id")


class RegionTrust(OrganizationRow):
    """What one region should trust and issue from, and what it has said that it does."""

    recipient = models.OneToOneField(Recipient, on_delete=models.CASCADE, related_name="trust")
    desired_bundle = models.PositiveIntegerField(default=0)
    desired_at = models.DateTimeField(default=now)
    applied_bundle = models.PositiveIntegerField(default=0)
    """0: it has confirmed none yet."""
    bundle_applied_at = models.DateTimeField(null=True)
    intermediate = models.ForeignKey(Certificate, null=True, on_delete=models.SET_NULL, related_name="+")
    """What it should issue from."""
    applied_intermediate = models.CharField(max_length=40, blank=True)
    """Serial of what it says that it issues from."""
    intermediate_applied_at = models.DateTimeField(null=True)
    by_customer = models.BooleanField(default=False)
    """Its intermediates come from the customer's own CA: requests wait for one to be imported."""
    renewal_of = models.CharField(max_length=40, blank=True)
    """Serial of the intermediate for which the region is asked to make a new key and request."""
    renewal_asked_at = models.DateTimeField(null=True)
    request_pem = models.TextField(blank=True)
    """The newest certificate request that passed the checks."""
    request_key_id = models.CharField(max_length=40, blank=True)
    request_at = models.DateTimeField(null=True)
    read_digests = models.JSONField(default=dict)
    """SHA-256 of the region's objects as they were taken in last, by key."""
    published_digests = models.JSONField(default=dict)
    """SHA-256 of our objects as they lie in its bucket, by key."""
    lists_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the revocation lists that the region should have."""
    applied_lists = models.CharField(max_length=64, blank=True)
    troubles = models.JSONField(default=dict)
    """Why something that the region offered was refused, for people, by key of the object."""
    reported_at = models.DateTimeField(null=True)

    objects = tenant_manager(RegionTrustQuerySet)

    def __str__(self) -> str:
        return f"Trust of {self.recipient_id}"

    @property
    def bundle_confirmed(self) -> bool:
        return self.desired_bundle > 0 and self.applied_bundle == self.desired_bundle

    @property
    def intermediate_confirmed(self) -> bool:
        return self.intermediate is not None and self.applied_intermediate == self.intermediate.serial


class WantedLeafQuerySet(TenantQuerySet["WantedLeaf"]):
    def to(self, recipient_id: UUID) -> Self:
        return self.filter(recipient_id=recipient_id)

    def named(self, app: str, project: str) -> Self:
        return self.filter(app=app, project=project)

    def in_order(self) -> Self:
        return self.order_by("project", "app")


class WantedLeaf(OrganizationRow):
    """An app that a region should hold a certificate for; the region issues and renews it by itself."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="wanted_leaves")
    project = models.CharField(max_length=63)
    app = models.CharField(max_length=63)
    requested_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(WantedLeafQuerySet)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "project", "app"], name="wanted_leaf_once"),
        ]
        verbose_name_plural = "wanted leaves"

    def __str__(self) -> str:
        return f"{self.app}.{self.project}"
