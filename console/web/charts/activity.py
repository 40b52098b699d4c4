"""How much happened when, as bars: what went well in grey, what was refused or failed in red on top."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.svg import drawing, joined, n, path

WIDTH, HEIGHT = 1152, 48
GAP = 3
LEAST = 1.5
"""Height of a bar that has anything at all."""
BASE = path("axis", f"M0 {HEIGHT - 0.5}H{WIDTH}")


class Bar(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def total(self) -> int: ...
    @property
    def bad(self) -> int: ...


def bars(found: Sequence[Bar], label: str) -> SafeString:
    highest = max((bar.total for bar in found), default=0) or 1
    pitch = WIDTH / max(len(found), 1)
    drawn = joined(part for place, bar in enumerate(found) for part in _bar(bar, place * pitch, pitch, highest))
    svg = drawing("hist", WIDTH, HEIGHT, label, [BASE, drawn])
    return SafeString(svg.replace("<svg ", '<svg preserveAspectRatio="none" ', 1))


def _bar(bar: Bar, x: float, pitch: float, highest: int) -> Iterable[SafeString]:
    good, bad = (_height(many, highest) for many in (bar.total - bar.bad, bar.bad))
    html = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
    width = n(max(pitch - GAP, 1))
    if good:
        yield format_html(html, "k5 hist__good", n(x), n(HEIGHT - good), width, n(good))
    if bad:
        yield format_html(html, "hist__bad", n(x), n(HEIGHT - good - bad), width, n(bad))


def _height(many: int, highest: int) -> float:
    return max(many / highest * (HEIGHT - 4), LEAST) if many > 0 else 0


def ticks(start: datetime, end: datetime, many: int = 5) -> list[str]:
    """Words under the bars: times of day, or days where the span is long."""
    whole = end - start
    shape = "%-d %b %H:%M" if whole.days < 3 else "%-d %b" if whole.days < 300 else "%-d %b %Y"
    return [f"{start + whole * place / (many - 1):{shape}}" for place in range(many)]
