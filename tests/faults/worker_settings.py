"""Settings of the workers that fault tests kill: a short lease, so that taking over is quick."""

from datetime import timedelta

from console.settings.dev import *  # noqa: F403

ENGINE = {"lease": timedelta(seconds=4)}
