"""All sections in the order they are asked."""

from collections.abc import Mapping

from regions.questionnaire.answers import Answers
from regions.questionnaire.questions import Question, Raw, Section
from regions.questionnaire.sections.load import APPS, COMPUTE, DATA
from regions.questionnaire.sections.network import CONNECTIVITY, NETWORK
from regions.questionnaire.sections.people import ORGANIZATION
from regions.questionnaire.sections.place import CLOUD, PLACE
from regions.questionnaire.sections.running import COMPLIANCE, RECOVERY
from regions.questionnaire.sections.trust import AUDIT, CERTIFICATES, ENCRYPTION, OBSERVABILITY

VERSION = "2"
"""Raised whenever a question, a default or a rule changes what a plan says."""

SECTIONS: tuple[Section, ...] = (
    ORGANIZATION,
    CLOUD,
    PLACE,
    NETWORK,
    CONNECTIVITY,
    DATA,
    COMPUTE,
    APPS,
    ENCRYPTION,
    CERTIFICATES,
    AUDIT,
    OBSERVABILITY,
    RECOVERY,
    COMPLIANCE,
)
SECTION_BY_KEY: dict[str, Section] = {section.key: section for section in SECTIONS}
SECTION_OF: dict[str, Section] = {question.key: section for section in SECTIONS for question in section.questions}
QUESTIONS: dict[str, Question] = {question.key: question for section in SECTIONS for question in section.questions}


def answers_from(typed: Mapping[str, Raw], reasons: Mapping[str, str] | None = None) -> Answers:
    """Answers to this catalog; keys it does not know (an older questionnaire's) are left out."""
    known = {key: value for key, value in typed.items() if key in QUESTIONS}
    return Answers(QUESTIONS, known, reasons or {})


def neighbours(section: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after."""
    place = SECTIONS.index(section)
    before = SECTIONS[place - 1] if place else None
    after = SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None
    return before, after
