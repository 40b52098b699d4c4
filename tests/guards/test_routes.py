"""Every route says who may pass: the product's, allauth's and the admin's."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from console.kernel.permissions import Permission
from tests.guards.sources import ROOT

AT_MOST_PUBLIC = 12
MARKS = ("required_permission", "is_personal", "public_reason")


def routes() -> dict[str, Callable[..., Any]]:
    """Every route of the product, by its whole pattern."""
    return dict(walk(get_resolver("console.urls").url_patterns, ""))


def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def is_marked(path: str, view: Callable[..., Any]) -> bool:
    """The admin wraps each of its views itself and says so; its way in only redirects to the console's."""
    of_admin = hasattr(view, "admin_site") or hasattr(view, "model_admin")
    return of_admin or path == "admin/login/" or any(hasattr(view, mark) for mark in MARKS)


def test_every_route_declares_who_may_pass() -> None:
    assert [path for path, view in routes().items() if not is_marked(path, view)] == []


def test_the_public_routes_are_few_and_each_has_its_reason() -> None:
    reasons = {path: view.public_reason for path, view in routes().items() if hasattr(view, "public_reason")}
    assert len(reasons) <= AT_MOST_PUBLIC, sorted(reasons)
    assert [path for path, reason in reasons.items() if len(reason.split()) < 5] == []


def test_every_route_of_an_organization_declares_a_permission() -> None:
    bare = [
        path
        for path, view in routes().items()
        if path.startswith("o/<slug:org>/")
        and not isinstance(getattr(view, "required_permission", None), Permission)
    ]
    assert bare == []


def test_every_method_of_the_api_declares_a_permission() -> None:
    bare = []
    for path, view in routes().items():
        cls = getattr(view, "cls", None)
        if not path.startswith("api/v1/") or cls is None:
            continue
        offered = {name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(cls, name)}
        bare += [f"{method} {path}" for method in offered - set(cls.required_permission)]
    assert bare == []


def test_the_api_names_no_organization_in_its_paths() -> None:
    assert [path for path in routes() if path.startswith("api/") and "org" in path] == []


def test_staff_pages_are_the_vendors_read_only_site() -> None:
    from console.web.vendor_admin import ReadOnlyAdmin, VendorAdmin

    assert isinstance(admin.site, VendorAdmin)
    assert [model for model, page in admin.site._registry.items() if not isinstance(page, ReadOnlyAdmin)] == []


def test_the_documentation_lists_the_public_routes_with_their_reasons() -> None:
    listed = {
        line for line in (ROOT / "docs/public-routes.md").read_text().splitlines() if line.startswith("| `/")
    }
    assert listed == {
        f"| `/{path}` | {view.public_reason} |"
        for path, view in routes().items()
        if hasattr(view, "public_reason")
    }
