"""How views answer: pages, fragments, redirects, toasts."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from console.web import pages


def asked(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/o/acme/", headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def record(_request: HttpRequest, name: str, _context: Any, status: int) -> Any:
        names.append(name)
        return HttpResponse(status=status)

    monkeypatch.setattr(pages, "render", record)
    return names


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({}, "a.html"),
        ({"HX-Request": "true"}, "a.html#part"),
        ({"HX-Request": "true", "HX-Boosted": "true"}, "a.html"),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, "a.html"),
    ],
)
def test_only_a_request_for_a_fragment_gets_one(rendered: list[str], headers: dict[str, str], name: str) -> None:
    response = pages.page(asked(**headers), "a.html", {}, partial="part")

    assert rendered == [name]
    assert response["Vary"] == "HX-Request"


def test_a_redirect_takes_the_whole_window(rendered: list[str]) -> None:
    target = SimpleNamespace(get_absolute_url=lambda: "/o/acme/operations/7/")

    plain, fragment = pages.redirect_to(asked(), target), pages.redirect_to(asked(**{"HX-Request": "true"}), "/x/")

    assert (plain.status_code, plain["Location"]) == (303, "/o/acme/operations/7/")
    assert fragment["HX-Redirect"] == "/x/"


def test_a_toast_travels_with_the_fragment(rendered: list[str]) -> None:
    request = asked(**{"HX-Request": "true"})
    pages.toast(request, "Saved.")

    assert json.loads(pages.page(request, "a.html", {}, partial="part")["HX-Trigger"]) == {"toast": ["Saved."]}


def test_a_page_shows_its_toasts_its_theme_and_no_eval() -> None:
    request = asked()
    request.COOKIES["theme"] = "dark"
    pages.toast(request, "Saved.")

    html = engines["django"].from_string('{% extends "layout/bare.html" %}').render({}, request)

    assert 'data-theme="dark"' in html
    assert "Saved." in html
    assert "&quot;allowEval&quot;: false" in html
    assert "&quot;includeIndicatorStyles&quot;: false" in html


def test_templates_know_the_organization_without_being_told() -> None:
    request = asked()
    request.organization = SimpleNamespace(name="Acme")  # type: ignore[attr-defined]

    assert pages.surroundings(request) == {"organization": request.organization}  # type: ignore[attr-defined]
