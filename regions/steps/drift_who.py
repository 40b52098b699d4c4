"""Which call in the cloud's trail made a resource differ; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from regions.clouds.surveys import Trace

SHORTEST_NAME = 6
"""Shorter parts of an id mean nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a trace must name to be about a resource."""

    service: str
    names: frozenset[str]
    """Its own ids, names and ARNs."""
    beside: frozenset[str]
    """Of what it belongs to: a deleted rule is told by its group."""
    since: datetime | None
    """When it was last seen as wanted."""


def names_of(*identifiers: str) -> frozenset[str]:
    """Each identifier, and the parts of those that are put together (`role/arn`)."""
    parts = (part for one in identifiers for part in (one, *one.split("/")))
    return frozenset(part for part in parts if len(part) >= SHORTEST_NAME)


def found(sought: Sought, traces: Sequence[Trace], *, own_role: str) -> Trace | None:
    """The newest call about it that was not our own; one about what it belongs to, if none names it."""
    fitting = [trace for trace in traces if _fits(sought, trace, own_role)]
    return _newest(fitting, sought.names) or _newest(fitting, sought.beside)


def _fits(sought: Sought, trace: Trace, own_role: str) -> bool:
    ours = f":assumed-role/{own_role}/" in trace.who
    late = sought.since is None or trace.at >= sought.since.replace(microsecond=0)
    return late and not trace.failed and not ours and trace.call.partition(":")[0] == sought.service


def _newest(traces: Iterable[Trace], names: frozenset[str]) -> Trace | None:
    return next((trace for trace in traces if trace.names & names), None)
