"""How every AWS manifest is put together: names, tags, labels, references."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from regions.blueprints.manifests import EXTERNAL_NAME, NEEDS, TITLE, Manifest
from regions.spec import RegionSpec

GLOBAL_GROUPS = frozenset({"iam", "route53"})  # services without regions: their kinds have no `region`
UNTAGGED = frozenset(
    {
        "AccessPolicyAssociation",
        "Alias",
        "BucketOwnershipControls",
        "BucketPolicy",
        "BucketPublicAccessBlock",
        "BucketServerSideEncryptionConfiguration",
        "BucketVersioning",
        "RolePolicyAttachment",
        "LifecyclePolicy",
        "PullThroughCacheRule",
        "Record",
        "Route",
        "RouteTableAssociation",
        "Selection",
        "TransitGatewayRoute",
        "VPCEndpointServiceAllowedPrincipal",
    }
)
PROVIDER_CONFIG = "default"
IAM_PATH = "/byoc/"

JsonObject = dict[str, Any]


def prefix(spec: RegionSpec) -> str:
    """Start of every name that is ours to choose."""
    return f"byoc-{spec.short}"


def partition(spec: RegionSpec) -> str:
    """China and GovCloud are clouds of their own."""
    families = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for start, name in families.items() if spec.cloud_region.startswith(f"{start}-")), "aws")


def ref(name: str) -> JsonObject:
    return {"name": name}


def refs(names: Sequence[str]) -> list[JsonObject]:
    return [{"name": name} for name in names]


def document(*statements: Mapping[str, Any]) -> str:
    """An IAM policy document, laid out for reading."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def slug(cidr: str) -> str:
    """`10.0.0.0/8` within a name: a resource keeps its name whatever the order of its kind."""
    return cidr.replace(".", "-").replace("/", "-")


def letter(zone: str) -> str:
    """`eu-central-1a` is zone `a`."""
    return zone[-1]


def letters(spec: RegionSpec) -> tuple[str, ...]:
    return tuple(letter(zone) for zone in spec.zones)


def tags(spec: RegionSpec, name: str) -> dict[str, str]:
    return {
        **dict(spec.tags),
        "Name": f"{prefix(spec)}-{name}",
        "byoc:region": spec.region_id,
        "byoc:resource": name,
        "byoc:organization": spec.organization,
        "byoc:connection": spec.connection_id,
    }


def resource(
    spec: RegionSpec,
    kind: str,
    name: str,
    title: str,
    fields: Mapping[str, Any],
    *,
    group: str,
    external_name: str = "",
    needs: Sequence[str] = (),
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """One manifest in the region's own namespace, with the region's own provider configuration."""
    noted = {
        TITLE: title,
        EXTERNAL_NAME: external_name,
        NEEDS: ",".join(needs),
        **(annotations or {}),
    }
    return Manifest(
        {
            "apiVersion": f"{group}.aws.m.upbound.io/v1beta1",
            "kind": kind,
            "metadata": {
                "name": name,
                "namespace": prefix(spec),
                "labels": {
                    "byoc.akka.io/region": spec.region_id,
                    "byoc.akka.io/organization": spec.organization,
                },
                "annotations": {key: value for key, value in noted.items() if value},
            },
            "spec": {
                "forProvider": _for_provider(spec, kind, name, fields, group),
                "providerConfigRef": {"kind": "ProviderConfig", "name": PROVIDER_CONFIG},
            },
        }
    )


def _for_provider(spec: RegionSpec, kind: str, name: str, fields: Mapping[str, Any], group: str) -> JsonObject:
    where = {} if group in GLOBAL_GROUPS else {"region": spec.cloud_region}
    labelled = {} if kind in UNTAGGED else {"tags": {**tags(spec, name), **fields.get("tags", {})}}
    return {**where, **fields, **labelled}
