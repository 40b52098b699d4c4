"""From declared actions to IAM statements: one service each, as narrow as AWS allows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.verbs import Verb, service_of, verb_of

Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key, values."""

LENT_TAG = "byoc:lent-to"
"""On a resource of the customer's that the region may stand in: the connection's id."""
NOBODY = "nobody"

WORDS = {
    Guard.REQUEST_TAG: "Create",
    Guard.RESOURCE_TAG: "Change",
    Guard.LENT: "Lent",
    Guard.PASSED_TO: "Pass",
    Guard.BOUNDARY: "Bounded",
    Guard.SERVICE_LINKED: "ServiceLinked",
    Guard.FOR_AWS_RESOURCE: "ForService",
    Guard.VIA_SERVICE: "Via",
    Guard.ENCRYPTION_CONTEXT: "Wrap",
}


@dataclass(frozen=True, slots=True)
class Confines:
    """What placeholders and conditions are filled with; `tags` are what marks a resource as ours."""

    account: str
    region: str
    """`*` for all regions of the account."""
    tags: Mapping[str, str]
    boundary: str
    connection: str = ""
    """Whom the customer lends things of theirs to; empty lends nothing."""

    def placed(self, resource: str) -> str:
        return resource.replace("{account}", self.account).replace("{region}", self.region)

    def requested(self) -> Conditions:
        return tuple(("StringEquals", f"aws:RequestTag/{key}", (value,)) for key, value in self.tags.items())

    def named_in_context(self) -> Conditions:
        return tuple(
            ("StringEquals", f"kms:EncryptionContext:{key}", (value,)) for key, value in self.tags.items()
        )

    def lent(self) -> Conditions:
        return (("StringEquals", f"aws:ResourceTag/{LENT_TAG}", (self.connection or NOBODY,)),)

    def carried(self) -> Conditions:
        return tuple(("StringEquals", f"aws:ResourceTag/{key}", (value,)) for key, value in self.tags.items())


@dataclass(frozen=True, slots=True)
class Statement:
    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions = ()
    effect: str = "Allow"

    def document(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Action": list(self.actions),
            "Resource": "*" if self.resources == ("*",) else list(self.resources),
        }
        if self.conditions:
            written["Condition"] = _condition(self.conditions)
        return written

    @property
    def size(self) -> int:
        return len(compact(self.document()))


def _condition(conditions: Conditions) -> dict[str, dict[str, Any]]:
    written: dict[str, dict[str, Any]] = defaultdict(dict)
    for operator, key, values in conditions:
        written[operator][key] = values[0] if len(values) == 1 else list(values)
    return dict(written)


def compact(document: Mapping[str, Any]) -> str:
    """JSON without white space: what IAM counts."""
    return json.dumps(document, separators=(",", ":"))


def policy(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [one.document() for one in statements]}


def conditions(name: str, guard: Guard, details: tuple[str, ...], confines: Confines) -> Conditions:
    """The conditions of a guard; `details` as `Action.detail`, merged over actions that share a statement."""
    match guard:
        case Guard.ANY:
            return ()
        case Guard.REQUEST_TAG:
            return (*confines.requested(), *_new_alone(name, details, confines))
        case Guard.RESOURCE_TAG:
            return confines.carried()
        case Guard.LENT:
            return confines.lent()
        case Guard.ENCRYPTION_CONTEXT:
            return confines.named_in_context()
        case Guard.BOUNDARY:
            return (("StringEquals", "iam:PermissionsBoundary", (confines.boundary,)),)
        case Guard.FOR_AWS_RESOURCE:
            return (("Bool", "kms:GrantIsForAWSResource", ("true",)),)
        case _:
            return _of_service(guard, details)


def _of_service(guard: Guard, details: tuple[str, ...]) -> Conditions:
    if guard is Guard.VIA_SERVICE:
        return (("StringLike", "kms:ViaService", tuple(f"{name}.*.amazonaws.com" for name in details)),)
    key = {Guard.PASSED_TO: "iam:PassedToService", Guard.SERVICE_LINKED: "iam:AWSServiceName"}[guard]
    return (("StringEquals", key, details),)


PLAIN_KEY: Conditions = (
    ("StringEqualsIfExists", "kms:KeySpec", ("SYMMETRIC_DEFAULT",)),
    ("StringEqualsIfExists", "kms:KeyOrigin", ("AWS_KMS",)),
    ("BoolIfExists", "kms:MultiRegion", ("false",)),
)
"""Keys that sign, that were imported, or that are shared by regions are none of ours."""


def _new_alone(name: str, details: tuple[str, ...], confines: Confines) -> Conditions:
    """What keeps tagging to what is being created, lest a stranger's resource be tagged and then changed as ours.

    KMS has no key for the call that creates: a key in use has an alias, a new one has none. Where AWS says more
    of a key, it must be of the one sort that we make, and nobody else's.
    """
    if name == "ec2:CreateTags" and details:
        return (("StringEquals", "ec2:CreateAction", details),)
    if name != "kms:TagResource":
        return ()
    others = tuple((f"{operator}IfExists", key, values) for operator, key, values in confines.carried())
    return (("Null", "kms:ResourceAliases", ("true",)), *others, *PLAIN_KEY)


def statements(actions: Iterable[Action], confines: Confines) -> tuple[Statement, ...]:
    """Actions with the same service, resources and conditions share a statement."""
    shared: dict[tuple[str, Guard, tuple[str, ...], Conditions], list[str]] = defaultdict(list)
    for name, guard, resources, details in _gathered(actions, confines):
        demanded = conditions(name, guard, details, confines)
        shared[service_of(name), guard, resources, demanded].append(name)
    return tuple(_numbered(shared))


def _gathered(
    actions: Iterable[Action], confines: Confines
) -> list[tuple[str, Guard, tuple[str, ...], tuple[str, ...]]]:
    """Each action once a guard, on all its resources; "*" makes narrower patterns needless."""
    resources: dict[tuple[str, Guard], set[str]] = defaultdict(set)
    details: dict[tuple[str, Guard], set[str]] = defaultdict(set)
    for action in actions:
        key = (action.name, action.guard)
        resources[key].update(map(confines.placed, action.resources))
        details[key].update({action.detail} - {""})
    return [
        (name, guard, ("*",) if "*" in found else tuple(sorted(found)), tuple(sorted(details[name, guard])))
        for (name, guard), found in sorted(resources.items())
    ]


def _plain_word(names: Iterable[str]) -> str:
    return "Read" if {verb_of(name) for name in names} == {Verb.READ} else "Named"


def _numbered(shared: Mapping[tuple[str, Guard, tuple[str, ...], Conditions], list[str]]) -> Iterable[Statement]:
    counted: dict[str, int] = defaultdict(int)
    for (service, guard, resources, demanded), names in sorted(shared.items(), key=lambda item: item[0][:3]):
        word = f"{service.title().replace('-', '')}{WORDS.get(guard) or _plain_word(names)}"
        counted[word] += 1
        yield Statement(f"{word}{counted[word]}", tuple(sorted(names)), resources, demanded)
