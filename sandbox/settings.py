"""The console beside its sandbox: HTTP on loopback, and the page on which visitors play the customer."""

from console.settings.dev import *  # noqa: F403
from console.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "sandbox"]
ROOT_URLCONF = "sandbox.urls"
