"""Replacing parts of moto in place."""

from typing import Any

ORIGINALS: dict[tuple[int, str], Any] = {}


def replace(owner: Any, name: str, value: Any) -> Any:
    """Put ``value`` in the place of an attribute of moto's and give back what moto had there."""
    original = ORIGINALS.setdefault((id(owner), name), getattr(owner, name, None))
    setattr(owner, name, value)
    return original
