"""How a view answers: a page, a fragment of it, a redirect; toasts that travel with either."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class Named(Protocol):
    """What a page knows of its organization."""

    name: str
    slug: str


class HtmxRequest(HttpRequest):
    """A request that passed `HtmxMiddleware`, `RequestIdMiddleware` and, inside an organization, `scoped`."""

    htmx: HtmxDetails
    request_id: str
    organization: Named
    """On pages of an organization alone."""


class HasUrl(Protocol):
    def get_absolute_url(self) -> str: ...


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or its named partial alone where htmx asked for a fragment.

    A form with errors is answered with `status=422`, to fragments and to whole pages alike. Templates know
    `organization` and `scope` of the request without being told.
    """
    name = f"{template}#{partial}" if partial and wants_fragment(request) else template
    response = render(request, name, {**surroundings(request), **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if wants_fragment(request):
        _send_toasts(request, response)
    return response


def surroundings(request: HttpRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in ("organization", "scope") if hasattr(request, name)}


def wants_fragment(request: HttpRequest) -> bool:
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def redirect_to(request: HttpRequest, target: HasUrl | str) -> HttpResponse:
    """Go to a page or to an object's own page; a fragment's request takes the whole window there."""
    url = target if isinstance(target, str) else target.get_absolute_url()
    return HttpResponseClientRedirect(url) if wants_fragment(request) else HttpResponseRedirect(url, status=303)


def toast(request: HttpRequest, text: str) -> None:
    """Say once that something worked, on this page or the next; errors belong beside what caused them."""
    messages.success(request, text)


def _send_toasts(request: HttpRequest, response: HttpResponse) -> None:
    waiting = [str(message) for message in messages.get_messages(request)] if hasattr(request, "_messages") else []
    if waiting:
        response["HX-Trigger"] = json.dumps({"toast": waiting})
