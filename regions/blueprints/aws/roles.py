"""How a role, its policies and what attaches them are put together."""

from collections.abc import Mapping, Sequence
from typing import Any

from regions.blueprints.aws.build import IAM_PATH, document, prefix, ref, resource
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.policies import Statement
from regions.spec import RegionSpec

SESSION_SECONDS = 3600


def role(spec: RegionSpec, name: str, title: str, description: str, trust: Mapping[str, Any]) -> Manifest:
    fields = {
        "path": IAM_PATH,
        "description": description,
        "maxSessionDuration": SESSION_SECONDS,
        "permissionsBoundary": spec.permissions_boundary_arn,
        "assumeRolePolicy": document(trust),
    }
    return resource(
        spec,
        "Role",
        f"{name}-role",
        title,
        fields,
        group="iam",
        external_name=f"{prefix(spec)}-{name}",
    )


def policy(spec: RegionSpec, name: str, title: str, description: str, statements: Sequence[Statement]) -> Manifest:
    fields = {
        "path": IAM_PATH,
        "description": description,
        "policy": document(*(one.document() for one in statements)),
    }
    return resource(spec, "Policy", name, title, fields, group="iam", external_name=f"{prefix(spec)}-{name}")


def attachment(spec: RegionSpec, role: str, name: str, policy: Mapping[str, Any]) -> Manifest:
    fields = {"roleRef": ref(f"{role}-role"), **policy}
    title = f"Permissions of role {role}"
    return resource(spec, "RolePolicyAttachment", name, title, fields, group="iam")
