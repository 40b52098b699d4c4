"""What an organization accepted otherwise than its plan says: made from findings, laid over manifests."""

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from console.kernel.errors import Conflict
from console.kernel.scope import Scope
from regions.blueprints.manifests import Manifest
from regions.clouds.aws import additions
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.requests import dig
from regions.clouds.aws.table import Field
from regions.clouds.surveys import MARKS
from regions.models import Finding, Override, Region

OWN_TAGS = "byoc:"
ADDED = frozenset(sort.field for sort in additions.TABLE)


class NotAcceptable(Conflict):
    code = "drift_not_acceptable"
    title = "This cannot become what is wanted"


def of_finding(finding: Finding, manifest: Manifest) -> Override:
    """The change of the manifest by which the finding would be as wanted; not saved. Raises NotAcceptable."""
    override = Override(org_id=finding.org_id, region=finding.region, resource=finding.resource, finding=finding)
    override.is_removed = finding.is_gone
    for difference in finding.fields:
        name, observed = difference["field"], difference["observed"]
        if name in ADDED:
            override.additions[name] = observed
        elif name == MARKS:
            override.fields[name] = _tags(finding, manifest, observed)
        else:
            override.fields[name] = _value(finding, manifest, name, observed)
    override.instead_of = {name: dig(manifest.for_provider, name) for name in override.fields}
    return override


def _tags(finding: Finding, manifest: Manifest, observed: Mapping[str, Any]) -> dict[str, str]:
    if any(key.startswith(OWN_TAGS) for key in observed):
        raise NotAcceptable(
            f"{finding.title} is found and protected by the tags that begin with {OWN_TAGS}", todo="Revert it."
        )
    tags = {**manifest.tags, **observed}
    return {key: value for key, value in tags.items() if value is not None}


def _value(finding: Finding, manifest: Manifest, name: str, observed: Any) -> Any:
    """As the manifest would have to say it for the cloud to be as wanted; None: it says nothing of it."""
    field = next((one for one in KINDS[manifest.kind].fields if one.path == name), None)
    if field is not None and field.always is None and observed is None:
        return None
    value = _said(dig(manifest.for_provider, name), observed)
    if field is None or field.always is not None or not _fits(field, value, observed):
        raise NotAcceptable(
            f"A plan cannot say {name} of {finding.title} as it is now.",
            todo="Revert it, or change the region's plan.",
        )
    return value


def _said(current: Any, observed: Any) -> Any:
    """What the cloud tells in other words than a manifest: documents as text, yes and no as words."""
    if isinstance(current, str) and isinstance(observed, dict | list):
        return json.dumps(observed, indent=2)
    if isinstance(current, bool) and isinstance(observed, str):
        return observed.lower() == "true"
    return observed


def _fits(field: Field, value: Any, observed: Any) -> bool:
    try:
        return field.form.matches(value, observed)
    except (TypeError, ValueError, KeyError):
        return False


def numbered(scope: Scope, region: Region) -> int:
    """The next version of the region's overrides."""
    last = Override.objects.visible_to(scope).of_region(region).in_order().last()
    return last.number + 1 if last else 1


def laid_over(scope: Scope, region: Region, manifests: Sequence[Manifest]) -> list[Manifest]:
    """What the region's plan wants and what its people accepted since."""
    return applied(manifests, Override.objects.visible_to(scope).of_region(region).in_order())


def applied(manifests: Sequence[Manifest], overrides: Iterable[Override]) -> list[Manifest]:
    """The later override wins."""
    by_name: dict[str, Manifest] = {manifest.name: manifest for manifest in manifests}
    for override in overrides:
        if override.resource not in by_name:
            continue
        if override.is_removed:
            del by_name[override.resource]
        else:
            by_name[override.resource] = overridden(by_name[override.resource], override)
    return list(by_name.values())


def overridden(manifest: Manifest, override: Override) -> Manifest:
    body: dict[str, Any] = copy.deepcopy(dict(manifest.body))
    for path, value in override.fields.items():
        if dig(manifest.for_provider, path) == override.instead_of.get(path):
            _place(body["spec"]["forProvider"], path.split("."), value)
    if override.additions:
        noted = body["metadata"].setdefault("annotations", {})
        accepted = {**json.loads(noted.get(additions.ANNOTATION, "{}")), **override.additions}
        noted[additions.ANNOTATION] = json.dumps(accepted, sort_keys=True)
    return Manifest(body)


def _place(node: Any, path: Sequence[str], value: Any) -> None:
    """A value stands for the reference that filled the field before."""
    first, *rest = path
    if rest:
        inner = node[int(first)] if isinstance(node, list) else node.setdefault(first, {})
        _place(inner, rest, value)
        return
    if not isinstance(node, dict):
        node[int(first)] = value
        return
    for reference in (f"{first}Ref", f"{first}FromRoleRef", f"{first}Refs", f"{first.removesuffix('s')}Refs"):
        node.pop(reference, None)
    if value is None:
        node.pop(first, None)
    else:
        node[first] = value
