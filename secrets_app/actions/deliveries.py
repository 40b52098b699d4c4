"""Which region should have which version; the work of bringing it there is `secrets_app.steps.region_sync`."""

from datetime import datetime

from console.kernel.clock import now
from console.kernel.queue import Job, enqueue_on_commit
from console.kernel.scope import Scope
from secrets_app.models import Recipient, Secret, SecretDelivery


def aim(*, scope: Scope, secret: Secret) -> None:
    """Let every region want the secret's current version, or nothing of it once it is deleted."""
    wanted = 0 if secret.deleted_at else secret.current_version
    recipients = list(Recipient.objects.visible_to(scope).present())
    _want(scope, recipients, [(secret, wanted)], now())
    if secret.deleted_at:
        never = SecretDelivery.objects.visible_to(scope).of(secret.pk).filter(published=[])
        never.update(applied_version=0, applied_at=now())
    for recipient in recipients:
        look_soon(recipient)


def aim_at(*, scope: Scope, recipient: Recipient) -> None:
    """Let a region that joins want every secret of the organization."""
    secrets = list(Secret.objects.visible_to(scope).present().exclude(current_version=0))
    _want(scope, [recipient], [(secret, secret.current_version) for secret in secrets], now())
    look_soon(recipient)


def _want(scope: Scope, recipients: list[Recipient], wanted: list[tuple[Secret, int]], at: datetime) -> None:
    rows = [
        SecretDelivery(
            org_id=scope.org_id, secret=secret, recipient=recipient, desired_version=number, desired_at=at
        )
        for secret, number in wanted
        for recipient in recipients
    ]
    SecretDelivery.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["secret", "recipient"],
        update_fields=["desired_version", "desired_at", "sealed_for"],
    )


def look_soon(recipient: Recipient) -> None:
    """Have the region's bucket looked at as soon as the change is committed."""
    Recipient.objects.filter(pk=recipient.pk).update(look_at=now())
    enqueue_on_commit(Job.SYNC_REGION, org_id=str(recipient.org_id), recipient_id=str(recipient.pk))


def drop_confirmed(*, scope: Scope) -> int:
    """Forget deleted secrets that no region has any more."""
    gone = Secret.objects.visible_to(scope).exclude(deleted_at=None)
    waiting = SecretDelivery.objects.visible_to(scope).to_present().not_live()
    done = gone.exclude(pk__in=waiting.values("secret_id"))
    return int(done.delete()[0]) if done.exists() else 0
