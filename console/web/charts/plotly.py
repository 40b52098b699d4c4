"""Plotly figures in the product's look: built here, sent as JSON, drawn by `static/js/chart.js`.

Colours are names of our tokens ("--chart-1"), resolved in the browser, so that a chart follows the theme.
"""

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponse

SERIES = tuple(f"--chart-{number}" for number in range(1, 6))
DASHES = ("solid", "dash", "dot", "longdash", "solid")
STATES = {
    "succeeded": "--green-fg",
    "running": "--blue-fg",
    "waiting": "--cyan-fg",
    "blocked": "--orange-fg",
    "failed": "--red-fg",
    "pending": "--line-strong",
    "approval": "--violet-fg",
}

View = Callable[..., Any]

with_charts: Callable[[View], View] = csp_update({"style-src": [UNSAFE_INLINE]})
"""Decorator of the views whose page holds a chart: Plotly writes style elements."""

AXIS = {
    "gridcolor": "--chart-grid",
    "linecolor": "--line-strong",
    "zerolinecolor": "--line-strong",
    "tickfont": {"size": 11, "color": "--text-3"},
    "title": {"font": {"size": 12, "color": "--text-3"}},
    "automargin": True,
    "nticks": 5,
}
LAYOUT: dict[str, Any] = {
    "paper_bgcolor": "--bg",
    "plot_bgcolor": "--bg",
    "font": {"size": 12, "color": "--text", "family": "--font"},
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    "showlegend": False,
    "hovermode": "closest",
    "bargap": 0.35,
    "hoverlabel": {
        "bgcolor": "--bg-overlay",
        "bordercolor": "--line-strong",
        "font": {"color": "--text", "size": 12},
    },
    "xaxis": AXIS,
    "yaxis": AXIS,
}
CONFIG = {"displayModeBar": False, "responsive": True}


def figure(traces: list[dict[str, Any]], **layout: Any) -> go.Figure:
    """A figure of plain traces; Plotly checks names and shapes, colours are set afterwards by `document`."""
    return go.Figure(data=traces, layout={"template": None, **layout})


def document(drawn: go.Figure) -> dict[str, Any]:
    """The figure as the browser gets it, in our look."""
    plain: dict[str, Any] = json.loads(drawn.to_json())
    plain["layout"].pop("template", None)
    return {
        "data": [_coloured(trace, place) for place, trace in enumerate(plain["data"])],
        "layout": merged(LAYOUT, plain["layout"]),
        "config": CONFIG,
    }


def _coloured(trace: dict[str, Any], place: int) -> dict[str, Any]:
    """The series' colour and dash; a trace's `meta` may name states, one a point, or one token."""
    meta = trace.get("meta")
    if isinstance(meta, list):
        colour: Any = [STATES.get(str(state), "--chart-5") for state in meta]
    else:
        colour = meta if isinstance(meta, str) else SERIES[place % len(SERIES)]
    if trace.get("type") == "scatter":
        line = {"color": colour, "width": 1.75, "dash": DASHES[place % len(DASHES)]}
        return {**trace, "line": {**line, **trace.get("line", {})}}
    return {**trace, "marker": {"color": colour, **trace.get("marker", {})}}


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` on `base`, name by name."""
    both = {
        name: merged(base[name], value) if isinstance(value, dict) and isinstance(base.get(name), dict) else value
        for name, value in over.items()
    }
    return {**base, **both}


def respond(drawn: go.Figure) -> HttpResponse:
    return HttpResponse(json.dumps(document(drawn)), content_type="application/json")
