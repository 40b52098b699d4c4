"""Revocation lists: a root's is made here, a region's own is taken in; all regions of a plane get them all."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from console.audit.actions import events as audit
from console.kernel.scope import Scope
from secrets_app.models import (
    Certificate,
    CertificateAuthority,
    Level,
    Recipient,
    RegionTrust,
    RevocationList,
)
from secrets_app.pki import revoke
from secrets_app.pki.keys import serial_text
from secrets_app.pki.profiles import CRL_PUBLISHED_EVERY
from secrets_app.pki.refusals import CrlRefused, Reason
from secrets_app.trust import bundles, records, roots


def issue(scope: Scope, authority: CertificateAuthority, *, now: datetime) -> RevocationList:
    """Make the root's next list and send it out."""
    number = 1 + _last_number(scope, authority.certificate_id)
    revoked = Certificate.objects.visible_to(scope).issued_by(authority.certificate_id).revoked()
    entries = [_entry(row) for row in revoked]
    made = revoke.crl(roots.issuer_of(authority), entries, number=number, now=now)
    row = _stored(scope, made, authority.certificate)
    authority.list_due_at = now + CRL_PUBLISHED_EVERY
    authority.save(update_fields=["list_due_at"])
    audit.record(scope, "revocation-list:issued", row, issuer=str(authority), number=number, entries=row.entries)
    refresh(scope, authority.plane_id, now)
    return row


def _entry(row: Certificate) -> revoke.Revoked:
    assert row.revoked_at is not None
    reason = ReasonFlags(row.revocation_reason) if row.revocation_reason else ReasonFlags.unspecified
    return revoke.Revoked(int(row.serial, 16), row.revoked_at, row.not_after, reason)


def take(scope: Scope, recipient: Recipient, text: bytes, *, now: datetime) -> list[RevocationList]:
    """Take in the lists that a region has made for its own authorities.

    Raises CrlRefused for one that is not theirs, not current, or older than one that was taken in before.
    """
    own = Certificate.objects.visible_to(scope).of_recipient(recipient.id).at_level(Level.INTERMEDIATE)
    issuers = list(own.may_count(now))
    taken = [row for found in revoke.read(text) if (row := _taken(scope, found, issuers, now))]
    if taken and recipient.plane_id is not None:
        refresh(scope, recipient.plane_id, now)
    return taken


def _taken(
    scope: Scope, found: x509.CertificateRevocationList, issuers: Iterable[Certificate], now: datetime
) -> RevocationList | None:
    row, judged = _judged(found, issuers, now)
    number = _number(judged)
    last = _last_number(scope, row.id)
    if number < last:
        raise CrlRefused(Reason.EXPIRED, f"List {number} of {row} is older than list {last}, given before.")
    return _stored(scope, judged, row) if number > last else None


def _judged(
    found: x509.CertificateRevocationList, issuers: Iterable[Certificate], now: datetime
) -> tuple[Certificate, x509.CertificateRevocationList]:
    refusal = CrlRefused(Reason.UNKNOWN_ISSUER, "A revocation list is not of one of the region's authorities.")
    for row in issuers:
        try:
            return row, revoke.judged(found, records.parsed(row.pem), now)
        except CrlRefused as refused:
            refusal = refused if refused.reason is not Reason.UNKNOWN_ISSUER else refusal
    raise refusal


def _stored(scope: Scope, made: x509.CertificateRevocationList, issuer: Certificate) -> RevocationList:
    assert made.next_update_utc is not None
    serials = sorted(serial_text(entry.serial_number) for entry in made)
    row = RevocationList.objects.create(
        org_id=scope.org_id,
        issuer=issuer,
        number=_number(made),
        entries=len(serials),
        serials=serials,
        pem=_pem(made),
        this_update=made.last_update_utc,
        next_update=made.next_update_utc,
    )
    RevocationList.objects.visible_to(scope).of_issuer(issuer.id).older_than(row.number).delete()
    return row


def _pem(made: x509.CertificateRevocationList) -> str:
    return made.public_bytes(Encoding.PEM).decode()


def _number(made: x509.CertificateRevocationList) -> int:
    return made.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _last_number(scope: Scope, issuer_id: UUID) -> int:
    row = RevocationList.objects.visible_to(scope).of_issuer(issuer_id).newest_first().first()
    return row.number if row else 0


def text(scope: Scope, plane_id: UUID, now: datetime) -> str:
    """The newest list of each authority whose certificates may still count."""
    newest = RevocationList.objects.visible_to(scope).of_plane(plane_id).with_issuer().newest_of_each()
    return "".join(each.pem for each in newest if each.issuer.not_after > now)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def refresh(scope: Scope, plane_id: UUID, now: datetime) -> None:
    """Ask every region of the plane to have the lists as they are now."""
    digest = digest_of(text(scope, plane_id, now))
    changed = RegionTrust.objects.visible_to(scope).of_plane(plane_id).exclude(lists_digest=digest)
    if changed.update(lists_digest=digest):
        bundles.wake(scope, plane_id, now)
