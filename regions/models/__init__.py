from regions.models.connections import CheckGroup, Connection, ConnectionCheck
from regions.models.departures import DeletionCertificate, Leftover, RegionHold
from regions.models.onboarding import Answer, Onboarding, OnboardingState, PlanVersion, Side, Signature
from regions.models.regions import Region, Resource

__all__ = [
    "Answer",
    "CheckGroup",
    "Connection",
    "ConnectionCheck",
    "DeletionCertificate",
    "Leftover",
    "Onboarding",
    "OnboardingState",
    "PlanVersion",
    "Region",
    "RegionHold",
    "Resource",
    "Side",
    "Signature",
]
