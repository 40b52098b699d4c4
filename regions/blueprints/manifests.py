"""Crossplane managed-resource manifests: the contract that both engines reconcile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

EXTERNAL_NAME = "crossplane.io/external-name"
NEEDS = "byoc.akka.io/needs"
TITLE = "byoc.akka.io/title"
URL_FROM = "byoc.akka.io/url-from"
"""Of an OIDC provider: the manifest of the cluster whose issuer is its address."""

ALIAS_OF = "byoc.akka.io/alias-of"
"""Of a DNS record: the manifest of the load balancer whose address it is."""
PROOF_OF = "byoc.akka.io/proof-of"
"""Of a DNS record: the manifest of the certificate that is issued once the record is answered."""
CERTIFICATE_FROM = "byoc.akka.io/certificate-from"
"""Of a listener: the manifest of the certificate that it presents."""
OPEN_UNTIL_JOINED = "byoc.akka.io/open-until-joined"
"""Of a cluster whose API closes: the ranges that reach it until the region has joined."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One managed resource; `body` is the plain document and is never changed."""

    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.body["metadata"]["namespace"])

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def api_version(self) -> str:
        return str(self.body["apiVersion"])

    @property
    def annotations(self) -> Mapping[str, str]:
        return dict(self.body["metadata"].get("annotations", {}))

    @property
    def labels(self) -> Mapping[str, str]:
        return dict(self.body["metadata"].get("labels", {}))

    @property
    def external_name(self) -> str:
        """The name in the cloud where it is ours to choose; empty where the provider invents it."""
        return self.annotations.get(EXTERNAL_NAME, "")

    @property
    def title(self) -> str:
        """What people call it: "NAT gateway a"."""
        return self.annotations.get(TITLE, self.name)

    @property
    def for_provider(self) -> Mapping[str, Any]:
        return dict(self.body["spec"]["forProvider"])

    @property
    def tags(self) -> Mapping[str, str]:
        return dict(self.for_provider.get("tags", {}))

    @property
    def region_id(self) -> str:
        return self.labels["byoc.akka.io/region"]

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the manifests that must be ready before this one is created, in order of mention."""
        ordered = (part.strip() for part in self.annotations.get(NEEDS, "").split(","))
        return tuple(dict.fromkeys([*self.references, *filter(None, ordered)]))

    @property
    def references(self) -> tuple[str, ...]:
        """Names of the manifests whose ids or ARNs this one holds."""
        return tuple(dict.fromkeys(_references(self.for_provider)))

    def with_fields(self, **fields: Any) -> "Manifest":
        """The same manifest with other values in `forProvider`."""
        spec = {**self.body["spec"], "forProvider": {**self.for_provider, **fields}}
        return Manifest({**self.body, "spec": spec})

    @property
    def yaml(self) -> str:
        return yaml.dump(dict(self.body), Dumper=_Block, sort_keys=False, default_flow_style=False, width=4096)


def joining_fields(manifest: Manifest) -> dict[str, Any]:
    """Of a cluster whose API closes: how it is while the region joins, open to what brings the region up."""
    cidrs = [cidr for cidr in manifest.annotations.get(OPEN_UNTIL_JOINED, "").split(",") if cidr]
    if not cidrs:
        return {}
    way_in = {"endpointPublicAccess": True, "publicAccessCidrs": cidrs}
    return {"vpcConfig": {**manifest.for_provider["vpcConfig"], **way_in}}


def to_yaml(manifests: Iterable[Manifest]) -> str:
    """One stream of documents, `---` between them."""
    return "---\n".join(manifest.yaml for manifest in manifests)


def by_name(manifests: Iterable[Manifest]) -> dict[str, Manifest]:
    """Raises ValueError when two manifests share a name: references would be ambiguous."""
    named: dict[str, Manifest] = {}
    for manifest in manifests:
        if manifest.name in named:
            raise ValueError(f"two manifests are called {manifest.name}")
        named[manifest.name] = manifest
    return named


def teardown_needs(manifests: Sequence[Manifest]) -> dict[str, tuple[str, ...]]:
    """What must be gone before each manifest may be deleted.

    The graph of creation reversed, and identities after everything else: a cluster whose roles are gone
    cannot clean up behind itself.
    """
    dependents: dict[str, list[str]] = {manifest.name: [] for manifest in manifests}
    for manifest in manifests:
        for need in manifest.needs:
            dependents[need].append(manifest.name)
    others = [manifest.name for manifest in manifests if not _is_identity(manifest)]
    return {
        manifest.name: tuple(
            dict.fromkeys([*dependents[manifest.name], *(others if _is_identity(manifest) else ())])
        )
        for manifest in manifests
    }


def _is_identity(manifest: Manifest) -> bool:
    """Roles, policies and their attachments; the OIDC provider belongs to the cluster."""
    return manifest.kind in {"Role", "Policy", "RolePolicy", "RolePolicyAttachment", "InstanceProfile"}


def _references(node: object, field: str = "") -> Iterator[str]:
    if isinstance(node, Mapping):
        if field.endswith("Ref") and "name" in node:
            yield str(node["name"])
            return
        for key, value in node.items():
            yield from _references(value, str(key))
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _references(item, field.removesuffix("s") if field.endswith("Refs") else field)


class _Block(yaml.SafeDumper):
    """Block style throughout, no aliases, policy documents as literal blocks."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Block.add_representer(str, _text)
