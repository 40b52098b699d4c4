"""Keyset pagination for pages and API: an opaque signed cursor, no COUNT, no OFFSET."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

from console.kernel.errors import Invalid

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
LONGEST_LIMIT = 10  # digits; Python refuses to read thousands of them
SALT = "console.web.pagination"

Row = TypeVar("Row", bound=Model)


class CursorUnusable(Invalid):
    code = "cursor_unusable"
    title = "The page mark cannot be used"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    items: Sequence[Row]
    next_cursor: str = ""
    follows_another: bool = False
    query: QueryDict = field(default_factory=QueryDict)

    @property
    def next_query(self) -> str:
        """The query string of the next page, filters kept."""
        kept = [(name, value) for name, values in self.query.lists() for value in values if name != "cursor"]
        return urlencode([*kept, ("cursor", self.next_cursor)])


def paginate(request: HttpRequest, rows: QuerySet[Row], *, order: str = "-id", limit: int = 0) -> Page[Row]:
    """Return one page of `rows` ordered by `order` and then by id; `cursor` and `limit` come from the URL.

    Raises CursorUnusable for a cursor that is not of this list, Invalid for a bad limit.
    """
    wanted = limit or limit_of(request)
    keys = keys_of(order)
    cursor = request.GET.get("cursor", "")
    found = list(after(rows, keys, cursor).order_by(*keys)[: wanted + 1])
    more = len(found) > wanted
    items = found[:wanted]
    mark = (
        signing.dumps([order, *(_plain(getattr(items[-1], key.lstrip("-"))) for key in keys)], salt=SALT)
        if more
        else ""
    )
    return Page(items, mark, bool(cursor), request.GET)


def reached(request: HttpRequest, *, order: str = "-id") -> Any:
    """Where the page before ended: the value of `order` there, None on the first page. Raises CursorUnusable."""
    cursor = request.GET.get("cursor", "")
    return _opened(cursor, keys_of(order))[0] if cursor else None


def keys_of(order: str) -> tuple[str, ...]:
    """The order and, where it is not unique, the id in the same direction."""
    sign = "-" if order.startswith("-") else ""
    return (order,) if order.lstrip("-") in ("id", "pk", "sequence") else (order, f"{sign}id")


def limit_of(request: HttpRequest) -> int:
    asked = request.GET.get("limit", "")
    if not asked:
        return DEFAULT_LIMIT
    if not asked.isdecimal() or len(asked) > LONGEST_LIMIT or not 1 <= int(asked) <= LARGEST_LIMIT:
        sentence = f"limit is {asked[:40]!r}; it must be a whole number from 1 to {LARGEST_LIMIT}."
        raise Invalid(sentence, field="limit")
    return int(asked)


def after(rows: QuerySet[Row], keys: tuple[str, ...], cursor: str) -> QuerySet[Row]:
    """Rows that come after the cursor: (a > x) or (a = x and b > y)."""
    if not cursor:
        return rows
    values = _opened(cursor, keys)
    condition, equal = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        name = key.lstrip("-")
        condition |= equal & Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return rows.filter(condition)


def _opened(cursor: str, keys: tuple[str, ...]) -> list[Any]:
    try:
        order, *values = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        order, values = "", []
    if order != keys[0] or len(values) != len(keys):
        raise CursorUnusable(
            "This page mark is not one of this list.", todo="Start again from the first page.", field="cursor"
        )
    return list(values)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
