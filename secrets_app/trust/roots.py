"""Making a plane's roots, and signing with them."""

from datetime import datetime
from uuid import UUID

from accounts.models import ApplicationPlane, Organization
from console.audit.actions import events as audit
from console.kernel.errors import Conflict
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from secrets_app.models import AuthorityState, CertificateAuthority
from secrets_app.pki import issue, keys, names
from secrets_app.trust import records


class NoIssuingRoot(Conflict):
    code = "no_issuing_root"
    title = "The application plane has no root that issues"


def locked(scope: Scope, plane_id: UUID) -> ApplicationPlane:
    """The plane, locked: what it trusts is changed by one writer at a time."""
    plane: ApplicationPlane = (
        ApplicationPlane.objects.visible_to(scope).select_for_update(no_key=True).get(pk=plane_id)
    )
    return plane


def create(
    scope: Scope,
    plane: ApplicationPlane,
    *,
    state: AuthorityState,
    now: datetime,
    operation_id: UUID | None = None,
) -> CertificateAuthority:
    """Make a root with a fresh key. The plane is locked by the caller."""
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane.id)
    number = 1 + max(rows.values_list("number", flat=True), default=0)
    organization = Organization.objects.get(pk=scope.org_id)
    key = keys.generate()
    subject = names.authority(organization.name, f"{plane.slug} root {number}", key.public_key())
    certificate = issue.self_signed_root(keys.KeySigner(key), subject, now)
    row = records.root(certificate, org_id=scope.org_id, plane_id=plane.id)
    row.save(force_insert=True)
    authority = CertificateAuthority(
        id=new_id(),
        org_id=scope.org_id,
        plane=plane,
        number=number,
        state=state,
        certificate=row,
        private_key=keys.to_pem(key).decode(),
        operation_id=operation_id,
        created_by=scope.actor.label[:200],
        issuing_at=now if state is AuthorityState.ISSUING else None,
    )
    authority.save(force_insert=True)
    audit.record(scope, "authority:created", authority, plane=plane.slug, number=number, serial=row.serial)
    return authority


def issuing(scope: Scope, plane_id: UUID) -> CertificateAuthority:
    """Raises NoIssuingRoot."""
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane_id).issuing().with_certificate()
    found: CertificateAuthority | None = rows.first()
    if found is None:
        raise NoIssuingRoot(
            "The application plane has no root of the console's that issues.", todo="Make its root first."
        )
    return found


def issuer_of(authority: CertificateAuthority) -> issue.Issuer:
    """The root as one that signs. Raises KeyUnavailable or Unreadable when its key cannot be had."""
    text = authority.private_key
    if text is None:
        raise NoIssuingRoot(f"The key of {authority} is not held by the console.", todo="Use its own root.")
    signer = keys.KeySigner(keys.from_pem(text.encode()))
    return issue.Issuer.of(records.parsed(authority.certificate.pem), signer)
