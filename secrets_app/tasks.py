"""Addresses of the work on secrets, keys and certificates that is done beside requests."""

from uuid import UUID

from celery import shared_task

from console.kernel.clock import now
from console.kernel.queue import Job, send
from secrets_app.actions import certificate_upkeep, key_sweeps, references, secret_upkeep, watching
from secrets_app.steps import region_sweep, region_sync


@shared_task(name=Job.SWEEP_SECRETS.value)
def sweep_secrets(**_unknown: object) -> None:
    for org_id, recipient_id in region_sweep.claim():
        send(Job.SYNC_REGION, org_id=str(org_id), recipient_id=str(recipient_id))


@shared_task(name=Job.SYNC_REGION.value)
def sync_region(*, org_id: str, recipient_id: str, **_unknown: object) -> None:
    region_sync.look(org_id=UUID(org_id), recipient_id=UUID(recipient_id))


@shared_task(name=Job.TEND_SECRETS.value)
def tend_secrets(**_unknown: object) -> None:
    secret_upkeep.tend_all()


@shared_task(name=Job.TEND_CERTIFICATES.value)
def tend_certificates(**_unknown: object) -> None:
    certificate_upkeep.tend_all()


@shared_task(name=Job.LOOK_AT_REFERENCE.value)
def look_at_reference(*, org_id: str, secret_id: str, **_unknown: object) -> None:
    references.look(org_id=UUID(org_id), secret_id=UUID(secret_id))


@shared_task(name=Job.SWEEP_KEYS.value)
def sweep_keys(**_unknown: object) -> None:
    key_sweeps.sweep(at=now())


@shared_task(name=Job.WATCH_CERTIFICATES.value)
def watch_certificates(**_unknown: object) -> None:
    for org_id, watched_id in watching.claim(at=now()):
        send(Job.LOOK_AT_CERTIFICATE, org_id=str(org_id), watched_id=str(watched_id))


@shared_task(name=Job.LOOK_AT_CERTIFICATE.value)
def look_at_certificate(*, org_id: str, watched_id: str, **_unknown: object) -> None:
    watching.look(org_id=UUID(org_id), watched_id=UUID(watched_id))
