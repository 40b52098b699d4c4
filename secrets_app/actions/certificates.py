"""What others ask of the plane's certificates: issue, renew, revoke."""

from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from secrets_app.models import Certificate, CertificateState, Level, Recipient, RegionTrust, WantedLeaf, Why
from secrets_app.pki import names
from secrets_app.trust import bundles, intermediates, regions, revocations


class CertificateUnknown(NotFound):
    code = "certificate_unknown"


class RegionNotJoined(NotFound):
    code = "region_not_joined"
    title = "The region has not joined its application plane"


class LeafWanted(Conflict):
    code = "leaf_wanted"
    title = "The region has been asked for this certificate"


class NotInUse(Conflict):
    code = "certificate_not_in_use"
    title = "The certificate is not in use"


class NameNotTyped(Invalid):
    code = "name_not_typed"
    title = "The name does not match"


def get(*, scope: Scope, certificate_id: UUID) -> Certificate:
    """Raises CertificateUnknown."""
    return _found(scope, certificate_id, lock=False)


def _found(scope: Scope, certificate_id: UUID, *, lock: bool) -> Certificate:
    rows = Certificate.objects.visible_to(scope).with_issuer()
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found: Certificate | None = rows.filter(pk=certificate_id).first()
    if found is None:
        raise CertificateUnknown("There is no such certificate.", todo="Choose one from the list of certificates.")
    return found


@transaction.atomic
def issue(*, scope: Scope, region_id: UUID, app: str, project: str) -> WantedLeaf:
    """Have a region issue a certificate for an app and renew it as long as it is wanted; twice is as good as once.

    The key is made in the region. Raises Refused, RegionNotJoined, and NameRefused for what makes no host name.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    recipient = _joined(scope, region_id)
    host = names.app_host(app, project, recipient.host)
    wanted, is_new = WantedLeaf.objects.get_or_create(
        recipient=recipient,
        app=app,
        project=project,
        defaults={"org_id": scope.org_id, "requested_by": scope.actor.label[:200]},
    )
    if is_new:
        audit.record(scope, "certificate:requested", wanted, region=recipient.name, host=host)
        _look_soon(scope, recipient)
    return wanted


@transaction.atomic
def withdraw(*, scope: Scope, region_id: UUID, app: str, project: str) -> None:
    """Have a region renew an app's certificate no more; what it has of it goes out of use. Raises Refused."""
    scope.require(Permission.CERTIFICATE_MANAGE)
    recipient = _joined(scope, region_id)
    for wanted in WantedLeaf.objects.visible_to(scope).to(recipient.id).named(app, project):
        audit.record(scope, "certificate:withdrawn", wanted, region=recipient.name)
        wanted.delete()
        _look_soon(scope, recipient)


def _joined(scope: Scope, region_id: UUID) -> Recipient:
    found: Recipient | None = Recipient.objects.visible_to(scope).present().of_region(region_id).first()
    if found is None or found.plane_id is None:
        raise RegionNotJoined(
            "This region has no certificates: it is not attached, or it is gone.", todo="Choose an active region."
        )
    return found


@transaction.atomic
def renew(*, scope: Scope, certificate_id: UUID) -> Certificate:
    """Have the certificate's region make a new key and take a new certificate in its place.

    The old one counts until the new one is used. Raises Refused, CertificateUnknown and NotInUse.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    certificate = _found(scope, certificate_id, lock=True)
    at = now()
    if certificate.level == Level.ROOT:
        raise NotInUse("A root is not renewed.", todo="Rotate the root of its application plane.")
    if certificate.state != CertificateState.VALID or certificate.recipient is None:
        raise NotInUse(
            f"{certificate} is {certificate.get_state_display().lower()}.", todo="Renew the one in use."
        )
    if certificate.level == Level.INTERMEDIATE:
        intermediates.ask_for_renewal(scope, _trust_of(scope, certificate), why="asked by a person", now=at)
    elif certificate.renewal_asked_at is None:
        audit.record(scope, "certificate:renewal-asked", certificate, serial=certificate.serial)
    Certificate.objects.filter(pk=certificate.pk, renewal_asked_at=None).update(renewal_asked_at=at)
    _look_soon(scope, certificate.recipient)
    certificate.refresh_from_db(fields=["renewal_asked_at"])
    return certificate


def _trust_of(scope: Scope, certificate: Certificate) -> RegionTrust:
    """Raises NotInUse unless the region issues from the certificate."""
    rows = RegionTrust.objects.visible_to(scope).of_certificate(certificate.id).with_recipient()
    found: RegionTrust | None = rows.first()
    if found is None:
        raise NotInUse(f"{certificate} is not what its region issues from.", todo="Renew the one in use.")
    return found


@transaction.atomic
def revoke(*, scope: Scope, certificate_id: UUID, why: Why, typed_name: str) -> Certificate:
    """Take a certificate back for good. `typed_name` is its name, typed by a person.

    Raises Refused, CertificateUnknown, NameNotTyped and NotRevocable.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    certificate = _found(scope, certificate_id, lock=True)
    if typed_name.strip() != certificate.common_name:
        raise NameNotTyped(f"Type {certificate.common_name} to revoke it.", field="typed_name")
    revocations.revoke(scope, certificate, why=why, now=now())
    return certificate


def _look_soon(scope: Scope, recipient: Recipient) -> None:
    assert recipient.plane_id is not None
    regions.join(scope, recipient, now=now())
    bundles.wake_one(scope, recipient, now())
