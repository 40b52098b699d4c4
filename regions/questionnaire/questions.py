"""What a question, a choice and a section are."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regions.questionnaire.answers import Answers

Raw = str | tuple[str, ...]
"""An answer as typed: text, or the chosen values of a multiple choice."""


class Kind(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    CHOICE = "choice"
    CHOICES = "choices"
    INTEGER = "integer"
    CIDR = "cidr"
    RANGES = "ranges"
    """One `CIDR name` a line."""
    LINES = "lines"
    """One thing a line; `check` looks at each line."""
    TIME = "time"
    """`hh:mm`, UTC."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    hint: str = ""
    notice: str = ""
    """What is not yet available about this choice."""


def always(_answers: "Answers") -> bool:
    return True


def anything(_text: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    label: str
    kind: Kind
    hint: str = ""
    default: Raw = ""
    choices: tuple[Choice, ...] = ()
    required: bool = True
    unit: str = ""
    low: int = 0
    high: int = 0
    """Bounds of an integer, both included."""
    too_high: str = ""
    """The sentence above `high`, where the usual one would not say whom to ask."""
    placeholder: str = ""
    asked_if: Callable[["Answers"], bool] = always
    check: Callable[[str], str] = anything
    """A sentence about what is wrong with a text, or nothing."""
    immutable: bool = False
    recorded_only: bool = False
    """The answer is kept and shown, and changes nothing that is provisioned."""

    @property
    def empty(self) -> Raw:
        return () if self.kind in {Kind.CHOICES, Kind.LINES} else ""

    def choice(self, value: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    lede: str
    questions: tuple[Question, ...]
