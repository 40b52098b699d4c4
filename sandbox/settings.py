"""The console beside its sandbox: HTTP on loopback, and the page on which visitors play the customer."""

import logging

from console.settings.dev import *  # noqa: F403
from console.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "sandbox"]
ROOT_URLCONF = "sandbox.urls"

# A line for each message would hide what happens: the sweeper alone is woken every second.
logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
