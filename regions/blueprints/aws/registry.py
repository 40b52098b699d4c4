"""Where the images of the region's apps are kept, and where those of public registries are fetched through."""

import json

from regions.blueprints.aws.build import partition, prefix, ref, resource
from regions.blueprints.aws.encryption import key
from regions.blueprints.aws.roles import attachment, policy
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.policies import Statement
from regions.spec import RegionSpec

REGISTRY = "registry"
UPSTREAMS = {"public": "public.ecr.aws", "kubernetes": "registry.k8s.io", "quay": "quay.io"}
"""Public registries that ask for no credentials (ECR User Guide, "Using pull through cache rules")."""
UNTAGGED_DAYS = 14


def registry(spec: RegionSpec) -> list[Manifest]:
    fields = {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": [{"encryptionType": "KMS", **key(spec, "kmsKey")}],
        "forceDelete": True,
    }
    name = f"{prefix(spec)}-apps"
    return [
        resource(spec, "Repository", REGISTRY, "Image registry", fields, group="ecr", external_name=name),
        _tidied(spec),
        *(_cached(spec, part, address) for part, address in UPSTREAMS.items()),
        *_fetching(spec),
    ]


def _tidied(spec: RegionSpec) -> Manifest:
    old = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
    rule = {
        "rulePriority": 1,
        "description": "Images that lost their tag",
        "selection": {**old, "countNumber": UNTAGGED_DAYS},
        "action": {"type": "expire"},
    }
    fields = {"repositoryRef": ref(REGISTRY), "policy": json.dumps({"rules": [rule]}, indent=2)}
    return resource(spec, "LifecyclePolicy", "registry-tidied", "Tidying of the registry", fields, group="ecr")


def _cached(spec: RegionSpec, part: str, address: str) -> Manifest:
    fields = {"ecrRepositoryPrefix": f"{prefix(spec)}/{part}", "upstreamRegistryUrl": address}
    title = f"Cache of {address}"
    return resource(spec, "PullThroughCacheRule", f"registry-cache-{part}", title, fields, group="ecr")


def _fetching(spec: RegionSpec) -> list[Manifest]:
    """The first node that asks for an image lets ECR fetch it, in the node's name."""
    place = f"arn:{partition(spec)}:ecr:{spec.cloud_region}:{spec.account_id}"
    acts = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")
    fetch = Statement("Fetch", acts, (f"{place}:repository/{prefix(spec)}/*",))
    return [
        policy(spec, "cache-policy", "Policy of nodes: cache", "Fetch images through the cache", (fetch,)),
        attachment(spec, "node", "node-role-cache-policy", {"policyArnRef": ref("cache-policy")}),
    ]
