"""Addresses of the trail's upkeep."""

from celery import shared_task

from console.audit.actions import checkpoints, partitions, retention
from console.kernel.clock import now
from console.kernel.queue import Job


@shared_task(name=Job.CHECKPOINT_TRAILS.value)
def checkpoint(**_unknown: object) -> None:
    checkpoints.checkpoint_grown()


@shared_task(name=Job.TEND_TRAILS.value)
def tend(**_unknown: object) -> None:
    at = now()
    partitions.keep_ahead(today=at.date())
    retention.purge_all(at=at)
