"""EKS add-ons as data; each comes in the version that EKS recommends for the cluster."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from regions.blueprints.aws.build import ref, resource
from regions.blueprints.aws.nodes import CLUSTER, NODES
from regions.blueprints.aws.workloads import RECORDS, VOLUMES, Workload, permissions_of, role_of
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec


@dataclass(frozen=True, slots=True)
class Addon:
    name: str
    title: str
    settings: Callable[[RegionSpec], Mapping[str, Any]] = lambda _spec: {}
    on_nodes: bool = False
    """It waits for nodes: what is not a daemon set becomes active only once it runs."""
    workload: Workload | None = None
    account: str = ""
    """The service account that works with the workload's role (EKS pod identity)."""


def _names(spec: RegionSpec) -> Mapping[str, Any]:
    return {"domainFilters": [spec.dns_zone], "policy": "upsert-only", "txtOwnerId": spec.short}


ADDONS = (
    Addon("vpc-cni", "network of pods", lambda _spec: {"enableNetworkPolicy": "true"}),
    Addon("kube-proxy", "network of services"),
    Addon("eks-pod-identity-agent", "identities of pods"),
    Addon("coredns", "names in the cluster", on_nodes=True),
    Addon("metrics-server", "load of pods", on_nodes=True),
    Addon("aws-ebs-csi-driver", "volumes", on_nodes=True, workload=VOLUMES, account="ebs-csi-controller-sa"),
    Addon("external-dns", "records of apps", _names, on_nodes=True, workload=RECORDS, account="external-dns"),
)


def addons(spec: RegionSpec) -> list[Manifest]:
    return [_addon(spec, one) for one in ADDONS]


def _addon(spec: RegionSpec, addon: Addon) -> Manifest:
    settings = addon.settings(spec)
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "addonName": addon.name,
        **({"configurationValues": json.dumps(settings)} if settings else {}),
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "OVERWRITE",
        **_identity(spec, addon),
    }
    needs = [NODES] if addon.on_nodes else []
    if addon.workload:
        needs += permissions_of(spec, addon.workload)
    title = f"Add-on {addon.name}: {addon.title}"
    return resource(spec, "Addon", f"addon-{addon.name}", title, fields, group="eks", needs=needs)


def _identity(spec: RegionSpec, addon: Addon) -> dict[str, Any]:
    if addon.workload is None:
        return {}
    return {
        "podIdentityAssociation": [
            {"serviceAccount": addon.account, "roleArn": role_of(spec, addon.workload)},
        ]
    }
