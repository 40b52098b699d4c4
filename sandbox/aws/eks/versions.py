"""Kubernetes versions EKS offers (Amazon EKS User Guide, "Understand the Kubernetes version lifecycle")."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.eks.store import invalid, page
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call

DEFAULT = "1.33"
# version -> released on EKS, end of standard support, end of extended support
LIFECYCLE = {
    "1.35": ("2026-01-27", "2027-03-27", "2028-03-27"),
    "1.34": ("2025-10-02", "2026-12-02", "2027-12-02"),
    "1.33": ("2025-05-29", "2026-07-29", "2027-07-29"),
    "1.32": ("2025-01-23", "2026-03-23", "2027-03-23"),
    "1.31": ("2024-09-26", "2025-11-26", "2026-11-26"),
    "1.30": ("2024-05-23", "2025-07-23", "2026-07-23"),
    "1.29": ("2024-01-23", "2025-03-23", "2026-03-23"),
}


def check(version: str) -> str:
    if version not in LIFECYCLE:
        raise invalid(f"unsupported Kubernetes version {version}")
    return version


def minor(version: str) -> int:
    return int(version.split(".")[1])


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@answers("eks", "DescribeClusterVersions")
def describe_versions(call: Call) -> Mapping[str, Any]:
    wanted = call.params.get("clusterVersions") or list(LIFECYCLE)
    if call.params.get("defaultOnly"):
        wanted = [DEFAULT]
    found = [_described(version) for version in LIFECYCLE if version in wanted]
    return page(call, "clusterVersions", found)


def _described(version: str) -> dict[str, Any]:
    released, standard, extended = LIFECYCLE[version]
    supported = datetime.now(UTC) < _day(standard)
    return {
        "clusterVersion": version,
        "clusterType": "eks",
        "defaultPlatformVersion": "eks.1",
        "defaultVersion": version == DEFAULT,
        "releaseDate": _day(released),
        "endOfStandardSupportDate": _day(standard),
        "endOfExtendedSupportDate": _day(extended),
        "status": "STANDARD_SUPPORT" if supported else "EXTENDED_SUPPORT",
        "versionStatus": "STANDARD_SUPPORT" if supported else "EXTENDED_SUPPORT",
        "kubernetesPatchVersion": f"{version}.1",
    }
