"""Starts PostgreSQL and Valkey before Django's settings are read; pytest loads this with `-p`."""

import os

import pytest

from sandbox import testing

os.environ.update(testing.start())


def pytest_unconfigure(config: pytest.Config) -> None:
    testing.stop()
