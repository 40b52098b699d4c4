"""A region's authority: its request is judged and signed here, its key is made there and stays there."""

from datetime import datetime

from accounts.models import Organization
from console.audit.actions import events as audit
from console.kernel.scope import Scope
from secrets_app.models import Certificate, CertificateState, Level, RecipientState, RegionTrust
from secrets_app.pki import issue, names, requests
from secrets_app.pki.keys import key_identifier
from secrets_app.pki.refusals import Reason, RequestRefused
from secrets_app.trust import bundles, records, roots


def ask_for_renewal(scope: Scope, trust: RegionTrust, *, why: str, now: datetime) -> None:
    """Have the region make a new key and a request for it; until that is signed it issues as before."""
    current = trust.intermediate
    if current is None or trust.renewal_of == current.serial:
        return
    trust.renewal_of, trust.renewal_asked_at = current.serial, now
    trust.save(update_fields=["renewal_of", "renewal_asked_at"])
    audit.record(scope, "certificate:renewal-asked", current, serial=current.serial, why=why)
    assert trust.recipient.plane_id is not None
    bundles.wake(scope, trust.recipient.plane_id, now)


def take_request(scope: Scope, trust: RegionTrust, text: bytes, *, now: datetime) -> None:
    """Keep a request that passes: it says no more than that its key is held there. Raises RequestRefused."""
    request = requests.checked(text)
    key_id = key_identifier(request.public_key).hex()
    if key_id == trust.request_key_id:
        return
    used = Certificate.objects.visible_to(scope).of_recipient(trust.recipient_id).with_key_id(key_id)
    if used.exists():
        raise RequestRefused(
            Reason.WRONG_KEY,
            f"{trust.recipient.name} asks for a certificate with a key that it has used before.",
            todo="Its runtime makes a new key for each authority.",
        )
    trust.request_pem, trust.request_key_id, trust.request_at = text.decode("ascii"), key_id, now
    trust.save(update_fields=["request_pem", "request_key_id", "request_at"])


def is_wanted(trust: RegionTrust) -> bool:
    """Whether the request that was taken in last is to be signed: by whom, is another question."""
    current = trust.intermediate
    if not trust.request_pem or trust.recipient.state == RecipientState.GONE:
        return False
    if current is None:
        return True
    return trust.renewal_of == current.serial and trust.request_key_id != current.key_id


def sign(scope: Scope, trust: RegionTrust, *, now: datetime) -> Certificate | None:
    """Sign the region's request with the root that issues now, if one is wanted from it."""
    recipient = trust.recipient
    if trust.by_customer or not is_wanted(trust) or recipient.plane_id is None:
        return None
    authority = roots.issuing(scope, recipient.plane_id)
    request = requests.checked(trust.request_pem.encode())
    organization = Organization.objects.get(pk=scope.org_id)
    made = issue.sign_intermediate(
        request,
        roots.issuer_of(authority),
        subject=names.authority(organization.name, recipient.name, request.public_key),
        region_host=recipient.host,
        now=now,
    )
    row = records.intermediate(made, recipient=recipient, issuer=authority.certificate)
    return adopt(scope, trust, row, now=now)


def adopt(scope: Scope, trust: RegionTrust, row: Certificate, *, now: datetime) -> Certificate:
    """Make the new certificate what the region should issue from."""
    before = trust.intermediate
    row.save(force_insert=True)
    if before is not None and before.state == CertificateState.VALID:
        Certificate.objects.visible_to(scope).filter(pk=before.pk).update(state=CertificateState.SUPERSEDED)
    trust.intermediate, trust.renewal_of, trust.renewal_asked_at = row, "", None
    trust.save(update_fields=["intermediate", "renewal_of", "renewal_asked_at"])
    audit.record(
        scope,
        "certificate:issued",
        row,
        level=Level.INTERMEDIATE.value,
        serial=row.serial,
        issuer=str(row.issuer),
        limited_to=row.names,
        instead_of=before.serial if before else "",
    )
    bundles.wake(scope, row.plane_id, now)
    return row
