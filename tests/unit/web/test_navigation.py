"""The side navigation shows pages that exist and that one may open."""

from types import ModuleType
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from console.kernel.permissions import Permission
from console.kernel.scope import Actor, ActorKind, Scope
from console.web import navigation, shell
from console.web.theme import theme_of

ACTOR = Actor(ActorKind.USER, "1", "Alice Berg")


@pytest.fixture(autouse=True)
def three_pages(settings: object) -> None:
    urls = ModuleType("three_pages")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path(f"o/<slug:org>/{where}", lambda _request: HttpResponse(), name=name)
        for where, name in (("", "overview"), ("regions/", "regions"), ("audit/", "audit"))
    ]
    settings.ROOT_URLCONF = urls  # type: ignore[attr-defined]


def shown(*permissions: Permission, path: str = "/o/acme/") -> list[str]:
    scope = Scope(uuid4(), ACTOR, frozenset(permissions))
    groups = navigation.links(scope=scope, slug="acme", path=path)
    return [f"{link.label}{'*' if link.current else ''}" for _, links in groups for link in links]


def test_a_page_that_does_not_exist_is_not_offered() -> None:
    assert shown(*Permission) == ["Overview*", "Regions", "Audit"]


def test_a_page_one_may_not_open_is_not_offered() -> None:
    assert shown(Permission.REGION_VIEW) == ["Overview*", "Regions"]


def test_the_page_of_a_part_marks_its_entry() -> None:
    assert shown(Permission.REGION_VIEW, path="/o/acme/regions/7/") == ["Overview", "Regions*"]


def test_an_entry_counts_what_needs_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(navigation._counts, "regions", lambda _scope: 3)
    scope = Scope(uuid4(), ACTOR, frozenset(Permission))

    links = navigation.links(scope=scope, slug="acme", path="/")

    assert [link.count for _, group in links for link in group] == [0, 3, 0]


def test_outside_of_an_organization_there_is_no_shell() -> None:
    assert shell.from_attributes(RequestFactory().get("/")) is None


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><b>', ""), ("", "")])
def test_the_theme_comes_from_the_cookie_and_nothing_else_does(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie

    assert theme_of(request) == theme
