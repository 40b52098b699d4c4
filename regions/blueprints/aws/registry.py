"""Where the images of the region's apps are kept."""

from regions.blueprints.aws.build import prefix, resource
from regions.blueprints.aws.encryption import key
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec


def registry(spec: RegionSpec) -> list[Manifest]:
    fields = {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": [{"encryptionType": "KMS", **key(spec, "kmsKey")}],
        "forceDelete": True,
    }
    return [
        resource(
            spec,
            "Repository",
            "registry",
            "Image registry",
            fields,
            group="ecr",
            external_name=f"{prefix(spec)}-apps",
        )
    ]
