"""Typed access to a set of answers; whatever was typed, reading it never raises."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from regions.questionnaire.questions import Question, Raw
from regions.questionnaire.reading import NamedRange, Reading, Value, read


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, by question; a question without an entry has its default.

    A value that cannot be read counts as the default here, so that pages can always show an effect;
    `rules.problems` is what keeps such answers out of a plan.
    """

    questions: Mapping[str, Question]
    typed: Mapping[str, Raw] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why an answer is not the default, in the words of the person who gave it."""

    def raw(self, key: str) -> Raw:
        return self.typed.get(key, self.questions[key].default)

    def reading(self, key: str) -> Reading:
        return read(self.questions[key], self.raw(key))

    def asked(self, key: str) -> bool:
        return self.questions[key].asked_if(self)

    def answered(self, key: str) -> bool:
        return key in self.typed and not self.reading(key).errors

    def default(self, key: str) -> Value:
        question = self.questions[key]
        value = read(question, question.default).value
        return question.empty if value is None else value

    def value(self, key: str) -> Value:
        """The answer, or the default when it is missing, wrong or not asked."""
        value = self.reading(key).value if self.asked(key) else None
        return self.default(key) if value is None else value

    def text(self, key: str) -> str:
        value = self.value(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        value = self.value(key)
        return value if isinstance(value, int) else 0

    def chosen(self, key: str) -> tuple[str, ...]:
        value = self.value(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()

    def ranges(self, key: str) -> tuple[NamedRange, ...]:
        value = self.value(key)
        found = value if isinstance(value, tuple) else ()
        return tuple(item for item in found if isinstance(item, NamedRange))

    def shown(self, key: str) -> str:
        """The answer in words: labels instead of values, units with numbers."""
        return shown(self.questions[key], self.value(key))

    def differs(self, key: str) -> bool:
        return self.asked(key) and key in self.typed and self.value(key) != self.default(key)


def shown(question: Question, value: Value) -> str:
    if isinstance(value, int):
        unit = question.unit.removesuffix("s") if value == 1 else question.unit
        return f"{value:,} {unit}".strip()
    if isinstance(value, str):
        choice = question.choice(value)
        return choice.label if choice else value
    words = [f"{item.cidr} {item.name}" if isinstance(item, NamedRange) else item for item in value]
    labels = [choice.label if (choice := question.choice(word)) else word for word in words]
    return ", ".join(labels) or "none"
