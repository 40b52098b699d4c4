"""Projects with what belongs to them; apps above this one say what that is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Project
from console.kernel.scope import Scope

Counts = Callable[[Scope, Iterable[UUID]], Mapping[UUID, int]]


@dataclass(frozen=True, slots=True)
class Belonging:
    """`url_name` is a list that takes `?project=<name>`; `counts` asks one query for many projects."""

    label: str
    url_name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Row:
    project: Project
    belongings: tuple[tuple[Belonging, int], ...]


BELONGINGS: list[Belonging] = []


def belongs(belonging: Belonging) -> None:
    if all(each.label != belonging.label for each in BELONGINGS):
        BELONGINGS.append(belonging)


def rows(*, scope: Scope, projects: Iterable[Project]) -> list[Row]:
    found = list(projects)
    counted = [(each, each.counts(scope, [project.pk for project in found])) for each in BELONGINGS]
    return [
        Row(project, tuple((each, counts.get(project.pk, 0)) for each, counts in counted)) for project in found
    ]
