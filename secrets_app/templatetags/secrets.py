"""Small parts of the pages of secrets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from console.audit.models import AuditEvent
from console.web.components.lists import chip
from console.web.components.numbers import moment
from console.web.components.status import badge, glyph, status, tick
from secrets_app.models import Recipient
from secrets_app.readings.liveness import Live
from secrets_app.readings.secret import Reading, VersionRow
from secrets_app.readings.secrets import ORGANIZATION, Filter
from secrets_app.sealing import checked_key

register = template.Library()

CHECKS = {"pending": ("pending", "not looked at yet"), "pass": ("succeeded", "there"),
          "refused": ("failed", "refused"), "cannot_tell": ("unknown", "cannot tell")}  # fmt: skip
SHOWN_REGIONS = 4


@register.simple_tag
def sync_lines(*, live: list[Live]) -> SafeString:
    """Regions in one line: quiet where the secret is live, in words where it is not."""
    if not live:
        return mark_safe('<span class="muted">no region yet</span>')
    worst_first = sorted(live, key=lambda each: each.is_live)[:SHOWN_REGIONS]
    more = (
        format_html(' <span class="sub">and {} more</span>', len(live) - SHOWN_REGIONS)
        if len(live) > SHOWN_REGIONS
        else ""
    )
    lines = format_html_join("", "{}", ((_sync_line(each),) for each in worst_first))
    return format_html('<span class="sync">{}{}</span>', lines, more)


def _sync_line(each: Live) -> SafeString:
    if each.is_live:
        return format_html('<span class="sync__r">{}{}</span>', tick("live in"), each.label)
    return format_html(
        '<span class="sync__r" data-s="{}">{}{}</span>', _look(each), glyph(state=each.state), each.label
    )


def _look(each: Live) -> str:
    return each.state if each.state in {"failed", "unreachable", "waiting"} else "pending"


@register.simple_tag
def not_live_badge(*, number: int) -> SafeString:
    regions = "1 region" if number == 1 else f"{number} regions"
    return badge(label=f"Saved, not live in {regions}", kind="notlive", icon_name="circle-dashed")


@register.simple_tag
def expiry(*, at: datetime | None, state: str) -> SafeString:
    """When it expires; amber within 30 days, red afterwards."""
    if at is None:
        return mark_safe("–")
    if state == "over":
        return status(state="failed", label=f"expired {at:%-d %b %Y}")
    return status(state="degraded", label=_in_days(at)) if state == "soon" else moment(at=at, shape="date")


def _in_days(at: datetime) -> str:
    days = (at - datetime.now(at.tzinfo)).days
    return "today" if days < 1 else f"in {days} day{'' if days == 1 else 's'}"


@register.simple_tag
def check_state(*, state: str) -> SafeString:
    """What the last look at an external secret said."""
    look, word = CHECKS.get(state, CHECKS["pending"])
    return status(state=look, label=word)


@register.simple_tag
def filter_chip(
    *, asked: Filter, label: str, on: bool = False, number: int | None = None, **changes: str
) -> SafeString:
    return chip(label=label, href=asked.address(**changes), on=on, number=number)


@register.simple_tag
def filter_menu(*, asked: Filter, title: str, name: str, choices: Iterable[Any]) -> SafeString:
    """A chip that opens the choices of one filter."""
    listed = [
        (choice[1], choice[0]) if isinstance(choice, tuple) else (choice.name, choice.name) for choice in choices
    ]
    if name == "project":
        listed = [("The organization", ORGANIZATION), *listed]
    items = format_html_join(
        "", '<li><a href="{}">{}</a></li>', ((asked.address(**{name: value}), label) for label, value in listed)
    )
    return format_html(
        '<button class="chip" type="button" popovertarget="filter-{0}" aria-haspopup="menu">{1}</button>'
        '<ul class="menu" id="filter-{0}" popover>{2}</ul>',
        name,
        title,
        items,
    )


@register.filter
def offered_key_id(recipient: Recipient) -> str:
    """Thumbprint of the key that a region offers instead of its first one."""
    return checked_key(recipient.offered_key)[1]


@register.filter
def head_tag(reading: Reading) -> str:
    """Beside the title; hidden by the style sheet once the live part below has settled."""
    return "Saved, not live everywhere" if reading.not_live else ""


@register.filter
def wanted_everywhere(reading: Reading) -> str:
    wanted = {each.desired for each in reading.live}
    return f"wanted: v{wanted.pop()} everywhere" if len(wanted) == 1 else ""


@register.filter
def readers_meta(reading: Reading) -> str:
    apps = len({reader.app for reader in reading.readers})
    return f"{apps} app{'' if apps == 1 else 's'}" if apps else "no app"


@register.filter
def roll_back_id(row: VersionRow) -> str:
    return f"roll-back-{row.version.number}"


@register.filter
def roll_back_label(row: VersionRow) -> str:
    return f"Roll back to v{row.version.number}…"


@register.filter
def roll_back_title(row: VersionRow) -> str:
    return f"Roll back to version {row.version.number}?"


@register.filter
def end_id(row: VersionRow) -> str:
    return f"end-{row.version.number}"


@register.filter
def end_title(row: VersionRow) -> str:
    return f"Destroy the value of version {row.version.number}?"


SAID = {
    "revealed": "revealed {key}",
    "created": "created it",
    "referred": "referred to it",
    "rotated": "rotated it",
    "rolled-back": "rolled it back",
}


@register.filter
def said(event: AuditEvent) -> str:
    """What somebody did to a secret, as the end of a sentence that begins with their name."""
    verb = event.event.partition(":")[2]
    return SAID.get(verb, verb).format(key=event.facts.get("key", "a value"))


@register.filter
def second_factor_url(request: HttpRequest) -> str:
    """Where the second factor is shown again, and the way back to this page."""
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}"
