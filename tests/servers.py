"""Starts PostgreSQL and Valkey before Django's settings are read, and says which worker runs what.

pytest loads this with `-p`.
"""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from sandbox import testing

BROWSER = "tests/browser/"

os.environ.update(testing.start())


def pytest_unconfigure(config: pytest.Config) -> None:
    testing.stop()


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # the package carries no types
    """A file's tests share their fixtures on one worker; those in the browser share one sandbox."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    config.option.loadscopereorder = False  # folders come in order, and the long ones come first
    return ByFile(config, log)
