"""The steps of a graph as they are drawn: one node each, or one for a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from console.web.charts.layers import ancestors, ranks
from console.web.states import look_of, worst

HOLDING = ("blocked", "failed", "approval")
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """One step. `note` is its second line, `group` joins steps of one kind that stand in the same column."""

    key: str
    label: str
    state: str
    needs: tuple[str, ...] = ()
    note: str = ""
    href: str = ""
    group: str = ""
    short: str = ""
    """A word for the narrow drawing, "NAT a"; else the label is cut."""


def grouped(nodes: Sequence[Node]) -> list[Node]:
    """Join nodes of one group and column into one, which shows the worst state and how many are done."""
    known = {node.key for node in nodes}
    column = ranks({node.key: [need for need in node.needs if need in known] for node in nodes})
    home = {node.key: f"{node.group}-{column[node.key]}" if node.group else node.key for node in nodes}
    members: dict[str, list[Node]] = {}
    for node in nodes:
        members.setdefault(home[node.key], []).append(node)
    return [_joined(key, found, home) for key, found in members.items()]


def _joined(key: str, members: Sequence[Node], home: dict[str, str]) -> Node:
    needs = tuple(dict.fromkeys(home[need] for node in members for need in node.needs if need in home))
    first = members[0]
    if len(members) == 1:
        return replace(first, key=key, needs=needs)
    done = sum(look_of(node.state).look in ("succeeded", "skipped") for node in members)
    state = worst([node.state for node in members])
    return Node(key, first.group, state, needs, f"{done} of {len(members)}", first.href)


def held_up(nodes: Sequence[Node]) -> frozenset[str]:
    """The nodes that wait for a person, and everything behind them."""
    above = ancestors({node.key: node.needs for node in nodes})
    holding = {node.key for node in nodes if look_of(node.state).look in HOLDING}
    return frozenset(holding | {key for key, before in above.items() if before & holding})


def edge_class(edge: Edge, nodes: dict[str, Node], hot: frozenset[str]) -> str:
    source, target = edge
    if source in hot and target in hot:
        return "edge edge--hot"
    return "edge edge--done" if look_of(nodes[source].state).look == "succeeded" else "edge"


def hot_last(edges: Iterable[Edge], hot: frozenset[str]) -> list[Edge]:
    """Draw what a block holds up over the rest."""
    return sorted(edges, key=lambda edge: edge[0] in hot and edge[1] in hot)
