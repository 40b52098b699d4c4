"""Where verification finds its way into cloud accounts; bound when the process starts."""

from dataclasses import dataclass

from regions.clouds.inspection import Doors, Templates
from regions.spec import Cloud


@dataclass(frozen=True, slots=True)
class Way:
    """How the control plane enters accounts of one cloud."""

    doors: Doors
    principal_arn: str
    """The control plane's own principal, which the customer's role trusts."""
    templates: Templates | None = None
    """None where no bucket for templates is set up: the template is then offered as a download alone."""


_ways: dict[Cloud, Way] = {}


def bind(cloud: Cloud, way: Way) -> None:
    _ways[cloud] = way


def way(cloud: str) -> Way:
    """Raises KeyError for a cloud that no adapter is bound for."""
    return _ways[Cloud(cloud)]


def bound(cloud: str) -> bool:
    return Cloud(cloud) in _ways
