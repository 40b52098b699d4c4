from regions.models.bundle_versions import BundleVersion
from regions.models.connections import CheckGroup, Connection, ConnectionCheck
from regions.models.departures import DeletionCertificate, Leftover, RegionHold
from regions.models.drift import DriftScan, DriftWatch, Finding, Override
from regions.models.onboarding import Answer, Onboarding, OnboardingState, PlanVersion, Side, Signature
from regions.models.regions import Region, Resource
from regions.models.requested_changes import ChangeState, RegionChange

__all__ = [
    "Answer",
    "BundleVersion",
    "ChangeState",
    "CheckGroup",
    "Connection",
    "ConnectionCheck",
    "DeletionCertificate",
    "DriftScan",
    "DriftWatch",
    "Finding",
    "Leftover",
    "Onboarding",
    "OnboardingState",
    "Override",
    "PlanVersion",
    "Region",
    "RegionChange",
    "RegionHold",
    "Resource",
    "Side",
    "Signature",
]
