"""Operations on regions as data: which steps, in which order."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from console.operations.steps import Approval, StepSpec
from regions.blueprints.keeping import NOTHING, Keeping, kept, last_fields
from regions.blueprints.manifests import Manifest, by_name, joining_fields, teardown_needs
from regions.changes.data_kept import DATA_OF, holds_data
from regions.changes.differing import Change
from regions.steps import attach, certificate, detach, drift_scan, health, smoke, surplus
from regions.steps.drift_revert import REVERTED
from regions.steps.resources import ABSENT, AS, FIELDS, FORGET, KEPT, PRESENT

PROVISION, DEPROVISION, UPDATE = "provision", "deprovision", "update"
RECONCILE, REVERT, REMOVE_LEFTOVERS = "reconcile", "revert", "remove-leftovers"

GROUPS = {
    "AccessEntry": "Access entries",
    "AccessPolicyAssociation": "Access policies",
    "Addon": "Add-ons",
    "BucketOwnershipControls": "Bucket settings",
    "BucketPolicy": "Bucket settings",
    "BucketPublicAccessBlock": "Bucket settings",
    "BucketServerSideEncryptionConfiguration": "Bucket settings",
    "BucketVersioning": "Bucket settings",
    "EIP": "Elastic IPs",
    "Group": "Log groups",
    "NATGateway": "NAT gateways",
    "NodeGroup": "Node groups",
    "Policy": "IAM policies",
    "PullThroughCacheRule": "Image caches",
    "Record": "DNS records",
    "Role": "IAM roles",
    "RolePolicyAttachment": "Role permissions",
    "Route": "Routes",
    "RouteTable": "Route tables",
    "RouteTableAssociation": "Subnet routing",
    "SecurityGroup": "Security groups",
    "SecurityGroupEgressRule": "Firewall rules",
    "SecurityGroupIngressRule": "Firewall rules",
    "Subnet": "Subnets",
    "TransitGatewayRoute": "Routes",
    "VPCEndpointServiceAllowedPrincipal": "PrivateLink allow-list",
}
"""What a page calls resources of one kind together; a kind that is not here stands alone."""


def provision(manifests: Sequence[Manifest]) -> tuple[StepSpec, ...]:
    """Every resource after those it stands on, then the looks at what came of it, then the attachment."""
    made = tuple(_joining(manifest) for manifest in manifests)
    looks = (*smoke.steps(manifests), replace(surplus.STEP, needs=_ends(made)))
    joined = replace(attach.STEP, needs=_ends([*made, *looks]))
    closed = tuple(_closed(manifest) for manifest in manifests if joining_fields(manifest))
    return reduced([*made, *looks, joined, *closed])


def deprovision(
    manifests: Sequence[Manifest], keeping: Keeping = NOTHING, token: str = ""
) -> tuple[StepSpec, ...]:
    """Every resource after those that stand on it; roles and policies last; then a look that nothing is left.

    What is kept is marked as such instead; `token` makes the name of a final snapshot new.
    """
    stays, needs = kept(manifests, keeping), teardown_needs(manifests)
    removed = tuple(
        _removed(one, tuple(f"delete-{need}" for need in needs[one.name] if need not in stays), keeping, token)
        for one in manifests
        if one.name not in stays
    )
    marked = tuple(_step(one, KEPT, "keep-", ()) for one in manifests if one.name in stays and one.tags)
    looked = replace(detach.SWEEP, needs=_ends([*removed, *marked]))
    gone = replace(detach.STEP, needs=(looked.name,))
    return reduced([*removed, *marked, looked, gone, replace(certificate.STEP, needs=(gone.name,))])


def remove_leftovers(left: Sequence[Manifest]) -> tuple[StepSpec, ...]:
    """Delete what a region left behind, each as soon as nothing holds it; look again, and certify anew."""
    removed = tuple(
        replace(step, name=f"delete-{number}", params={**step.params, AS: dict(manifest.body)})
        for number, manifest in enumerate(left, 1)
        for step in [_step(manifest, ABSENT, "", ())]
    )
    looked = replace(detach.SWEEP, needs=tuple(step.name for step in removed))
    return (*removed, looked, replace(certificate.STEP, needs=(looked.name,)))


def _removed(manifest: Manifest, needs: tuple[str, ...], keeping: Keeping, token: str) -> StepSpec:
    step = _step(manifest, ABSENT, "delete-", needs)
    fields = last_fields(manifest, keeping, token)
    return replace(step, params={**step.params, FIELDS: fields}) if fields else step


def reconcile(_manifests: Sequence[Manifest] = ()) -> tuple[StepSpec, ...]:
    """Read every resource from the cloud, judge what differs and the region's health by it; change nothing."""
    return (drift_scan.STEP, replace(health.STEP, needs=(drift_scan.STEP.name,)))


def revert(manifests: Sequence[Manifest], names: Collection[str]) -> tuple[StepSpec, ...]:
    """Put these resources back, each after those of them that it stands on; then judge the region's health."""
    back = tuple(
        replace(_step(each, REVERTED, "", tuple(need for need in each.needs if need in names)), title=_back(each))
        for each in manifests
        if each.name in names
    )
    return reduced([*back, replace(health.STEP, needs=_ends(back))])


