"""The layout of an operation's graph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.charts.graph import Node, graph
from console.web.charts.layers import ancestors, lay_out, ranks
from console.web.charts.nodes import grouped, held_up

Needs = dict[str, list[str]]


@st.composite
def graphs(draw: st.DrawFn) -> Needs:
    size = draw(st.integers(1, 14))
    return {
        f"n{number}": sorted(
            draw(st.sets(st.sampled_from([f"n{earlier}" for earlier in range(number)]), max_size=4))
        )
        if number
        else []
        for number in range(size)
    }


@given(graphs())
def test_no_two_boxes_share_a_place_and_every_edge_goes_to_the_right(needs: Needs) -> None:
    layout = lay_out(needs)

    assert len(layout.cells()) == len(needs)
    assert all(layout.column[source] < layout.column[target] for source, target in layout.edges)


@given(graphs())
def test_dropping_implied_edges_loses_no_dependency(needs: Needs) -> None:
    kept: Needs = {key: [] for key in needs}
    for source, target in lay_out(needs).edges:
        kept[target].append(source)

    assert ancestors(kept) == ancestors(needs)


def test_a_cycle_is_named() -> None:
    with pytest.raises(ValueError, match="cycle among a, b"):
        ranks({"a": ["b"], "b": ["a"], "c": []})


def test_a_need_outside_of_the_graph_is_left_out() -> None:
    assert lay_out({"a": ["gone"]}).columns == 1


def test_a_group_in_one_column_becomes_one_box_with_the_worst_state() -> None:
    nodes = [
        Node("vpc", "VPC", "succeeded"),
        Node("a", "Subnet a", "succeeded", ("vpc",), group="Subnets"),
        Node("b", "Subnet b", "blocked", ("vpc",), group="Subnets"),
        Node("cluster", "EKS cluster", "pending", ("a", "b")),
    ]

    vpc, subnets, cluster = grouped(nodes)

    assert (subnets.label, subnets.note, subnets.state) == ("Subnets", "1 of 2", "blocked")
    assert cluster.needs == (subnets.key,)
    assert held_up([vpc, subnets, cluster]) == {subnets.key, cluster.key}


def test_both_drawings_name_every_step_and_escape_it() -> None:
    drawn = graph([Node("a", "A <b>", "running", href="#step-a"), Node("c", "C", "pending", ("a",))])

    assert drawn.count("A &lt;b&gt;: Running") == 2
    assert "<b>" not in drawn
    assert 'href="#step-a"' in drawn
