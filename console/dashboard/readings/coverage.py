"""The page of coverage: what is shown of the promises, and where their pages are for this person."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, resolve, reverse

from console.dashboard import coverage
from console.dashboard.coverage import Promise, Section, State
from console.kernel.errors import NotFound
from console.kernel.scope import Scope

LOOKS = {State.KEPT: "succeeded", State.PARTLY: "degraded", State.NOT_YET: "pending", State.ELSEWHERE: "skipped"}


class NoSuchState(NotFound):
    code = "no_such_state"


@dataclass(frozen=True, slots=True)
class Place:
    """A page by the name of its route; without `url` where it takes an id to get there."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    promise: Promise
    look: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    rows: tuple[Row, ...]
    meta: str


@dataclass(frozen=True, slots=True)
class Choice:
    state: State
    look: str
    number: int
    href: str
    on: bool


def parts(*, scope: Scope | None, slug: str, state: State | None) -> list[Part]:
    """Sections with what they say in one state, or in all; those that say nothing of it are left out."""
    shown = (
        (section, tuple(_row(each, scope, slug) for each in section.promises if state in (None, each.state)))
        for section in coverage.sections()
    )
    return [Part(section.title, rows, _summary(section)) for section, rows in shown if rows]


def choices(*, slug: str, chosen: State | None) -> list[Choice]:
    return [
        Choice(state, LOOKS[state], number, _address(slug, None if state is chosen else state), state is chosen)
        for state, number in coverage.counted().items()
    ]


def shares() -> list[tuple[str, int]]:
    return [(LOOKS[state], number) for state, number in coverage.counted().items()]


def state_of(text: str) -> State | None:
    """Raises NoSuchState for a word that is none."""
    if not text:
        return None
    try:
        return State(text)
    except ValueError:
        raise NoSuchState(
            f"No promise is in the state “{text[:40]}”.", todo=f"Choose among {', '.join(State)}."
        ) from None


def _summary(section: Section) -> str:
    kept = sum(each.state is State.KEPT for each in section.promises)
    return f"{kept} of {len(section.promises)} kept"


def _row(promise: Promise, scope: Scope | None, slug: str) -> Row:
    places = tuple(Place(name, _url(name, scope, slug)) for name in promise.pages)
    return Row(promise, LOOKS[promise.state], places)


def _url(name: str, scope: Scope | None, slug: str) -> str:
    """Where the page is, if this person may open it without knowing an id."""
    for kwargs in ({"org": slug}, {}) if slug else ({},):
        try:
            url = reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
        needed = getattr(resolve(url).func, "required_permission", None)
        return url if needed is None or (scope is not None and scope.allows(needed)) else ""
    return ""


def _address(slug: str, state: State | None) -> str:
    query = {"org": slug, "state": state or ""}
    return "?" + urlencode({name: value for name, value in query.items() if value})
