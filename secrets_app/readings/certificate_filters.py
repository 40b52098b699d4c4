"""What a list of certificates is narrowed to, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from console.kernel.scope import Scope
from secrets_app.models import CertificateState, Level, Recipient
from secrets_app.models.certificates import CertificateQuerySet

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Asked:
    level: str = ""
    state: str = CertificateState.VALID.value
    region: str = ""
    text: str = ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What stands in the address beside the words: nothing that is the default."""
        state = "" if self.state == CertificateState.VALID else self.state or "every"
        named = (("level", self.level), ("region", self.region), ("state", state))
        return [(name, value) for name, value in named if value]

    @property
    def query(self) -> str:
        return urlencode([*self.kept, *([("q", self.text)] if self.text else [])])


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    query: str
    on: bool


def asked(given: Mapping[str, str]) -> Asked:
    """What cannot be a filter is none."""
    state = given.get("state", CertificateState.VALID.value)
    return Asked(
        level=_one_of(given.get("level", ""), Level.values),
        state="" if state == "every" else _one_of(state, CertificateState.values) or CertificateState.VALID.value,
        region=given.get("region", "") if _is_uuid(given.get("region", "")) else "",
        text=given.get("q", "").strip().replace("\x00", "")[:LONGEST],
    )


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def chosen(rows: CertificateQuerySet, asked: Asked) -> CertificateQuerySet:
    rows = rows.at_level(asked.level) if asked.level else rows
    rows = rows.in_state(asked.state) if asked.state else rows
    rows = rows.of_recipient(UUID(asked.region)) if asked.region else rows
    return rows.speaking_of(asked.text) if asked.text else rows


def chips(scope: Scope, asked: Asked) -> list[Chip]:
    """Levels, states, and the region if one is chosen."""
    found = [
        Chip(label, replace(asked, level="" if asked.level == value else value).query, asked.level == value)
        for value, label in ((Level.ROOT, "Roots"), (Level.INTERMEDIATE, "Authorities"), (Level.LEAF, "Leaves"))
    ]
    for value, label in (("", "Every state"), *CertificateState.choices):
        if value != CertificateState.VALID:
            back = CertificateState.VALID.value if asked.state == value else str(value)
            found.append(Chip(str(label), replace(asked, state=back).query, asked.state == value))
    if asked.region:
        name = Recipient.objects.visible_to(scope).filter(pk=asked.region).values_list("name", flat=True).first()
        found.append(Chip(f"Region: {name or 'unknown'}", replace(asked, region="").query, on=True))
    return found
