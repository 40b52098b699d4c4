"""The console beside its sandbox: HTTP on loopback, and the page on which visitors play the customer."""

from console.settings.dev import *  # noqa: F403
from console.settings.dev import INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "sandbox"]
ROOT_URLCONF = "sandbox.urls"

# A line for each message would hide what happens: the sweeper alone is woken every second.
QUIET = {"level": "WARNING"}
LOGGERS = {"celery.worker.strategy": QUIET, "celery.app.trace": QUIET}
LOGGING = {**LOGGING, "loggers": {**LOGGING.get("loggers", {}), **LOGGERS}}
