"""A migrated database for one benchmark, dropped at its end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.test.utils import setup_databases, setup_test_environment, teardown_databases


@contextmanager
def migrated() -> Iterator[None]:
    """Create the test database as the owner and point every alias at it."""
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        connections.close_all()
        teardown_databases(made, verbosity=0)
