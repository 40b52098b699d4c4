"""Settings of a worker that knows the slow step."""

from tests.faults.worker_settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.faults.slow_steps"]
