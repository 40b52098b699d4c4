"""Roots of a customer's own: what their certificates must be, and their place among what a plane trusts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.x509 import BasicConstraints

from accounts.models import ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.scope import Scope
from secrets_app.models import AuthoritySource, AuthorityState, CertificateAuthority, RegionTrust
from secrets_app.pki import pem
from secrets_app.pki.conformity import is_strong
from secrets_app.pki.refusals import ChainRefused, Reason
from secrets_app.trust import bundles, records


def add(
    scope: Scope,
    plane: ApplicationPlane,
    certificate: x509.Certificate,
    *,
    now: datetime,
    signing_place: Mapping[str, str] | None = None,
) -> CertificateAuthority:
    """Trust a root with the plane's next bundle; one that is trusted already is returned. The plane is locked.

    `signing_place` says where its key is, if the console may have it sign. Raises ChainRefused.
    """
    _check(certificate, now)
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane.id).with_certificate()
    known: CertificateAuthority | None = rows.trusted().with_fingerprint(pem.fingerprint(certificate)).first()
    if known is not None:
        return known
    row = records.root(certificate, org_id=scope.org_id, plane_id=plane.id)
    row.save(force_insert=True)
    made = CertificateAuthority.objects.create(
        org_id=scope.org_id,
        plane=plane,
        number=1 + max(rows.values_list("number", flat=True), default=0),
        source=AuthoritySource.CUSTOMER,
        state=AuthorityState.ISSUING,
        certificate=row,
        signing_place=dict(signing_place or {}),
        created_by=scope.actor.label[:200],
    )
    audit.record(
        scope, "authority:trusted", made, plane=plane.slug, fingerprint=row.fingerprint, key=made.signing_key
    )
    bundles.publish(scope, plane, reason=f"{made}, a CA of your own, is added", now=now)
    return made


def _check(certificate: x509.Certificate, now: datetime) -> None:
    try:
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(BasicConstraints).value
    except Exception:  # noqa: BLE001  whatever the library says of a stranger's certificate
        raise ChainRefused(
            Reason.NOT_A_CA, "This is not the self-signed certificate of an authority.", todo="Send your root."
        ) from None
    if not constraints.ca or not is_strong(certificate):
        raise ChainRefused(Reason.WEAK_KEY, "This root has a weak key, or is no authority.", todo="Send another.")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise ChainRefused(Reason.EXPIRED, "This root is not valid now.", todo="Send one that is.")


def that_signs(scope: Scope, plane_id: UUID) -> CertificateAuthority | None:
    """The newest trusted root of the customer's whose key the console may have sign."""
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane_id).trusted().of_customer()
    found: CertificateAuthority | None = rows.with_signing_key().with_certificate().order_by("-number").first()
    return found


def with_key(scope: Scope, plane_id: UUID, arn: str) -> CertificateAuthority | None:
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane_id).trusted().of_customer()
    found: CertificateAuthority | None = rows.filter(signing_place__key=arn).with_certificate().first()
    return found


def not_confirmed(scope: Scope, root: CertificateAuthority) -> list[str]:
    """Names of regions that do not trust the root yet: before all do, nothing that comes from it is presented."""
    bundle = bundles.first_with(scope, root)
    present = RegionTrust.objects.visible_to(scope).of_plane(root.plane_id).present().with_recipient()
    return sorted(trust.recipient.name for trust in present if trust.applied_bundle < bundle)