def update(
    manifests: Sequence[Manifest],
    *,
    changed: frozenset[str],
    removed: Sequence[Manifest],
    replaced: Mapping[str, Change] | None = None,
) -> tuple[StepSpec, ...]:
    """Bring changed and new resources to their manifests, remove what is no longer wanted, judge health.

    What is replaced goes before it is made anew, or after, where its new name lets both stand side by side. A
    person approves once more before that, and before a store of data goes.
    """
    anew = replaced or {}
    first = {name for name, change in anew.items() if not change.comes_up_first}
    made = tuple(_changed(manifest, changed, first) for manifest in manifests if manifest.name in changed)
    old = {name: change.before for name, change in anew.items() if change.before}
    going = by_name([*removed, *old.values()])
    standing = {
        name: tuple(need for need in needs if need in going)
        for name, needs in teardown_needs([*manifests, *removed]).items()
    }
    early = _with_dependents(first, standing)
    dropped = [
        _dropped(
            manifest,
            (
                *(f"delete-{need}" for need in standing[name]),
                *(() if name in early else (each.name for each in made)),
            ),
            forget=name not in old,
        )
        for name, manifest in going.items()
    ]
    return reduced([*made, *dropped, replace(health.STEP, needs=_ends([*made, *dropped]))])


def _with_dependents(names: Iterable[str], standing: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """These, and what has to go before them because it stands on them."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += standing[name]
    return frozenset(found)


def _changed(manifest: Manifest, changed: frozenset[str], gone_first: Container[str]) -> StepSpec:
    needs = tuple(need for need in manifest.needs if need in changed)
    own = (f"delete-{manifest.name}",) if manifest.name in gone_first else ()
    return replace(_present(manifest), needs=(*needs, *own))


def _dropped(manifest: Manifest, needs: tuple[str, ...], *, forget: bool) -> StepSpec:
    """A row that is forgotten goes with its resource; one that is made anew has its new manifest by then."""
    step = _step(manifest, ABSENT, "delete-", needs)
    asked = not forget or holds_data(manifest.kind)
    return replace(
        step,
        params={**step.params, **({FORGET: True} if forget else {AS: dict(manifest.body)})},
        approval=Approval(_question(manifest, anew=not forget)) if asked else None,
    )


def _question(manifest: Manifest, *, anew: bool) -> str:
    title = _lowered(manifest.title)
    lost = f" Lost with it, for good: {DATA_OF[manifest.kind]}." if holds_data(manifest.kind) else ""
    return f"Delete {title} to make it anew.{lost}" if anew else f"Delete {title}.{lost}"


STEPS: Mapping[str, Callable[[Sequence[Manifest]], tuple[StepSpec, ...]]] = {
    PROVISION: provision,
    DEPROVISION: deprovision,
}


def _present(manifest: Manifest) -> StepSpec:
    return _step(manifest, PRESENT, "", manifest.needs)


def _joining(manifest: Manifest) -> StepSpec:
    step, fields = _present(manifest), joining_fields(manifest)
    return replace(step, params={**step.params, FIELDS: fields}) if fields else step


def _closed(manifest: Manifest) -> StepSpec:
    """The region has joined: its Kubernetes API is reached from inside the network alone."""
    step = _step(manifest, PRESENT, "close-", (attach.STEP.name,))
    return replace(step, title="Close the Kubernetes API to the outside")


def _step(manifest: Manifest, handler: str, prefix: str, needs: tuple[str, ...]) -> StepSpec:
    verb = {ABSENT: "Delete ", KEPT: "Keep "}.get(handler, "")
    title = f"{verb}{_lowered(manifest.title)}" if verb else manifest.title
    params = {"resource": manifest.name, "kind": manifest.kind, "group": GROUPS.get(manifest.kind, "")}
    return StepSpec(f"{prefix}{manifest.name}", title, handler, needs, params)


def _back(manifest: Manifest) -> str:
    return f"Put back {_lowered(manifest.title)}"


def _lowered(title: str) -> str:
    """Within a sentence, but never an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _ends(steps: Iterable[StepSpec]) -> tuple[str, ...]:
    """The steps that no other one needs."""
    names = [step.name for step in steps]
    needed = {need for step in steps for need in step.needs}
    return tuple(name for name in names if name not in needed)


def reduced(steps: Sequence[StepSpec]) -> tuple[StepSpec, ...]:
    """Leave out needs that other needs imply: the same order with fewer lines."""
    needs = {step.name: step.needs for step in steps}
    before: dict[str, frozenset[str]] = {}
    return tuple(replace(step, needs=_direct(step.needs, needs, before)) for step in steps)


def _direct(
    mine: tuple[str, ...], needs: Mapping[str, tuple[str, ...]], before: dict[str, frozenset[str]]
) -> tuple[str, ...]:
    implied: set[str] = set()
    for need in mine:
        implied |= _before(need, needs, before)
    return tuple(need for need in dict.fromkeys(mine) if need not in implied)


def _before(name: str, needs: Mapping[str, tuple[str, ...]], known: dict[str, frozenset[str]]) -> frozenset[str]:
    if name not in known:
        found = set(needs[name])
        for need in needs[name]:
            found |= _before(need, needs, known)
        known[name] = frozenset(found)
    return known[name]
