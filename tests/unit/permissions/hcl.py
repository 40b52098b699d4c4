"""A reader of HCL object expressions, as far as our module uses them, for machines without Terraform."""

import json
import re
from typing import Any

TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)|([][{}=,])|(-?\d+))')


def as_json(expression: str) -> Any:
    """The value of one object or list expression; a closing brace that was cut off is taken as read."""
    return _Reader(expression + "\n}").value()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [next(part for part in found if part) for found in TOKEN.findall(text)]

    def value(self) -> Any:
        token = self.tokens.pop(0)
        if token == "{":
            return self._object()
        if token == "[":
            return self._list()
        return json.loads(token.replace("$${", "${").replace("%%{", "%{"))

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (name := self.tokens.pop(0)) != "}":
            assert self.tokens.pop(0) == "="
            found[json.loads(name) if name.startswith('"') else name] = self.value()
        return found

    def _list(self) -> list[Any]:
        found: list[Any] = []
        while self.tokens[0] != "]":
            found.append(self.value())
            if self.tokens[0] == ",":
                self.tokens.pop(0)
        self.tokens.pop(0)
        return found
