"""Re-wrapping data keys under a new KEK, against MultiFernet.rotate on the same values."""

import os
import time
import uuid

from cryptography.fernet import Fernet, MultiFernet

from console.encryption.envelope import Kek, rewrap
from tests.benchmarks.catalogue import say

NUMBER = 20_000
ROUNDS = 3


def ours() -> float:
    """DEKs per second."""
    old, new = Kek(os.urandom(32), keyring="acme"), Kek(os.urandom(32), keyring="acme")
    ids = [uuid.uuid4().bytes for _ in range(NUMBER)]
    rows = [(dek_id, old.wrap(dek_id, os.urandom(32))) for dek_id in ids]
    started = time.perf_counter()
    rewrap(rows, old=old, new=new)
    return NUMBER / (time.perf_counter() - started)


def theirs() -> float:
    old = Fernet(Fernet.generate_key())
    both = MultiFernet([Fernet(Fernet.generate_key()), old])
    sealed = [old.encrypt(b"x" * 200) for _ in range(NUMBER)]
    started = time.perf_counter()
    for each in sealed:
        both.rotate(each)
    return NUMBER / (time.perf_counter() - started)


def main() -> None:
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    ratios = sorted(mine / other for mine, other in pairs)
    value = sorted(mine for mine, _ in pairs)[ROUNDS // 2]
    say("rewrap", value=value, unit="DEKs/s", ratio=ratios[ROUNDS // 2], against="MultiFernet.rotate")
