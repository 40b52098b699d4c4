"""Identifiers that sort by the time of their making."""

import os
import time
import uuid
from datetime import datetime


def new_id() -> uuid.UUID:
    """Return a UUIDv7: Unix milliseconds, 12 bits of their fraction, 62 random bits (RFC 9562, 6.2, method 3).

    The fraction keeps what one process writes within a millisecond in its order.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = nanoseconds * 4096 // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") & (2**62 - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)


def first_id(at: datetime) -> uuid.UUID:
    """Return the least UUIDv7 of a moment: ids made before it are smaller, ids made from it on are not."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62)
