"""Regions as recipients: they join when they are attached, and leave when they are deprovisioned."""

from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from secrets_app.actions import deliveries
from secrets_app.models import Recipient, RecipientState, SecretDelivery
from secrets_app.sealing import checked_key
from secrets_app.trust import revocations


class RecipientUnknown(NotFound):
    code = "recipient_unknown"


class NoKeyOffered(Conflict):
    code = "no_key_offered"


@transaction.atomic
def welcome(
    *, scope: Scope, region_id: UUID, name: str, host: str, bucket: str, plane_id: UUID | None = None
) -> Recipient:
    """Know a region that was attached, once; it wants every secret of the organization from now on."""
    recipient, is_new = Recipient.objects.get_or_create(
        region_id=region_id,
        org_id=scope.org_id,
        defaults={"name": name, "host": host, "bucket": bucket, "plane_id": plane_id},
    )
    if is_new:
        audit.record(scope, "recipient:welcomed", recipient, bucket=bucket)
        deliveries.aim_at(scope=scope, recipient=recipient)
    return recipient


@transaction.atomic
def dismiss(*, scope: Scope, region_id: UUID) -> None:
    """Publish nothing more to a region that is gone."""
    rows = Recipient.objects.visible_to(scope).present().of_region(region_id)
    for recipient in rows.select_for_update():
        recipient.state = RecipientState.GONE
        recipient.save(update_fields=["state"])
        audit.record(scope, "recipient:dismissed", recipient)
        revocations.region_gone(scope, recipient, now=now())


@transaction.atomic
def accept_key(*, scope: Scope, recipient_id: UUID, key_id: str) -> Recipient:
    """Seal to the key that a region offers instead of its first one; a person has compared the thumbprint.

    Everything is sealed anew. Raises Refused, RecipientUnknown, and NoKeyOffered unless that key is offered.
    """
    scope.require(Permission.KEY_MANAGE)
    recipient = Recipient.objects.visible_to(scope).present().select_for_update().filter(pk=recipient_id).first()
    if recipient is None:
        raise RecipientUnknown("There is no such region.", todo="Choose one from the list of regions.")
    if not recipient.offered_key or checked_key(recipient.offered_key)[1] != key_id:
        raise NoKeyOffered(f"{recipient.name} does not offer this key.", todo="Look at what it offers now.")
    before, recipient.public_key, recipient.key_id = recipient.key_id, recipient.offered_key, key_id
    recipient.offered_key, recipient.trouble = "", ""
    recipient.save(update_fields=["public_key", "key_id", "offered_key", "trouble"])
    SecretDelivery.objects.visible_to(scope).to(recipient.pk).update(sealed_for="", applied_version=None)
    audit.record(scope, "recipient:key-accepted", recipient, changes={"key_id": (before, key_id)})
    deliveries.look_soon(recipient)
    return recipient
