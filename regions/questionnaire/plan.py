"""The region plan: what both sides sign, as typed data with a digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from regions.questionnaire import codec
from regions.questionnaire.cost import CostEstimate
from regions.questionnaire.network import NetworkLayout
from regions.questionnaire.places import ZONES
from regions.questionnaire.responsibilities import Duty
from regions.spec import RegionSpec, Tailoring


@dataclass(frozen=True, slots=True)
class PlanIdentity:
    """What a plan needs beside the answers: names given once, when onboarding starts."""

    region_id: str
    organization: str
    """The organization's slug."""
    connection_id: str
    deployment_role_arn: str
    boundary_arn: str
    operations_principal_arn: str
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: ZONES)
    """Availability zones by AWS region, three each."""
    control_plane_cidrs: tuple[str, ...] = ()
    """Where the control plane calls from; always allowed to reach the Kubernetes API."""
    tailoring: Tailoring = field(default_factory=Tailoring)
    """What the customer changed about the roles for people."""
    base_domain: str = "byoc.example"
    """Parent of the region's DNS zone where the customer names none."""


@dataclass(frozen=True, slots=True)
class Versions:
    questionnaire: str
    tiers: str
    prices: str
    places: str
    responsibilities: str


@dataclass(frozen=True, slots=True)
class SizingRow:
    what: str
    chosen: str
    detail: str
    because: str


@dataclass(frozen=True, slots=True)
class RecoveryObjectives:
    data_rpo_minutes: int
    data_rto_hours: int
    kubernetes_rpo_hours: int
    kubernetes_rto_hours: int


@dataclass(frozen=True, slots=True)
class Departure:
    """An answer that is not the default."""

    key: str
    label: str
    chosen: str
    default: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer that is kept and changes nothing that is provisioned."""

    key: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RegionPlan:
    versions: Versions
    spec: RegionSpec
    network: NetworkLayout
    sizing: tuple[SizingRow, ...]
    cost: CostEstimate
    responsibilities: tuple[Duty, ...]
    recovery: RecoveryObjectives
    maintenance_hours: int
    certificate_issuer: str
    departures: tuple[Departure, ...]
    recorded: tuple[RecordedAnswer, ...]
    budget_usd: int = 0
    """A month; 0 where none is set."""

    def to_document(self) -> dict[str, Any]:
        document: dict[str, Any] = codec.to_document(self)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        return codec.from_document(cls, document)

    def canonical(self) -> str:
        """JSON with sorted keys and no spaces: equal plans give equal bytes."""
        return json.dumps(self.to_document(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
