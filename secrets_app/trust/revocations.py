"""Taking certificates back."""

from datetime import datetime

from console.audit.actions import events as audit
from console.kernel.errors import Conflict
from console.kernel.scope import Scope
from secrets_app.models import (
    AuthorityState,
    Certificate,
    CertificateAuthority,
    CertificateState,
    Level,
    Recipient,
    RegionTrust,
    Why,
)
from secrets_app.trust import bundles, intermediates, lists


class NotRevocable(Conflict):
    code = "certificate_not_revocable"
    title = "The certificate cannot be revoked"


def revoke(scope: Scope, certificate: Certificate, *, why: Why, now: datetime) -> None:
    """Mark it, and have its issuer's next list name it: a root's is made here, a region's there.

    The row is locked by the caller. A region whose authority is revoked is asked for a new key at once.
    """
    _require_revocable(certificate, now)
    certificate.state = CertificateState.REVOKED
    certificate.revoked_at, certificate.revoked_by = now, scope.actor.label[:200]
    certificate.revocation_reason = why
    certificate.save(update_fields=["state", "revoked_at", "revoked_by", "revocation_reason"])
    if certificate.level == Level.INTERMEDIATE:
        lists.issue(scope, _root_of(scope, certificate), now=now)
        _replace(scope, certificate, now)
    level, serial = certificate.level, certificate.serial
    audit.record(scope, "certificate:revoked", certificate, reason=why.label, level=level, serial=serial)
    bundles.wake(scope, certificate.plane_id, now)


def _require_revocable(certificate: Certificate, now: datetime) -> None:
    if certificate.level == Level.ROOT:
        raise NotRevocable(
            "Nobody could believe a root that revokes itself.",
            todo="Rotate the plane's root: the old one leaves every bundle.",
        )
    if certificate.state == CertificateState.REVOKED:
        raise NotRevocable(f"{certificate} is revoked already.", todo="Nothing is left to do.")
    if certificate.not_after <= now:
        raise NotRevocable(f"{certificate} has ended; nobody accepts it.", todo="Nothing is left to do.")


def _root_of(scope: Scope, certificate: Certificate) -> CertificateAuthority:
    """The root that signed an intermediate. Raises NotRevocable unless its key is ours and in use."""
    assert certificate.issuer is not None
    rows = CertificateAuthority.objects.visible_to(scope).with_certificate()
    root: CertificateAuthority | None = rows.filter(certificate=certificate.issuer).first()
    if root is None or not root.is_ours:
        raise NotRevocable(
            f"{certificate} was issued by your own CA.", todo="Revoke it there, then import another one."
        )
    if root.state == AuthorityState.REMOVED:
        raise NotRevocable(f"No region trusts {root} any more.", todo="Nothing is left to do.")
    return root


def _replace(scope: Scope, certificate: Certificate, now: datetime) -> None:
    trust = RegionTrust.objects.visible_to(scope).of_certificate(certificate.id).with_recipient().first()
    if trust is not None:
        intermediates.ask_for_renewal(scope, trust, why="its authority is revoked", now=now)


def region_gone(scope: Scope, recipient: Recipient, *, now: datetime) -> None:
    """A region that is deprovisioned speaks for nobody: its authorities are revoked."""
    own = Certificate.objects.visible_to(scope).of_recipient(recipient.id).at_level(Level.INTERMEDIATE)
    for certificate in own.may_count(now).select_for_update(of=("self",)):
        try:
            revoke(scope, certificate, why=Why.CESSATION, now=now)
        except NotRevocable:
            continue  # its root is the customer's, or gone
