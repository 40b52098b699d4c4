"""Timelines, networks, address space, Plotly documents."""

from datetime import UTC, datetime, timedelta

from console.web.charts import plotly
from console.web.charts.network import Box, Network, Zone, address_space, network, subnets
from console.web.charts.timeline import Axis, Bar, axis_head, bar

START = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
AXIS = Axis(START, START + timedelta(minutes=30), START + timedelta(minutes=15))
ZONES = [
    Zone(f"eu-north-1{name}", f"10.44.{place}.0/24", f"10.44.{place + 16}.0/20", f"10.44.4.{place * 32}/27")
    for place, name in enumerate("abc")
]


def test_the_axis_has_round_ticks_in_utc() -> None:
    assert ">14:02<" in axis_head(AXIS)
    assert 3 <= len(AXIS.ticks) <= 7


def test_a_running_step_is_drawn_until_now_with_its_usual_length_behind() -> None:
    drawn = bar(AXIS, Bar("running", START, usual=timedelta(minutes=20)))

    assert 'class="ghost" x="0" y="5.5" width="666.7"' in drawn
    assert 'class="bar" x="0" y="5" width="500"' in drawn


def test_a_blocked_step_is_hatched_and_shows_its_attempts() -> None:
    drawn = bar(AXIS, Bar("blocked", START, attempts=[START, START + timedelta(minutes=3)]))

    assert 'class="hatch"' in drawn
    assert drawn.count('class="bar"') == 2


def test_the_network_says_its_blocks_in_both_drawings() -> None:
    drawn = network(Network("10.44.0.0/16", "AWS", ZONES, Box("NLB"), Box("EKS"), Box("RDS"), [Box("Internet")]))

    assert all(drawn.count(f">{block}<") == 2 for zone in ZONES for block in zone.cidrs)


def test_the_small_drawing_counts_addresses() -> None:
    assert "65,536 addresses" in subnets("10.44.0.0/16", ZONES)


def test_what_others_hold_of_the_range_is_named_to_those_who_listen() -> None:
    drawn = address_space(
        "10.42.0.0/16", [("public", "10.42.0.0/24")], [("Frankfurt", "10.42.128.0/17"), ("Oslo", "10.9.0.0/16")]
    )

    assert "10.42.128.0/17 is taken by Frankfurt" in drawn
    assert 'class="taken" x="172"' in drawn
    assert "Oslo" not in drawn


def test_a_chart_takes_its_colours_from_tokens() -> None:
    drawn = plotly.document(
        plotly.figure([{"type": "bar", "x": [1, 2], "y": ["a", "b"], "meta": ["succeeded", "blocked"]}])
    )

    assert drawn["data"][0]["marker"]["color"] == ["--green-fg", "--orange-fg"]
    assert drawn["config"]["displayModeBar"] is False


def test_series_of_lines_differ_by_colour_and_dash() -> None:
    first, second = plotly.document(plotly.figure([{"type": "scatter", "y": [1]}, {"type": "scatter", "y": [2]}]))[
        "data"
    ]

    assert (first["line"]["color"], first["line"]["dash"]) == ("--chart-1", "solid")
    assert (second["line"]["color"], second["line"]["dash"]) == ("--chart-2", "dash")
