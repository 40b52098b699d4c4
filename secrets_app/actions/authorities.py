"""Roots of application planes, and authorities that a customer's own CA has issued."""

from uuid import UUID

from django.db import transaction

from accounts.actions.planes import PlaneUnknown
from accounts.models import ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from secrets_app import signing_keys
from secrets_app.actions.certificates import NameNotTyped, RegionNotJoined
from secrets_app.models import Certificate, CertificateAuthority, RegionTrust
from secrets_app.pki import imports, pem, requests
from secrets_app.steps import kms_authorities, root_rotation
from secrets_app.trust import intermediates, own_roots, records, regions, roots


class RootExists(Conflict):
    code = "root_exists"
    title = "The application plane has a root"


class RootUntrusted(Conflict):
    code = "root_untrusted"
    title = "Not every region trusts this root yet"


class NothingRequested(Conflict):
    code = "nothing_requested"
    title = "The region asks for no certificate"


@transaction.atomic
def create_plane_root(*, scope: Scope, plane_id: UUID) -> CertificateAuthority:
    """Make a plane's first root before any region joins. Raises Refused, PlaneUnknown and RootExists."""
    scope.require(Permission.CERTIFICATE_MANAGE)
    plane = _locked(scope, plane_id)
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(plane.id).with_certificate()
    if rows.ours().trusted().exists():
        raise RootExists(f"{plane} has a root already.", todo="Rotate it to have another one.")
    regions.first_root(scope, plane, now=now())
    made: CertificateAuthority = rows.issuing().get()
    return made


@transaction.atomic
def rotate_root(*, scope: Scope, plane_id: UUID, typed_name: str) -> Operation:
    """Move the plane to a new root, gate by gate. `typed_name` is the plane's short name, typed by a person.

    Raises Refused, PlaneUnknown, NameNotTyped, NoIssuingRoot and OperationGoingOn.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    plane = _locked(scope, plane_id)
    if typed_name.strip() != plane.slug:
        raise NameNotTyped(f"Type {plane.slug} to rotate its root.", field="typed_name")
    old = roots.issuing(scope, plane.id)
    operation = operations.start(
        scope=scope,
        kind=root_rotation.KIND,
        title=f"Rotate the root of {plane.slug}",
        target=plane,
        steps=root_rotation.steps(),
        context={"old": str(old.id)},
    )
    audit.record(scope.during(operation.id), "authority:rotation-requested", old, plane=plane.slug)
    return operation


@transaction.atomic
def trust_root(*, scope: Scope, plane_id: UUID, root_pem: str) -> CertificateAuthority:
    """Add a customer's own root to what the plane's regions trust. Raises Refused, PlaneUnknown and PkiRefused."""
    scope.require(Permission.CERTIFICATE_MANAGE)
    plane, at = _locked(scope, plane_id), now()
    return own_roots.add(scope, plane, pem.certificate(root_pem.encode()), now=at)


@transaction.atomic
def trust_kms_root(*, scope: Scope, plane_id: UUID, arn: str) -> Operation:
    """Make a root whose key is the customer's KMS key and stays there; regions' authorities may then come from it.

    Raises Refused, PlaneUnknown, KmsKeyUnusable, RootExists for a key that is a root already, OperationGoingOn.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    plane = _locked(scope, plane_id)
    signing_keys.place_of(scope, arn)
    if known := own_roots.with_key(scope, plane.id, arn):
        raise RootExists(f"{known} has this key already.", todo="Let regions' authorities come from your own CA.")
    return operations.start(
        scope=scope,
        kind=kms_authorities.TRUST,
        title=f"Trust a root of your KMS in {plane.slug}",
        target=plane,
        steps=kms_authorities.trust_steps(),
        context={"arn": arn},
    )


@transaction.atomic
def use_own_ca(*, scope: Scope, region_id: UUID) -> RegionTrust:
    """Let a region's authority come from the customer's CA; the region's request waits for what a person imports.

    Raises Refused and RegionNotJoined.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    return _issued_by(scope, region_id, by_customer=True)


@transaction.atomic
def use_plane_root(*, scope: Scope, region_id: UUID) -> RegionTrust:
    """Let a region's authority come from its plane's root again. Raises Refused and RegionNotJoined."""
    scope.require(Permission.CERTIFICATE_MANAGE)
    return _issued_by(scope, region_id, by_customer=False)


def _issued_by(scope: Scope, region_id: UUID, *, by_customer: bool) -> RegionTrust:
    trust = _trust(scope, region_id)
    if trust.by_customer != by_customer:
        before, trust.by_customer = trust.by_customer, by_customer
        trust.save(update_fields=["by_customer"])
        audit.record(
            scope, "authority:source-changed", trust.recipient, changes={"by_customer": (before, by_customer)}
        )
        intermediates.ask_for_renewal(scope, trust, why="another authority is to issue it", now=now())
    return trust


@transaction.atomic
def import_intermediate(*, scope: Scope, region_id: UUID, chain_pem: str) -> Certificate:
    """Give a region the authority that the customer's CA issued for its request; `chain_pem` begins with it.

    Raises Refused, RegionNotJoined, NothingRequested, RootUntrusted while a region of the plane has yet to
    confirm the customer's root, and PkiRefused.
    """
    scope.require(Permission.CERTIFICATE_MANAGE)
    trust, at = _trust(scope, region_id), now()
    if not trust.by_customer or not intermediates.is_wanted(trust):
        raise NothingRequested(
            f"{trust.recipient} waits for no certificate from your CA.",
            todo="Let its authority come from your own CA; the region then makes a request.",
        )
    first, *above = pem.certificates(chain_pem.encode())
    known = _own_roots(scope, trust)
    chain = imports.intermediate(
        first,
        above,
        [records.parsed(root.certificate.pem) for root in known],
        key=requests.checked(trust.request_pem.encode()).public_key,
        region_host=trust.recipient.host,
        now=at,
    )
    root = next(one for one in known if records.parsed(one.certificate.pem) == chain[-1])
    _require_trusted(scope, root)
    row = records.intermediate(chain[0], recipient=trust.recipient, issuer=root.certificate)
    row.above_pem = pem.bundle(chain[1:-1]).decode()
    audit.record(scope, "certificate:imported", trust.recipient, serial=row.serial, root=str(root))
    return intermediates.adopt(scope, trust, row, now=at)


def _own_roots(scope: Scope, trust: RegionTrust) -> list[CertificateAuthority]:
    assert trust.recipient.plane_id is not None
    rows = CertificateAuthority.objects.visible_to(scope).of_plane(trust.recipient.plane_id).trusted()
    return list(rows.of_customer().with_certificate())


def _require_trusted(scope: Scope, root: CertificateAuthority) -> None:
    """Every region must trust a root before anything that comes from it is presented."""
    if waiting := own_roots.not_confirmed(scope, root):
        raise RootUntrusted(
            f"{', '.join(waiting[:3])} has not confirmed yet that it trusts {root}.",
            todo="Wait until every region of the plane has, then import again.",
        )


def _locked(scope: Scope, plane_id: UUID) -> ApplicationPlane:
    try:
        return roots.locked(scope, plane_id)
    except ApplicationPlane.DoesNotExist:
        raise PlaneUnknown("There is no such application plane.", todo="Choose one from the list.") from None


def _trust(scope: Scope, region_id: UUID) -> RegionTrust:
    rows = RegionTrust.objects.visible_to(scope).of_region(region_id).present().with_recipient()
    found: RegionTrust | None = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise RegionNotJoined("This region has not joined its application plane.", todo="Choose an active region.")
    return found
