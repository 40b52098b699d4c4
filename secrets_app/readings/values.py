"""A value as it is shown once, and how it is written for people."""

import base64
from dataclasses import dataclass

from secrets_app.contents import form_of


@dataclass(frozen=True, slots=True)
class Shown:
    key: str
    text: str
    note: str
    """How it is written, where that is not plain: "in base64, 32 bytes"."""

    def __repr__(self) -> str:
        return f"Shown({self.key!r})"


def shown_value(key: str, value: bytes) -> Shown:
    if form_of(value) == "binary":
        return Shown(key, base64.b64encode(value).decode(), f"in base64, {len(value):,} bytes")
    return Shown(key, value.decode(), "")
