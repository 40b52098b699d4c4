"""Certificates and the lists of those that are revoked."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import ApplicationPlane
from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from secrets_app.models.recipients import Recipient, RecipientState


class Level(models.TextChoices):
    ROOT = "root"
    INTERMEDIATE = "intermediate"
    LEAF = "leaf"


class CertificateState(models.TextChoices):
    VALID = "valid"
    SUPERSEDED = "superseded"
    """Another one is used in its place; it counts until it ends, unless it is revoked."""
    REVOKED = "revoked"


class Why(models.TextChoices):
    """RFC 5280, 5.3.1, the reasons that a person gives."""

    KEY_COMPROMISE = "keyCompromise", "Its private key may be known to others"
    SUPERSEDED = "superseded", "Another certificate took its place"
    CESSATION = "cessationOfOperation", "What it was for is gone"
    PRIVILEGE = "privilegeWithdrawn", "Its holder may no longer do this"
    UNSPECIFIED = "unspecified", "Another reason"


class CertificateQuerySet(TenantQuerySet["Certificate"]):
    def of_plane(self, plane_id: UUID) -> Self:
        return self.filter(plane_id=plane_id)

    def of_recipient(self, recipient_id: UUID) -> Self:
        return self.filter(recipient_id=recipient_id)

    def at_level(self, level: str) -> Self:
        return self.filter(level=level)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def in_use(self) -> Self:
        """What is presented, or issued from, now."""
        gone = Q(recipient__state=RecipientState.GONE)
        return self.filter(state=CertificateState.VALID).exclude(gone)

    def may_count(self, at: datetime) -> Self:
        """Neither ended nor revoked: somebody may still trust it."""
        return self.exclude(state=CertificateState.REVOKED).filter(not_after__gt=at)

    def revoked(self) -> Self:
        return self.filter(state=CertificateState.REVOKED)

    def with_key_id(self, key_id: str) -> Self:
        return self.filter(key_id=key_id)

    def issued_by(self, issuer_id: UUID) -> Self:
        return self.filter(issuer_id=issuer_id)

    def below(self, certificate: "Certificate") -> Self:
        """Itself and everything that hangs on it."""
        own, child, grandchild = Q(id=certificate.id), Q(issuer=certificate), Q(issuer__issuer=certificate)
        return self.filter(own | child | grandchild)

    def with_issuer(self) -> Self:
        return self.select_related("issuer", "recipient", "plane")

    def without_pem(self) -> Self:
        """For lists: the text stays in the database."""
        return self.defer("pem", "issuer__pem")

    def due(self, at: datetime) -> Self:
        return self.filter(renew_at__lte=at)

    def overdue(self, at: datetime, grace: timedelta) -> Self:
        """Should have been renewed by now."""
        return self.filter(renew_at__lte=at - grace)

    def speaking_of(self, text: str) -> Self:
        named = Q(names__icontains=text) | Q(common_name__icontains=text)
        return self.filter(named | Q(serial__startswith=text.replace(":", "").lower()))

    def soonest_first(self) -> Self:
        return self.order_by("not_after", "id")


class Certificate(OrganizationRow):
    """One certificate as it is; everything but state and renewal is read from the certificate itself."""

    plane = models.ForeignKey(ApplicationPlane, on_delete=models.PROTECT, related_name="certificates")
    recipient = models.ForeignKey(Recipient, null=True, on_delete=models.PROTECT, related_name="certificates")
    """The region it belongs to; empty for roots."""
    level = models.CharField(max_length=12, choices=Level)
    issuer = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="issued")
    """Empty for roots. Of a customer's chain the root, whatever stands between (`above_pem`)."""
    common_name = models.CharField(max_length=253)
    """What people call it: the authority's name, or the leaf's host."""
    subject = models.CharField(max_length=400, blank=True)
    names = ArrayField(models.CharField(max_length=253), default=list)
    """Its DNS names; of an intermediate, the subtrees that it is limited to."""
    app = models.CharField(max_length=63, blank=True)
    project = models.CharField(max_length=63, blank=True)
    serial = models.CharField(max_length=40)
    """Lower-case hexadecimal."""
    key_id = models.CharField(max_length=40)
    """Subject key identifier, in hexadecimal."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the DER."""
    pem = models.TextField()
    above_pem = models.TextField(blank=True)
    """Of a customer's chain: the authorities between it and the root."""
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    renew_at = models.DateTimeField()
    """Two thirds into its life."""
    renewal_asked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=CertificateState, default=CertificateState.VALID)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=200, blank=True)
    revocation_reason = models.CharField(max_length=24, choices=Why, blank=True)
    created_at = models.DateTimeField(default=now)
    """When the console signed it, or first saw it."""

    objects = tenant_manager(CertificateQuerySet)

    database_grants: ClassVar = {"engine": "SELECT (id, org_id, level, state, renew_at, renewal_asked_at)"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org_id", "fingerprint"], name="certificate_once"),
            models.UniqueConstraint(fields=["issuer", "serial"], name="certificate_serial_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="certificate_level_known"),
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificate_state_known"),
            models.CheckConstraint(condition=Q(not_after__gt=F("not_before")), name="certificate_has_a_life"),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False)
                | (~Q(state="revoked") & Q(revoked_at__isnull=True)),
                name="certificate_revoked_when",
            ),
            models.CheckConstraint(
                condition=Q(level="root", recipient__isnull=True)
                | (~Q(level="root") & Q(recipient__isnull=False)),
                name="certificate_below_roots_is_a_regions",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org_id", "not_after", "id"], name="certificate_soonest"),
            models.Index(fields=["recipient", "level", "state"], name="certificate_of_region"),
            models.Index(fields=["renew_at"], condition=Q(state="valid"), name="certificate_due"),
        ]

    def __str__(self) -> str:
        return self.common_name

    @property
    def is_authority(self) -> bool:
        return self.level != Level.LEAF

    @property
    def label(self) -> str:
        """A short name for pictures: app and project, or the authority's region."""
        if self.level == Level.LEAF:
            return f"{self.app}.{self.project}" if self.app else self.common_name
        return self.common_name


class RevocationListQuerySet(TenantQuerySet["RevocationList"]):
    def of_plane(self, plane_id: UUID) -> Self:
        return self.filter(issuer__plane_id=plane_id)

    def of_issuer(self, issuer_id: UUID) -> Self:
        return self.filter(issuer_id=issuer_id)

    def older_than(self, number: int) -> Self:
        return self.filter(number__lt=number)

    def newest_of_each(self) -> Self:
        return self.order_by("issuer_id", "-number").distinct("issuer_id")

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def with_issuer(self) -> Self:
        return self.select_related("issuer")


class RevocationList(OrganizationRow):
    """One list of an authority: a root's is made here, an intermediate's in its region and judged here."""

    issuer = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="lists")
    number = models.PositiveBigIntegerField()
    """CRL number (RFC 5280, 5.2.3); grows with each list of an issuer."""
    entries = models.PositiveIntegerField()
    serials = ArrayField(models.CharField(max_length=40), default=list)
    pem = models.TextField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(RevocationListQuerySet)

    database_grants: ClassVar = {"app": "SELECT, INSERT, DELETE"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "number"], name="revocation_list_once"),
        ]

    def __str__(self) -> str:
        return f"revocation list {self.number}"
