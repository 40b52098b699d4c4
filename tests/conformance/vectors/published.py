"""The vectors beside this checkout, and how a verdict is compared with theirs."""

import base64
import functools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[4] / "shared" / "vectors"
MISSING = not (FOLDER / "README.md").exists()
REASON = f"the published vectors are not beside this checkout ({FOLDER})"


@dataclass(frozen=True)
class Case:
    group: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def number(self) -> int:
        return int(self.body["tcId"])

    @property
    def result(self) -> str:
        return str(self.body["result"])

    @property
    def flags(self) -> frozenset[str]:
        return frozenset(self.body["flags"])

    def hex(self, name: str) -> bytes:
        return bytes.fromhex(self.body[name])

    def of_group(self, name: str) -> bytes:
        return bytes.fromhex(self.group[name])


@functools.cache
def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def cases(name: str) -> Iterator[Case]:
    for group in document(f"{name}_test")["testGroups"]:
        for body in group["tests"]:
            yield Case(group, body)


Attempt = Callable[[Case], object]
"""Whether the output is the expected one; a refusal is raised."""


@dataclass(frozen=True)
class Verdicts:
    accepted: Counter[str]
    refused: Counter[str]
    """How many of each result: valid, invalid, acceptable."""
    wrongly: tuple[str, ...]
    """Where our verdict, or an output, is not the published one; empty is good."""
    lenient: Counter[str]
    """Flags of the `acceptable` that were accepted."""


def judge(
    found: Iterator[Case],
    attempt: Attempt,
    *refusals: type[Exception],
    differs: Callable[[Case], bool] | None = None,
) -> Verdicts:
    """Try every case. Exceptions that are no refusal propagate: a crash is a failure.

    `differs` names, by flag or comment, the cases whose verdict is known to be the other one.
    """
    accepted: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    lenient: Counter[str] = Counter()
    wrongly = []
    for case in found:
        verdict, output_is_right = _verdict(case, attempt, refusals)
        (accepted if verdict == "valid" else refused)[case.result] += 1
        expected = case.result
        if expected == "acceptable":
            lenient.update(case.flags if verdict == "valid" else ())
            expected = verdict
        elif differs is not None and differs(case):
            expected = "invalid" if expected == "valid" else "valid"
        if verdict != expected or (verdict == "valid" and not output_is_right):
            wrongly.append(f"{case.number} ({case.body['comment']}): {verdict}, published {case.result}")
    return Verdicts(accepted, refused, tuple(wrongly), lenient)


def _verdict(case: Case, attempt: Attempt, refusals: tuple[type[Exception], ...]) -> tuple[str, bool]:
    try:
        right = bool(attempt(case))
    except refusals:
        return "invalid", True
    return "valid", right


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
