"""What rules are made of: each returns a look that names every place where something is broken."""

from collections.abc import Callable, Container, Iterator
from typing import Any

from regions.blueprints.manifests import Manifest
from regions.changes.data_kept import DATA_OF
from regions.changes.differing import Change, Verb
from regions.clouds.aws.kinds import KINDS
from regions.policies.checks import Case, Hit, Look, value_of

Test = Callable[[Any], bool]
Compare = Callable[[Any, Any], bool]
WORLD = frozenset({"0.0.0.0/0", "::/0"})
PUBLIC_PORTS = frozenset({80, 443})
EVERY_KIND = frozenset(KINDS)


def where(kind: str, path: str, broken: Test, says: str) -> Look:
    """Resources of a kind whose field is broken; `says` may use {title} and {value}."""

    def look(case: Case) -> Iterator[Hit]:
        for manifest in case.of_kind(kind):
            value = value_of(manifest, path)
            if broken(value):
                yield Hit(manifest.name, says.format(title=manifest.title, value=value))

    return look


def moves(kind: str, path: str, broken: Compare, says: str) -> Look:
    """Resources of a kind whose field goes a way it should not; `says` may use {title}, {before} and {after}."""

    def look(case: Case) -> Iterator[Hit]:
        for change in case.changes:
            if change.kind == kind and change.before and change.after:
                old, new = value_of(change.before, path), value_of(change.after, path)
                if old is not None and new is not None and broken(old, new):
                    yield Hit(change.name, says.format(title=change.title, before=old, after=new))

    return look


def verbs(verb: Verb, kinds: Container[str], says: str) -> Look:
    """Changes of a verb on some kinds; `says` may use {title} and {data}."""

    def look(case: Case) -> Iterator[Hit]:
        for change in case.changes:
            if change.verb is verb and change.kind in kinds:
                data = DATA_OF.get(change.kind, "")
                yield Hit(change.name, says.format(title=change.title, data=data))

    return look


def without(kind: str, partner: str, reference: str, says: str) -> Look:
    """Resources of a kind that no resource of the partner kind refers to."""

    def look(case: Case) -> Iterator[Hit]:
        named = {_referred(one, reference) for one in case.of_kind(partner)}
        for manifest in case.of_kind(kind):
            if manifest.name not in named:
                yield Hit(manifest.name, says.format(title=manifest.title))

    return look


def any_of(*looks: Look) -> Look:
    def look(case: Case) -> Iterator[Hit]:
        for one in looks:
            yield from one(case)

    return look


def _referred(manifest: Manifest, reference: str) -> str:
    return str((manifest.for_provider.get(reference) or {}).get("name", ""))


def missing(value: Any) -> bool:
    return not value


def differs_from(wanted: Any) -> Test:
    return lambda value: value != wanted


def shrinks(before: Any, after: Any) -> bool:
    return int(after) < int(before)


def goes_back(before: Any, after: Any) -> bool:
    return _version(after) < _version(before)


def skips(before: Any, after: Any) -> bool:
    """A minor version of Kubernetes is left out."""
    old, new = _version(before), _version(after)
    return new[:1] == old[:1] and new[1] > old[1] + 1


def _version(text: Any) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in str(text).split("."))


def open_endpoint(case: Case) -> Iterator[Hit]:
    """An empty list of ranges is the world to EKS."""
    for cluster in case.of_kind("Cluster"):
        ranges = set(value_of(cluster, "vpcConfig.publicAccessCidrs") or WORLD)
        if value_of(cluster, "vpcConfig.endpointPublicAccess") and ranges & WORLD:
            yield Hit(cluster.name, "Anybody could reach the Kubernetes API.")


def open_port(case: Case) -> Iterator[Hit]:
    for rule in case.of_kind("SecurityGroupIngressRule"):
        fields = rule.for_provider
        ports = {fields.get("fromPort"), fields.get("toPort")}
        if {fields.get("cidrIpv4"), fields.get("cidrIpv6")} & WORLD and not ports <= PUBLIC_PORTS:
            yield Hit(rule.name, f"{rule.title} would let the world in on port {fields.get('fromPort', 'any')}.")


def plain_connections(case: Case) -> Iterator[Hit]:
    for group in case.of_kind("ParameterGroup"):
        set_to = {each["name"]: str(each["value"]) for each in group.for_provider.get("parameter", ())}
        if set_to.get("rds.force_ssl") != "1":
            yield Hit(group.name, f"{group.title} would accept connections without TLS.")


def stood_upon(case: Case) -> Iterator[Hit]:
    """Replaced, while something that stays refers to it."""
    going = {each.name for each in case.changes if each.verb in {Verb.REPLACE, Verb.DELETE}}
    for change in case.changes:
        if change.verb is Verb.REPLACE and (standing := _standing(case, change, going)):
            yield Hit(change.name, f"{change.title} cannot be made anew while {_few(standing)} stand on it.")


def _standing(case: Case, change: Change, going: Container[str]) -> list[str]:
    return [
        other.title
        for other in case.after.values()
        if other.name in case.before and other.name not in going and change.name in other.references
    ]


def _few(titles: list[str]) -> str:
    shown = ", ".join(titles[:2])
    return f"{shown} and {len(titles) - 2} more" if len(titles) > 2 else shown


def held_data(case: Case) -> Iterator[Hit]:
    for change in case.changes if case.held_until else ():
        if change.verb in {Verb.DELETE, Verb.REPLACE} and change.kind in DATA_OF:
            lost = f"{change.title} would go, and with it {DATA_OF[change.kind]}."
            yield Hit(change.name, f"The region is held until {case.held_until}. {lost}")


def over_budget(case: Case) -> Iterator[Hit]:
    if case.budget_usd and case.at_most > case.budget_usd:
        yield Hit(
            "",
            f"With all nodes that the autoscaler may start the resources cost ${case.at_most:,.2f} a month; the "
            f"budget is ${case.budget_usd:,}.",
        )


def unpermitted(case: Case) -> Iterator[Hit]:
    if case.lacking:
        yield Hit("", f"The deployment role was not found to have {_few(list(case.lacking))}.")
