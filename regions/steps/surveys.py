"""Where scans find the cloud of their regions; bound when the process starts."""

from collections.abc import Sequence
from typing import Protocol

from regions.clouds.surveys import Mender, Survey
from regions.spec import Cloud
from regions.steps.clouds import CloudEntry


class Surveyors(Protocol):
    """Sessions are kept and renewed; both methods raise CloudError when the cloud refuses."""

    def survey(self, entry: CloudEntry, region_ids: Sequence[str]) -> Survey:
        """One look at regions of one place: cloud account and cloud region."""

    def mender(self, entry: CloudEntry) -> Mender: ...

    def forget(self, entry: CloudEntry) -> None: ...


_surveyors: dict[Cloud, Surveyors] = {}


def bind(cloud: Cloud, surveyors: Surveyors) -> None:
    _surveyors[cloud] = surveyors


def surveyors_of(cloud: str) -> Surveyors:
    """Raises KeyError for a cloud that no adapter is bound for."""
    return _surveyors[Cloud(cloud)]
