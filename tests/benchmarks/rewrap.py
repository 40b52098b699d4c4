"""Re-wrapping data keys under a new KEK, against MultiFernet.rotate on the same values."""

import os
import time
from dataclasses import dataclass

from cryptography.fernet import Fernet, MultiFernet

from console.encryption import envelope
from tests.benchmarks.catalogue import say

NUMBER = 20_000
ROUNDS = 3


@dataclass(frozen=True)
class Ring:
    keys: tuple[bytes, ...]

    @property
    def active_version(self) -> int:
        return len(self.keys)

    def key(self, version: int) -> bytes:
        return self.keys[version - 1]


def ours() -> float:
    """DEKs per second."""
    old = Ring((os.urandom(32),))
    new = Ring((*old.keys, os.urandom(32)))
    aad = envelope.context("model", "column", "keyring", "1")
    sealed = [envelope.seal(b"x" * 200, keyring=old, aad=aad) for _ in range(NUMBER)]
    started = time.perf_counter()
    for each in sealed:
        envelope.rewrap(each, keyring=new, aad=aad)
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
