"""Pages by keyset: nothing twice, nothing missed, no cursor but our own."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from console.kernel.clock import now
from console.kernel.errors import Invalid
from console.kernel.scope import Scope
from console.web.models import IdempotencyKey
from console.web.pagination import CursorUnusable, Page, limit_of, paginate


@pytest.fixture
def seven(alice_scope: Scope) -> Scope:
    with alice_scope.entered():
        for place in range(7):
            IdempotencyKey.objects.create(
                org_id=alice_scope.org_id,
                actor_id="1",
                key=f"k{place}",
                fingerprint="",
                status=200,
                created_at=now() - timedelta(hours=place // 2),
            )
    return alice_scope


def page(scope: Scope, order: str, **query: str) -> Page[IdempotencyKey]:
    request = RequestFactory().get("/", {"limit": "3", **query})
    with scope.entered():
        return paginate(request, IdempotencyKey.objects.visible_to(scope), order=order)


@pytest.mark.parametrize("order", ["id", "-id", "created_at", "-created_at", "-key"])
def test_every_row_comes_once_in_every_order(seven: Scope, order: str) -> None:
    found, cursor = [], ""
    while True:
        part = page(seven, order, cursor=cursor)
        found += [row.key for row in part.items]
        if not (cursor := part.next_cursor):
            break

    assert sorted(found) == [f"k{place}" for place in range(7)]


def test_a_row_added_meanwhile_moves_nothing(seven: Scope) -> None:
    first = page(seven, "-id")
    with seven.entered():
        IdempotencyKey.objects.create(org_id=seven.org_id, actor_id="1", key="new", fingerprint="", status=200)

    second = page(seven, "-id", cursor=first.next_cursor)

    assert not {row.key for row in first.items} & {row.key for row in second.items}


def test_the_next_page_keeps_the_filters(seven: Scope) -> None:
    assert page(seven, "-id", state="blocked").next_query.startswith("limit=3&state=blocked&cursor=")


def test_a_page_asks_one_question(seven: Scope, django_assert_num_queries: object) -> None:
    request = RequestFactory().get("/")
    with seven.entered(), django_assert_num_queries(1):  # type: ignore[operator]
        paginate(request, IdempotencyKey.objects.visible_to(seven))


@pytest.mark.parametrize("cursor", ["x", "W10:forged", "a:b:c"])
def test_a_cursor_that_is_not_ours_is_refused(seven: Scope, cursor: str) -> None:
    with pytest.raises(CursorUnusable):
        page(seven, "-id", cursor=cursor)


def test_a_cursor_of_another_order_is_refused(seven: Scope) -> None:
    mark = page(seven, "-id").next_cursor

    with pytest.raises(CursorUnusable):
        page(seven, "created_at", cursor=mark)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "ten", "1e2", "²", "9" * 5000])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    with pytest.raises(Invalid, match="from 1 to 200"):
        limit_of(RequestFactory().get("/", {"limit": limit}))
