"""Leaves that a region reports: each is verified up to a root of the plane before it is listed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from console.audit.actions import events as audit
from console.audit.models import Outcome
from console.kernel.scope import Scope
from secrets_app.models import Certificate, CertificateAuthority, CertificateState, Level, RegionTrust
from secrets_app.models.certificates import CertificateQuerySet
from secrets_app.pki import chain, pem
from secrets_app.pki.refusals import ChainRefused, PkiRefused, Reason
from secrets_app.trust import records

MOST = 5_000
ALL_CAN_BE_WRONG = 20  # how many refusals are told apart in the trail


class ReportUnreadable(PkiRefused):
    code = "leaf_report_unreadable"
    title = "A region's report cannot be read"


@dataclass(frozen=True, slots=True)
class Above:
    """Who may have issued the leaves of one region, and what the plane trusts."""

    issuers: Sequence[Certificate]
    roots: Sequence[CertificateAuthority]

    def judge(self, leaf: x509.Certificate, now: datetime) -> tuple[Certificate, str]:
        """Return the issuer and the host. Raise PkiRefused."""
        issuer = self._issuer(leaf)
        host = _host(leaf)
        root = next((one for one in self.roots if one.certificate_id == issuer.issuer_id), None)
        if root is None:
            raise ChainRefused(Reason.UNKNOWN_ISSUER, f"{host} comes from a root that the plane does not trust.")
        between = pem.certificates(issuer.above_pem.encode()) if issuer.above_pem else ()
        for usage in chain.Usage:
            chain.verify(
                leaf,
                [records.parsed(issuer.pem), *between],
                [records.parsed(root.certificate.pem)],
                now=now,
                host=host,
                usage=usage,
                customers_ca=not root.is_ours,
            )
        return issuer, host

    def _issuer(self, leaf: x509.Certificate) -> Certificate:
        for row in self.issuers:
            try:
                leaf.verify_directly_issued_by(records.parsed(row.pem))
            except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
                continue
            return row
        raise ChainRefused(Reason.UNKNOWN_ISSUER, "A leaf is not issued by an authority of the region.")


def _host(leaf: x509.Certificate) -> str:
    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return found.get_values_for_type(x509.DNSName)[0]
    except (x509.ExtensionNotFound, ValueError, IndexError):
        raise ChainRefused(Reason.WRONG_NAME, "A leaf carries no host name.") from None


def take(scope: Scope, trust: RegionTrust, report: bytes, *, now: datetime) -> list[str]:
    """List what the region uses now; return a sentence for each leaf that was refused.

    Raises ReportUnreadable.
    """
    found = _read(report)
    known = {row.fingerprint: row for row in _rows(scope, trust).at_level(Level.LEAF)}
    fresh, refused = _judged(scope, trust, {key: one for key, one in found.items() if key not in known}, now)
    Certificate.objects.bulk_create(fresh)
    _settle(scope, trust, known, frozenset(found))
    still = [row for row in known.values() if row.fingerprint in found and row.state == CertificateState.REVOKED]
    for row in fresh[:ALL_CAN_BE_WRONG]:
        audit.record(scope, "certificate:listed", row, serial=row.serial, issuer=str(row.issuer))
    for sentence in refused[:ALL_CAN_BE_WRONG]:
        audit.record(scope, "certificate:refused", trust.recipient, outcome=Outcome.REFUSED, why=sentence)
    return [*refused, *(f"{row} is revoked and still in use." for row in still)]


def _read(report: bytes) -> Mapping[str, x509.Certificate]:
    try:
        told = json.loads(report)
    except ValueError:
        told = None
    if not isinstance(told, list) or len(told) > MOST or not all(isinstance(each, str) for each in told):
        raise ReportUnreadable(
            Reason.MALFORMED, f"Its list of leaves is not a JSON list of at most {MOST} certificates in PEM."
        )
    try:
        found = [pem.certificate(each.encode()) for each in told]
    except (ValueError, PkiRefused):
        raise ReportUnreadable(Reason.MALFORMED, "Its list of leaves holds what is no certificate.") from None
    return {pem.fingerprint(one): one for one in found}


def _rows(scope: Scope, trust: RegionTrust) -> CertificateQuerySet:
    rows: CertificateQuerySet = Certificate.objects.visible_to(scope)
    return rows.of_recipient(trust.recipient_id)


def _judged(
    scope: Scope, trust: RegionTrust, unknown: Mapping[str, x509.Certificate], now: datetime
) -> tuple[list[Certificate], list[str]]:
    if not unknown:
        return [], []
    issuers = list(_rows(scope, trust).at_level(Level.INTERMEDIATE).may_count(now).select_related("issuer"))
    assert trust.recipient.plane_id is not None
    trusted = CertificateAuthority.objects.visible_to(scope).of_plane(trust.recipient.plane_id).trusted()
    above = Above(issuers, list(trusted.with_certificate().without_key()))
    fresh, refused = [], []
    for leaf in unknown.values():
        try:
            issuer, host = above.judge(leaf, now)
        except PkiRefused as error:
            refused.append(error.message)
        else:
            fresh.append(records.leaf(leaf, recipient=trust.recipient, issuer=issuer, host=host))
    return fresh, refused


def _settle(scope: Scope, trust: RegionTrust, known: Mapping[str, Certificate], reported: frozenset[str]) -> None:
    """Those that are reported no more have been replaced, or their app is gone."""
    leaves = _rows(scope, trust).at_level(Level.LEAF)
    away = [row.id for key, row in known.items() if key not in reported]
    back = [row.id for key, row in known.items() if key in reported]
    leaves.in_state(CertificateState.VALID).filter(id__in=away).update(state=CertificateState.SUPERSEDED)
    leaves.in_state(CertificateState.SUPERSEDED).filter(id__in=back).update(state=CertificateState.VALID)
