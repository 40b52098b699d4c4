"""Secrets of this checkout's servers, made once and kept in a file of mode 0600."""

import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sandbox.paths import write_private


@dataclass(frozen=True, slots=True)
class Passwords:
    secret_key: str
    superuser: str
    owner: str
    app: str
    engine: str
    valkey: str


def load(path: Path) -> Passwords:
    """Read the secrets in `path`, making those that are missing."""
    known = _read(path) if path.exists() else {}
    names = [field.name for field in fields(Passwords)]
    passwords = Passwords(**{name: known.get(name) or secrets.token_urlsafe(32) for name in names})
    if asdict(passwords) != known:
        write_private(path, "".join(f"{name.upper()}={value}\n" for name, value in asdict(passwords).items()))
    return passwords


def _read(path: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name.lower(): value for name, _, value in lines}
