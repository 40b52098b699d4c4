"""The console beside its sandbox: HTTP on loopback, and the page on which visitors play the customer."""

from urllib.parse import urlsplit

from console.settings.dev import *  # noqa: F403
from console.settings.dev import AWS_ENDPOINT_URL, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "sandbox"]
ROOT_URLCONF = "sandbox.urls"
AWS_FRONT_DOOR_PORT = urlsplit(AWS_ENDPOINT_URL).port
