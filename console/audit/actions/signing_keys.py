"""The platform's Ed25519 keys that sign checkpoints and tombstones."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from console.audit import signing
from console.audit.actions.events import record_platform
from console.audit.models import AuditSigningKey
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Actor


@dataclass(frozen=True, slots=True)
class Signer:
    key_id: UUID
    private_key: bytes

    def sign(self, statement: str) -> bytes:
        return signing.sign(self.private_key, statement)


def signer() -> Signer:
    """The active key, made on first use."""
    key = AuditSigningKey.objects.active().first()
    if key is None:
        try:
            with transaction.atomic():
                key = _new()
        except IntegrityError:  # another process made it at this instant
            key = AuditSigningKey.objects.active().get()
    return Signer(key.id, bytes.fromhex(str(key.private_key)))


@transaction.atomic
def rotate(*, actor: Actor) -> AuditSigningKey:
    """Retire the active key and make a new one. What the old one signed stays checkable by its public key."""
    before = AuditSigningKey.objects.active().select_for_update(no_key=True).first()
    if before is not None:
        AuditSigningKey.objects.filter(pk=before.pk).update(retired_at=now())
    key = _new()
    changes = {"key": (str(before.id) if before else None, str(key.id))}
    record_platform(actor, "signing-key:rotated", key, changes=changes)
    return key


def _new() -> AuditSigningKey:
    private = signing.new_private_key()
    return AuditSigningKey.objects.create(
        id=new_id(), public_key=signing.public_key_of(private), private_key=private.hex()
    )
