"""A customer's KMS key as an authority: a root is made with it, and regions' authorities are signed by it.

KMS is asked outside of any transaction; what came of it counts only if the plane or the region still wants it.
"""

from datetime import timedelta
from uuid import UUID

from cryptography import x509

from accounts.models import ApplicationPlane, Organization
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.handlers import handler
from console.operations.models import Operation
from console.operations.outcomes import Done, Halt, Outcome, Retry, Wait, Who
from console.operations.steps import StepContext, StepSpec
from secrets_app import signing_keys
from secrets_app.models import CertificateAuthority, RegionTrust
from secrets_app.pki import issue, names, requests
from secrets_app.signing_keys import SigningRefused, SigningUnreachable
from secrets_app.trust import intermediates, own_roots, records, roots

TRUST, SIGN = "trust-kms-root", "sign-by-kms"
AGAIN = timedelta(seconds=2)
LOOK_AGAIN = timedelta(seconds=5)
NAMED = 3


def trust_steps() -> tuple[StepSpec, ...]:
    return (StepSpec("root", "Have the key sign its own root", "kms-authorities.root"),)


def sign_steps() -> tuple[StepSpec, ...]:
    return (StepSpec("sign", "Have the key sign the region's authority", "kms-authorities.sign"),)


@handler("kms-authorities.root")
def root(context: StepContext) -> Outcome:
    scope, arn = context.scope, context.operation_context["arn"]
    with scope.entered():
        plane = ApplicationPlane.objects.visible_to(scope).get(pk=UUID(context.target_id))
        place = signing_keys.place_of(scope, arn)
        organization = Organization.objects.get(pk=scope.org_id)
    try:
        signer = signing_keys.signer_at(place)
        subject = names.authority(organization.name, f"{plane.slug} root in KMS", signer.public_key())
        certificate = issue.self_signed_root(signer, subject, context.now)
    except (SigningRefused, SigningUnreachable) as error:
        return _stopped(error)
    with scope.entered():
        plane = roots.locked(scope, plane.id)
        made = own_roots.with_key(scope, plane.id, arn) or own_roots.add(
            scope, plane, certificate, now=context.now, signing_place=place
        )
    return Done(f"{made} is in the plane's bundle.", facts={"authority": str(made.id)})


def start_signing(scope: Scope, trust: RegionTrust) -> Operation | None:
    """Have the customer's key sign what the region asks for; once for each request, which a person may retry."""
    recipient = trust.recipient
    if not trust.by_customer or not intermediates.is_wanted(trust):
        return None
    if _authority(scope, trust) is None or _started(scope, trust):
        return None
    return operations.start(
        scope=scope,
        kind=SIGN,
        title=f"Sign the authority of {recipient.name} by your KMS key",
        target=recipient,
        steps=sign_steps(),
        context={"request": trust.request_key_id},
    )


def _started(scope: Scope, trust: RegionTrust) -> bool:
    mine = Operation.objects.visible_to(scope).of_kind(SIGN).on_target(trust.recipient_id)
    return mine.filter(context__request=trust.request_key_id).exists() or mine.going_on().exists()


@handler("kms-authorities.sign")
def sign(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        trust = _wanting(scope, context)
        authority = _authority(scope, trust) if trust else None
        waiting = own_roots.not_confirmed(scope, authority) if authority else []
        organization = Organization.objects.get(pk=scope.org_id)
    if trust is None or authority is None:
        return Done("The region asks for nothing that this key should sign.")
    if waiting:
        return Wait(LOOK_AGAIN, f"{', '.join(waiting[:NAMED])} has yet to confirm that it trusts {authority}.")
    try:
        made = _signed(trust, authority, organization, context)
    except (SigningRefused, SigningUnreachable) as error:
        return _stopped(error)
    with scope.entered():
        trust = _wanting(scope, context)
        if trust is None:
            return Done("The region asks for another one by now.")
        row = records.intermediate(made, recipient=trust.recipient, issuer=authority.certificate)
        intermediates.adopt(scope, trust, row, now=context.now)
    return Done(f"{trust.recipient.name} issues from {authority} once it has taken its certificate.")


def _wanting(scope: Scope, context: StepContext) -> RegionTrust | None:
    """The region's trust, locked, as long as the request is the one that this operation is about."""
    rows = RegionTrust.objects.visible_to(scope).to(UUID(context.target_id)).with_recipient()
    trust: RegionTrust | None = rows.select_for_update(of=("self",)).first()
    if trust is None or not trust.by_customer or trust.request_key_id != context.operation_context["request"]:
        return None
    return trust if intermediates.is_wanted(trust) else None


def _authority(scope: Scope, trust: RegionTrust) -> CertificateAuthority | None:
    plane_id = trust.recipient.plane_id
    return own_roots.that_signs(scope, plane_id) if plane_id else None


def _signed(
    trust: RegionTrust, authority: CertificateAuthority, organization: Organization, context: StepContext
) -> x509.Certificate:
    request, recipient = requests.checked(trust.request_pem.encode()), trust.recipient
    signer = signing_keys.signer_at(authority.signing_place)
    return issue.sign_intermediate(
        request,
        issue.Issuer.of(records.parsed(authority.certificate.pem), signer),
        subject=names.authority(organization.name, recipient.name, request.public_key),
        region_host=recipient.host,
        now=context.now,
    )


def _stopped(error: SigningRefused | SigningUnreachable) -> Outcome:
    if isinstance(error, SigningUnreachable):
        return Retry("SigningKeyUnreachable", AGAIN, error.message, who=Who.CUSTOMER, fix=error.todo)
    return Halt("SigningKeyRefused", error.message, who=Who.CUSTOMER, fix=error.todo)
