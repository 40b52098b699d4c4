"""What a difference means and how bad it is: a table read from the top; pure."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from regions.clouds.ports import Difference
from regions.states import Harm

WORLD = ("0.0.0.0/0", "::/0")
DATA = frozenset({"Bucket", "Instance", "Key", "Repository"})
"""Kinds that hold what no call brings back."""
TRAFFIC = frozenset(
    {"InternetGateway", "NATGateway", "Route", "RouteTableAssociation", "SecurityGroupIngressRule"}
)
FINDERS = ("byoc:region", "byoc:resource")
INBOUND, OUTBOUND = "inbound rules beyond the plan", "outbound rules beyond the plan"
ATTACHED, INLINE = "attached policies beyond the plan", "inline policies"


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    title: str
    is_gone: bool
    differences: Sequence[Difference] = ()

    @property
    def names(self) -> str:
        return listed(each.field for each in self.differences)

    def field(self, *names: str) -> Difference | None:
        return next((each for each in self.differences if each.field in names), None)


@dataclass(frozen=True, slots=True)
class Rule:
    kinds: frozenset[str]
    """Empty for any."""
    harm: Harm
    says: Callable[[Case], str]
    """Empty where the rule does not apply."""


def told(case: Case) -> tuple[Harm, str]:
    """How bad it is, and the sentence that says what it means."""
    for rule in RULES:
        if (not rule.kinds or case.kind in rule.kinds) and (sentence := rule.says(case)):
            return rule.harm, sentence
    return Harm.SOME, f"{case.title} differs from its plan in {case.names}."


def listed(words: Iterable[str]) -> str:
    *others, last = list(words) or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _gone(text: str) -> Callable[[Case], str]:
    return lambda case: text.format(title=case.title) if case.is_gone else ""


def _field(text: str, *names: str, observed: Any = ...) -> Callable[[Case], str]:
    """Where a field of these names differs, and is `observed` if that is given."""

    def says(case: Case) -> str:
        found = case.field(*names)
        if found is None or (observed is not ... and str(found.observed).lower() != str(observed).lower()):
            return ""
        return text.format(title=case.title, expected=found.expected, observed=found.observed)

    return says


def _added(case: Case, *names: str) -> list[str]:
    """What is observed beyond what is expected, in fields that are lists."""
    found = [each for each in case.differences if each.field in names]
    return [
        str(one)
        for each in found
        for one in _as_list(each.observed)
        if str(one) not in map(str, _as_list(each.expected))
    ]


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _open_to_the_world(case: Case) -> str:
    found = [one for one in _added(case, INBOUND, "cidrIpv4") if any(range_ in one for range_ in WORLD)]
    return f"{case.title} is open to the world: {listed(found)}." if found else ""


def _lets_in(case: Case) -> str:
    found = _added(case, INBOUND)
    return f"{case.title} lets in what the plan does not: {listed(found)}." if found else ""


def _lets_out(case: Case) -> str:
    found = _added(case, OUTBOUND, "egress by default")
    return f"{case.title} lets out what the plan does not." if found else ""


def _may_do_more(case: Case) -> str:
    found = _added(case, ATTACHED, INLINE)
    return f"{case.title} may do more than planned: {listed(found)} was added to it." if found else ""


def _widened(case: Case) -> str:
    found = case.field("policy")
    if found is None:
        return ""
    more = sorted(granted(found.observed) - granted(found.expected))
    return f"{case.title} was widened by {listed(more)}." if more else ""


def granted(document: Any) -> set[str]:
    """The actions that a policy document allows."""
    read = json.loads(document) if isinstance(document, str) else document or {}
    statements = _as_list(read.get("Statement"))
    return {
        str(action)
        for each in statements
        if each.get("Effect") == "Allow"
        for action in _as_list(each.get("Action"))
    }


def _cluster_open(case: Case) -> str:
    found = [one for one in _added(case, "vpcConfig.publicAccessCidrs") if one in WORLD]
    return f"The Kubernetes API of {case.title} is open to the world." if found else ""


def _lost_marks(case: Case) -> str:
    found = case.field("tags")
    missing = [key for key, value in (found.observed or {}).items() if value is None] if found else []
    finders = [key for key in missing if key in FINDERS]
    if not finders:
        return ""
    return f"{case.title} lost the tag {listed(finders)}, by which the console finds it."


def _tags(case: Case) -> str:
    found = case.field("tags")
    if found is None or len(case.differences) > 1:
        return ""
    missing = [key for key, value in (found.observed or {}).items() if value is None]
    others = [key for key in found.expected or {} if key not in missing]
    said = [
        *([f"lost the tag {listed(missing)}"] if missing else []),
        *([f"has another value in the tag {listed(others)}"] if others else []),
    ]
    return f"{case.title} {listed(said)}."


def _immutable(case: Case) -> str:
    found = [each.field for each in case.differences if each.immutable]
    if not found:
        return ""
    return f"{case.title} has another {listed(found)}, which no call changes back: it would have to be made anew."


def _of(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


ANY: frozenset[str] = frozenset()
RULES: tuple[Rule, ...] = (
    Rule(
        _of("Key"),
        Harm.GREAT,
        _gone("{title} was deleted: what is encrypted with it is lost unless AWS is told in time."),
    ),
    Rule(DATA, Harm.GREAT, _gone("{title} was deleted, and what it held. Reverting makes a new, empty one.")),
    Rule(TRAFFIC, Harm.GREAT, _gone("{title} was deleted: traffic that needs it does not pass.")),
    Rule(ANY, Harm.SOME, _gone("{title} was deleted. Reverting makes it anew.")),
    Rule(_of("SecurityGroup", "SecurityGroupIngressRule"), Harm.GREAT, _open_to_the_world),
    Rule(_of("SecurityGroup"), Harm.SOME, _lets_in),
    Rule(_of("SecurityGroup"), Harm.SOME, _lets_out),
    Rule(_of("Role"), Harm.GREAT, _may_do_more),
    Rule(_of("Role"), Harm.GREAT, _field("Who may assume {title} was changed.", "assumeRolePolicy")),
    Rule(
        _of("Role"), Harm.GREAT, _field("The permissions boundary of {title} was changed.", "permissionsBoundary")
    ),
    Rule(_of("Policy", "BucketPolicy", "Key"), Harm.GREAT, _widened),
    Rule(
        _of("BucketPublicAccessBlock"),
        Harm.GREAT,
        lambda case: f"{case.title} no longer blocks public access." if case.differences else "",
    ),
    Rule(_of("Cluster"), Harm.GREAT, _cluster_open),
    Rule(
        _of("Instance"),
        Harm.GREAT,
        _field("{title} can be reached from outside.", "publiclyAccessible", observed=True),
    ),
    Rule(
        _of("Instance", "LB"),
        Harm.SOME,
        _field(
            "{title} is no longer protected from deletion.",
            "deletionProtection",
            "enableDeletionProtection",
            observed=False,
        ),
    ),
    Rule(
        _of("Instance"),
        Harm.SOME,
        _field("{title} keeps backups for {observed} days, not {expected}.", "backupRetentionPeriod"),
    ),
    Rule(_of("Key"), Harm.SOME, _field("{title} is no longer rotated.", "enableKeyRotation", observed=False)),
    Rule(ANY, Harm.SOME, _lost_marks),
    Rule(ANY, Harm.LITTLE, _tags),
    Rule(ANY, Harm.SOME, _immutable),
)
"""The first rule that says something holds."""
