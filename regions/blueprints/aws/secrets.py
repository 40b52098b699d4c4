"""The place where the region keeps what it joined with; the console never reads it."""

from regions.blueprints.aws.build import prefix, resource
from regions.blueprints.aws.encryption import key
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec


def secrets(spec: RegionSpec) -> list[Manifest]:
    fields = {
        "name": secret_name(spec),
        "description": f"Runtime of region {spec.name}",
        **key(spec, "kmsKeyId"),
        "recoveryWindowInDays": 0,
    }
    return [resource(spec, "Secret", "runtime-secret", "Secret of the runtime", fields, group="secretsmanager")]


def secret_name(spec: RegionSpec) -> str:
    return f"{prefix(spec)}-runtime"
