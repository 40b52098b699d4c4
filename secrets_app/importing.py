"""Reading `.env` files and JSON into keys and values. Framework-free; errors name lines and keys, never values."""

import json
import re
from collections.abc import Iterator
from typing import Any

from secrets_app.contents import ContentsUnusable, checked

ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([^\s=#]+)[ \t]*=[ \t]*")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|$)")
COMMENT = re.compile(r"\s+#.*$|^#.*$")


def read(raw: bytes) -> dict[str, bytes]:
    """Read a JSON object where it begins with a brace, else a `.env` file. Raise ContentsUnusable."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentsUnusable(
            "The file is not text in UTF-8.", todo="Save it as UTF-8, or add it as a file."
        ) from None
    found = _from_json(text) if text.lstrip().startswith("{") else dict(_from_env(text))
    if not found:
        raise ContentsUnusable("There is no key in it.", todo="A line reads KEY=value; JSON is one object.")
    return checked({key: value.encode() for key, value in found.items() if value})


def _from_json(text: str) -> dict[str, str]:
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ContentsUnusable(f"The JSON cannot be read at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise ContentsUnusable("The JSON is nested too deeply.") from None
    return {key: _plain(key, value) for key, value in document.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None) if len(names) < 1000 else None
    if twice is not None:
        raise ContentsUnusable(f"{twice[:40]} is there twice.", todo="Leave one of them.")
    return dict(pairs)


def _plain(key: str, value: Any) -> str:
    """Texts as they are, everything else as JSON; null has no value to keep."""
    if value is None:
        raise ContentsUnusable(f"{key[:40]} is null.", todo="Give it a value, or leave it out.", key=key)
    return value if isinstance(value, str) else json.dumps(value)


def _from_env(text: str) -> Iterator[tuple[str, str]]:
    at, seen = 0, set[str]()
    while at < len(text):
        if blank := BLANK.match(text, at):
            if blank.end() == at:
                return
            at = blank.end()
            continue
        line = text.count("\n", 0, at) + 1
        found = ASSIGNMENT.match(text, at)
        if found is None:
            raise ContentsUnusable(f"Line {line} is not KEY=value.", todo="Mend it, or begin it with #.")
        value, at = _value(text, found.end(), line)
        if found[1] in seen:
            raise ContentsUnusable(f"{found[1][:40]} is there twice, again in line {line}.", todo="Leave one.")
        seen.add(found[1])
        yield found[1], value


def _value(text: str, at: int, line: int) -> tuple[str, int]:
    """A value and where the next line begins: quoted over several lines, or the rest of the line."""
    quote = text[at : at + 1]
    if quote not in ("'", '"') or not quote:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        return COMMENT.sub("", text[at:end].rstrip("\r")).strip(), end + 1
    close = _closing(text, at + 1, quote)
    if close < 0:
        raise ContentsUnusable(f"The quote that line {line} opens is not closed.", todo="Close it.")
    after = BLANK.match(text, close + 1)
    if after is None:
        raise ContentsUnusable(f"There is something after the closing quote of line {line}.", todo="Take it away.")
    inner = text[at + 1 : close]
    return (_unescaped(inner) if quote == '"' else inner), max(after.end(), close + 1)


def _closing(text: str, at: int, quote: str) -> int:
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 2
        elif text[at] == quote:
            return at
        else:
            at += 1
    return -1


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[0]), text, flags=re.DOTALL)
