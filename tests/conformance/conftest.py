"""A customer whose connection is verified by the real engine, as the tests of connections have it."""

import shutil

from tests.unit.connections.conftest import customer, impatient, no_broker, way

__all__ = ["customer", "impatient", "no_broker", "way"]

collect_ignore = [] if shutil.which("openssl") else ["openssl"]
"""Where the judge is not installed there is nothing to ask; the chains are judged by unit tests as well."""
