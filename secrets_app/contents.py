"""What a secret holds: keys with binary values; how it is written down, measured and compared. Framework-free.

Nothing here puts a value into a message: errors name keys and sizes alone.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypedDict

LONGEST_TEXT = 64 * 1024
"""Bytes of a typed value: what AWS Secrets Manager takes (65,536), and half of what Linux takes as one
environment variable (MAX_ARG_STRLEN, 131,072)."""
LARGEST_SECRET = 512 * 1024
"""Bytes of all keys and values: half of what Kubernetes takes as one Secret (1 MiB), so that a secret still
fits into a request of the API as base64."""
MOST_KEYS = 128
LONGEST_KEY = 253
KEY_PATTERN = re.compile(r"[A-Za-z0-9_.-]{1,253}")
"""As Kubernetes wants a key of a Secret's data."""
FORMAT = 1

Contents = Mapping[str, bytes]


class ContentsUnusable(Exception):
    """A sentence for people, and the key it is about; never a value."""

    def __init__(self, sentence: str, *, todo: str = "", key: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.todo = todo
        self.key = key


class Entry(TypedDict):
    """What may be shown of one key without a reveal; see `SecretVersion.entries`."""

    key: str
    bytes: int
    form: str
    since: int


def checked(contents: Contents) -> dict[str, bytes]:
    """Return the contents in their order. Raise ContentsUnusable unless keys and sizes are within the limits."""
    if not contents:
        raise ContentsUnusable("A secret holds at least one key.", todo="Add a key with its value.")
    if len(contents) > MOST_KEYS:
        raise ContentsUnusable(
            f"{len(contents)} keys are more than the {MOST_KEYS} that a secret may hold.",
            todo="Make two secrets of them.",
        )
    for key, value in contents.items():
        _require_key(key)
        _require_length(key, value)
    total = size_of(contents)
    if total > LARGEST_SECRET:
        raise ContentsUnusable(
            f"{total:,} bytes are more than the {LARGEST_SECRET:,} that a secret may hold with its keys.",
            todo="Keep large files in a bucket, and the key to it here.",
        )
    return dict(contents)


def _require_key(key: str) -> None:
    if not KEY_PATTERN.fullmatch(key):
        shown = repr(key[:40]) if key.isprintable() else "One of them"
        raise ContentsUnusable(
            f"{shown} cannot be a key.",
            todo=f"Use letters, digits, “_”, “-” and “.”, at most {LONGEST_KEY}.",
            key=key,
        )


def _require_length(key: str, value: bytes) -> None:
    if not value:
        raise ContentsUnusable(f"{key} has no value.", todo="Give it one, or leave the key out.", key=key)
    if len(value) > LONGEST_TEXT and form_of(value) == "text":
        raise ContentsUnusable(
            f"The text under {key} has {len(value):,} bytes; at most {LONGEST_TEXT:,} are taken.",
            todo="Keep long texts in a bucket, and the key to it here.",
            key=key,
        )


def size_of(contents: Contents) -> int:
    return sum(len(key.encode()) + len(value) for key, value in contents.items())


def form_of(value: bytes) -> str:
    """`PEM`, `text` or `binary`."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return "binary"
    if text.lstrip().startswith("-----BEGIN "):
        return "PEM"
    return "text" if all(character.isprintable() or character in "\t\r\n" for character in text) else "binary"


def entries_of(contents: Contents, number: int, *, before: Contents, earlier: Iterable[Entry]) -> list[Entry]:
    """Describe version `number` beside the one before it: a value that stayed keeps its `since`."""
    since = {entry["key"]: entry["since"] for entry in earlier}
    return [
        Entry(key=key, bytes=len(value), form=form_of(value), since=_since(key, value, number, before, since))
        for key, value in contents.items()
    ]


def _since(key: str, value: bytes, number: int, before: Contents, since: Mapping[str, int]) -> int:
    same = key in before and key in since and hmac.compare_digest(before[key], value)
    return since[key] if same else number


class Changes(TypedDict):
    added: list[str]
    changed: list[str]
    removed: list[str]
    same: list[str]


def compare(before: Iterable[Entry], after: Iterable[Entry]) -> Changes:
    """Keys compared, never values: equal `since` means equal values."""
    old, new = ({entry["key"]: entry["since"] for entry in entries} for entries in (before, after))
    return Changes(
        added=[key for key in new if key not in old],
        changed=[key for key in new if key in old and old[key] != new[key]],
        removed=[key for key in old if key not in new],
        same=[key for key in new if key in old and old[key] == new[key]],
    )


def merged(present: Contents, changes: Contents, removed: Collection[str]) -> dict[str, bytes]:
    """The present contents with some keys replaced, added and taken away; the order of keys stays."""
    kept = {key: changes.get(key, value) for key, value in present.items() if key not in removed}
    return {**kept, **{key: value for key, value in changes.items() if key not in kept and key not in removed}}


def to_text(contents: Contents) -> str:
    """Write contents as JSON, each value in base64, whatever its bytes are."""
    written = {key: base64.b64encode(value).decode() for key, value in contents.items()}
    return json.dumps({"format": FORMAT, "values": written}, separators=(",", ":"))


def reference_text(provider: str, reference: str) -> str:
    """What a region is told of an external secret: where it is kept, for its own runtime to read."""
    return json.dumps({"format": FORMAT, "external": {"provider": provider, "reference": reference}})


def from_text(text: str) -> dict[str, bytes]:
    """Read what `to_text` wrote. Raise ContentsUnusable for anything else, without repeating it."""
    try:
        document: Any = json.loads(text)
        if document["format"] != FORMAT:
            raise ContentsUnusable("The stored secret has an unknown format.")
        return {str(key): base64.b64decode(value, validate=True) for key, value in document["values"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise ContentsUnusable("The stored secret is not written as this version writes it.") from None
