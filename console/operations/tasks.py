"""Addresses of the engine: nothing comes in, one call goes out."""

from multiprocessing import Event

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from console.kernel.clock import now
from console.kernel.queue import Job, send
from console.operations.engine.shift import EngineConfig, Shift, worker_name
from console.operations.engine.sweep import sweep as look

stopping = Event()
"""Set by the worker's main process on SIGTERM; the processes forked from it finish what they run."""


@worker_shutting_down.connect
def stop(**_signal: object) -> None:
    stopping.set()


@shared_task(name=Job.WAKE_ENGINE.value)
def wake(**_unknown: object) -> None:
    if Shift(EngineConfig(**settings.ENGINE), stopping=stopping).work():
        send(Job.WAKE_ENGINE)


@shared_task(name=Job.SWEEP.value)
def sweep(**_unknown: object) -> None:
    if look(worker=worker_name(), now=now(), limits=EngineConfig(**settings.ENGINE).limits):
        send(Job.WAKE_ENGINE)
