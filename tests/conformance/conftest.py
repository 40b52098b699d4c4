"""A customer whose connection is verified by the real engine, as the tests of connections have it."""

from tests.unit.connections.conftest import customer, impatient, no_broker, way

__all__ = ["customer", "impatient", "no_broker", "way"]
