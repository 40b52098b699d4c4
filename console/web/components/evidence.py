"""Verbatim evidence: code to copy, provider errors, differences."""

from collections.abc import Iterable
from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.registry import Content, join, register, when
from console.web.components.status import icon


@register.simple_block_tag
def code(content: Content, *, title: str, wrap: bool = False, log: bool = False) -> SafeString:
    """A snippet with its title and a copy button; blank lines around it are cut."""
    body = mark_safe(content.strip("\n"))  # noqa: S308  escaped by the block it comes from
    return _framed(title, body, wrap=wrap, log=log)


@register.simple_tag
def code_text(*, text: str, title: str, wrap: bool = False) -> SafeString:
    """As `code`, for a text that the view made."""
    return _framed(title, format_html("{}", text.strip("\n")), wrap=wrap, log=False)


def _framed(title: str, body: SafeString, *, wrap: bool, log: bool) -> SafeString:
    copying = format_html(
        '<button class="btn btn--quiet btn--s" type="button" data-copy>{}<span>Copy</span></button>',
        icon(name="copy", small=True),
    )
    opening = mark_safe('<pre tabindex="0" class="wrap">') if wrap else mark_safe('<pre tabindex="0">')
    return format_html(
        '<div class="code{}"><header><span>{}</span>{}</header>{}{}</pre></div>',
        " log" if log else "",
        title,
        copying,
        opening,
        body,
    )


@register.simple_tag
def raw_error(
    *, text: str, code: str = "", status: int | None = None, request_id: str = "", note: str = ""
) -> SafeString:
    """The provider's error to the letter, with its raw code, HTTP status and request id beneath."""
    parts = [
        when(code, "Raw code <code>{}</code>", code),
        when(status, "HTTP {}", status),
        when(request_id, "request <code>{}</code>", request_id),
        when(note, "{}", note),
    ]
    known = mark_safe(" · ").join(part for part in parts if part)
    return format_html(
        '<p class="verbatim">{}</p>{}',
        text,
        when(known, '<p class="small">{}</p>', mark_safe(known)),  # noqa: S308  escaped parts
    )


class Difference(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def expected(self) -> object: ...
    @property
    def observed(self) -> object: ...


@register.simple_tag
def differences(*, rows: Iterable[Difference]) -> SafeString:
    """Field, expected, observed: objects with these three attributes."""
    body = join(
        format_html(
            '<tr><th scope="row"><code>{}</code></th><td data-l="Expected" class="mono">{}</td>'
            '<td data-l="Observed" class="mono minus">{}</td></tr>',
            row.field,
            _shown(row.expected),
            _shown(row.observed),
        )
        for row in rows
    )
    head = mark_safe(
        '<thead><tr><th scope="col">Field</th><th scope="col">Expected</th>'
        '<th scope="col">Observed</th></tr></thead>'
    )
    return format_html('<table class="t t--rec t--dense t--plain fields">{}<tbody>{}</tbody></table>', head, body)


def _shown(value: object) -> str:
    return "–" if value in (None, "", [], {}) else str(value)
