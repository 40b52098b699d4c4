"""From what was typed to a value, with a sentence for each thing that is wrong."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from regions.questionnaire.questions import Kind, Question, Raw

LONGEST = 4_000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
WHOLE = re.compile(r"[+-]?\d{1,30}")


@dataclass(frozen=True, slots=True)
class NamedRange:
    cidr: str
    name: str

    @property
    def network(self) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(self.cidr)


Value = str | int | tuple[str, ...] | tuple[NamedRange, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, or the sentences that say why there is none."""

    value: Value | None
    errors: tuple[str, ...] = ()
    proposal: str = ""
    """A value that would be right, offered as a button."""


def read(question: Question, raw: Raw) -> Reading:
    if isinstance(raw, tuple) or question.kind is Kind.CHOICES:
        return _choices(question, (raw,) if isinstance(raw, str) else raw)
    text = raw.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        return _wrong(f"{question.label} takes at most {LONGEST:,} characters; this has {len(text):,}.")
    if not text:
        return _nothing(question)
    return READERS[question.kind](question, text)


def _wrong(*sentences: str, proposal: str = "") -> Reading:
    return Reading(None, sentences, proposal)


def _nothing(question: Question) -> Reading:
    if question.required:
        return _wrong(f"{question.label} is needed for the plan.")
    return Reading(() if question.kind in {Kind.RANGES, Kind.LINES} else "")


def _text(question: Question, text: str) -> Reading:
    sentence = question.check(text)
    return _wrong(sentence) if sentence else Reading(text)


def _email(_question: Question, text: str) -> Reading:
    if EMAIL.fullmatch(text):
        return Reading(text)
    return _wrong(f"“{text}” is not an e-mail address: one has the form name@company.example.")


def _choice(question: Question, text: str) -> Reading:
    if question.choice(text):
        return Reading(text)
    offered = ", ".join(choice.label for choice in question.choices)
    return _wrong(f"“{text}” is not offered for {question.label}. Offered: {offered}.")


def _choices(question: Question, chosen: tuple[str, ...]) -> Reading:
    wanted = [value for value in chosen if value]
    unknown = [value for value in wanted if not question.choice(value)]
    if unknown:
        return _wrong(f"“{', '.join(unknown)}” is not offered for {question.label}.")
    return Reading(tuple(choice.value for choice in question.choices if choice.value in wanted))


def _integer(question: Question, text: str) -> Reading:
    digits = text.replace(",", "").replace(" ", "")
    unit = f" {question.unit}" if question.unit else ""
    span = f"from {question.low:,} to {question.high:,}{unit}"
    if not WHOLE.fullmatch(digits):
        return _wrong(f"“{text[:40]}” is not a whole number. {question.label} takes one {span}.")
    number = int(digits)
    if number < question.low:
        return _wrong(f"{number:,} is too low: {question.label} takes a number {span}.")
    if number > question.high:
        usual = f"{number:,} is too high: {question.label} takes a number {span}."
        return _wrong(question.too_high.format(number=f"{number:,}") or usual)
    return Reading(number)


def _time(_question: Question, text: str) -> Reading:
    if TIME.fullmatch(text):
        return Reading(text)
    return _wrong(f"“{text}” is not a time of day: write hours and minutes in UTC, as 02:00.")


def _cidr(_question: Question, text: str) -> Reading:
    return _network(text)


def _network(text: str) -> Reading:
    try:
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return _wrong(f"“{text[:60]}” is not an IPv4 range: write one as 10.0.0.0/16.")
    if "/" not in text:
        return _wrong(f"{text} is one address, not a range: add its length, as in 10.0.0.0/16.")
    if str(network) != text:
        sentence = f"{text} points inside a range; the range itself is {network}."
        return _wrong(sentence, proposal=str(network))
    return Reading(text)


def _ranges(_question: Question, text: str) -> Reading:
    found: list[NamedRange] = []
    errors: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        cidr, _, name = line.strip().partition(" ")
        if not cidr:
            continue
        reading = _network(cidr)
        errors.extend(f"Line {number}: {sentence}" for sentence in reading.errors)
        if not reading.errors:
            found.append(NamedRange(cidr, name.strip() or cidr))
    return _wrong(*errors) if errors else Reading(tuple(found))


def _lines(question: Question, text: str) -> Reading:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    errors = [(number, question.check(line)) for number, line in enumerate(lines, start=1) if line]
    wrong = tuple(f"Line {number}: {sentence}" for number, sentence in errors if sentence)
    return _wrong(*wrong) if wrong else Reading(tuple(line for line in lines if line))


READERS: dict[Kind, Callable[[Question, str], Reading]] = {
    Kind.TEXT: _text,
    Kind.EMAIL: _email,
    Kind.CHOICE: _choice,
    Kind.INTEGER: _integer,
    Kind.CIDR: _cidr,
    Kind.RANGES: _ranges,
    Kind.LINES: _lines,
    Kind.TIME: _time,
}
