"""The one tag library of all components; `{% load ui %}` brings it whole."""

from collections.abc import Iterable

from django import template
from django.http import HttpRequest
from django.template import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

Content = SafeString | str


def attributes(**values: object) -> SafeString:
    """Render attributes, `hx_get` as `hx-get`; True stands alone, None, False and "" are left out."""
    kept = ((name.strip("_").replace("_", "-"), value) for name, value in values.items())
    kept_pairs = [
        (name, value) for name, value in kept if value is not None and value is not False and value != ""
    ]
    return join(
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in kept_pairs
    )


def join(parts: Iterable[object]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def when(condition: object, html: str, *values: object) -> SafeString:
    """Format `html` if the condition holds, else nothing."""
    return format_html(html, *values) if condition else mark_safe("")


def request_of(context: RequestContext) -> HttpRequest | None:
    request = context.get("request") or getattr(context, "request", None)
    return request if isinstance(request, HttpRequest) else None
