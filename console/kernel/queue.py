"""Messages by name: an action enqueues on commit and never imports a task."""

from enum import StrEnum

from celery import current_app
from django.db import transaction


class Job(StrEnum):
    """Every message of the product; a guard test finds the task of each."""

    WAKE_ENGINE = "operations.wake"
    SWEEP = "operations.sweep"
    SWEEP_SECRETS = "secrets.sweep"
    SYNC_REGION = "secrets.sync-region"
    TEND_SECRETS = "secrets.tend"
    TEND_CERTIFICATES = "certificates.tend"
    LOOK_AT_REFERENCE = "secrets.look-at-reference"
    SWEEP_KEYS = "keys.sweep"
    WATCH_CERTIFICATES = "certificates.watch"
    LOOK_AT_CERTIFICATE = "certificates.look"
    CHECKPOINT_TRAILS = "audit.checkpoint"
    TEND_TRAILS = "audit.tend"
    WATCH_DRIFT = "regions.watch-drift"
    SCAN_REGIONS = "regions.scan"
    HEAL_REGION = "regions.heal"


def enqueue_on_commit(job: Job, *, using: str = "default", **ids: str) -> None:
    """Send the message when the transaction of `using` commits; the broker being down loses nothing,
    for the sweeper sends again what is due."""

    def send_now() -> None:
        send(job, **ids)

    transaction.on_commit(send_now, using=using, robust=True)


def send(job: Job, **ids: str) -> None:
    current_app.send_task(job.value, kwargs=ids, retry=False, ignore_result=True)
