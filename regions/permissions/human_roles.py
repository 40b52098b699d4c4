"""The roles for people: what each is given, how a customer may change that, and what a change amounts to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from regions.clouds.aws import people
from regions.clouds.aws.guards import Action
from regions.clouds.aws.packing import pack
from regions.clouds.aws.people_catalogue import catalogue, widening
from regions.clouds.aws.policies import Statement
from regions.permissions.boundary import boundary_statements
from regions.permissions.identity import EXAMPLE, RoleIdentity
from regions.spec import KubernetesAccess, RoleName, Tailoring, UseCaseRole

ROLES = (RoleName.READ_ONLY, RoleName.ELEVATED, RoleName.LIMITED_ADMIN)
NAME = re.compile(r"[a-z][a-z0-9-]{1,23}")
PATTERN = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]*\*?")
PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+")
MOST_ROLES, MOST_ACTIONS, MOST_PRINCIPALS = 8, 60, 10
PURPOSE = 120
"""Characters; it becomes the role's description in IAM."""
SOMEWHERE = people.Whose(EXAMPLE.short, "zone.example", EXAMPLE.confines())


def written(tailoring: Tailoring) -> dict[str, Any]:
    """What all roles for people may do and who may take them, for a made-up region."""
    three = {
        role.value: [one.document() for one in people.permissions(role, tailoring.removed_from(role), SOMEWHERE)]
        for role in ROLES
    }
    return three | {f"use-{one.name}": _written(one) for one in tailoring.added}


def _written(role: UseCaseRole) -> dict[str, Any]:
    statements = [one.document() for one in people.use_case(role.actions, SOMEWHERE)]
    return {"may": statements, "kubernetes": role.kubernetes.value, "who": list(role.principals)}


def problems(tailoring: Tailoring) -> tuple[str, ...]:
    """Sentences about what a tailoring asks for and cannot have; empty where it is fit."""
    return tuple(_problems(tailoring))


def _problems(tailoring: Tailoring) -> Iterator[str]:
    for removal in tailoring.removed:
        yield from _of_removal(removal.role, removal.actions)
    names = [role.name for role in tailoring.added]
    if len(names) > MOST_ROLES:
        yield f"There can be {MOST_ROLES} roles of your own, not {len(names)}."
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"Two roles are called {name}."
    for role in tailoring.added:
        yield from _of_use_case(role)


def _of_removal(role: RoleName, removed: Iterable[str]) -> Iterator[str]:
    if role not in ROLES:
        yield f"The role {role.value} is not one for people."
        return
    given = [name for one in people.permissions(role, (), SOMEWHERE) for name in one.actions]
    for pattern in removed:
        if not PATTERN.fullmatch(pattern):
            yield f"{pattern} is no action: write service:Action, or service:Start* for all that begin so."
        elif not any(overlap(pattern, name) for name in given):
            yield f"The role {role.value} is not given {pattern} in the first place."
    if _too_large(people.permissions(role, tuple(removed), SOMEWHERE)):
        yield f"IAM cannot hold what remains of the role {role.value}: take away whole services instead."


def overlap(one: str, other: str) -> bool:
    """Whether two action patterns, each with stars at most at its end, have an action in common."""
    return fnmatchcase(one.lower(), other.lower()) or fnmatchcase(other.lower(), one.lower())


def _of_use_case(role: UseCaseRole) -> Iterator[str]:
    yield from _of_shape(role)
    for name in role.actions:
        yield from _of_action(role.name, name)
    for arn in role.principals:
        if not PRINCIPAL.fullmatch(arn):
            yield f"{arn} is not the ARN of one IAM role or user; the role {role.name} trusts nobody else."
    if _too_large(people.use_case(role.actions, SOMEWHERE)):
        yield f"IAM cannot hold all actions of the role {role.name}: make two of it."


def _of_shape(role: UseCaseRole) -> Iterator[str]:
    if not NAME.fullmatch(role.name):
        yield f"{role.name or 'Nothing'} is no name: 2 to 24 small letters, digits and hyphens, a letter first."
    if not role.purpose.strip() or len(role.purpose) > PURPOSE:
        yield f"Say in up to {PURPOSE} characters what the role {role.name} is for."
    if not 0 < len(role.actions) <= MOST_ACTIONS:
        yield f"The role {role.name} needs 1 to {MOST_ACTIONS} actions; it has {len(role.actions)}."
    if len(role.principals) > MOST_PRINCIPALS:
        yield f"{MOST_PRINCIPALS} principals at most may take the role {role.name}."


def _of_action(role: str, name: str) -> Iterator[str]:
    if "*" in name or "?" in name:
        yield f"{name} stands for actions nobody has looked at: name each action of the role {role}."
    elif reason := widening(name):
        yield f"The role {role} cannot have {name}: {reason}."
    elif name not in catalogue():
        yield f"{name} is not among the actions that a role for people can have."
    elif not within_boundary(name):
        yield f"The boundary of your account does not allow {name}: the role {role} could not use it."


def _too_large(statements: Iterable[Statement]) -> bool:
    try:
        pack(statements)
    except ValueError:
        return True
    return False


def within_boundary(name: str, identity: RoleIdentity = EXAMPLE) -> bool:
    """Whether the boundary allows every way in which the catalogue grants an action."""
    allowed = [one for one in boundary_statements(identity) if one.effect == "Allow"]
    return all(_covered(way, allowed, identity) for way in catalogue().get(name, ()))


def _covered(way: Action, allowed: Iterable[Statement], identity: RoleIdentity) -> bool:
    placed = [identity.confines().placed(resource) for resource in way.resources]
    named = [one for one in allowed if any(fnmatchcase(way.name.lower(), given.lower()) for given in one.actions)]
    return all(
        any(fnmatchcase(resource, pattern) for one in named for pattern in one.resources) for resource in placed
    )


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What one role gains and loses from one version to the next."""

    role: str
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def difference(before: Tailoring, after: Tailoring) -> tuple[RoleChange, ...]:
    found = [_changed_three(role, before, after) for role in ROLES]
    earlier = {role.name: role for role in before.added}
    later = {role.name: role for role in after.added}
    found += [_changed_use_case(name, earlier.get(name), later.get(name)) for name in {**earlier, **later}]
    return tuple(one for one in found if one.gained or one.lost or one.notes)


def _changed_three(role: RoleName, before: Tailoring, after: Tailoring) -> RoleChange:
    """Taking away less is a gain."""
    was, now = set(before.removed_from(role)), set(after.removed_from(role))
    return RoleChange(role.value, tuple(sorted(was - now)), tuple(sorted(now - was)))


def _changed_use_case(name: str, before: UseCaseRole | None, after: UseCaseRole | None) -> RoleChange:
    was = set(before.actions) if before else set()
    now = set(after.actions) if after else set()
    return RoleChange(name, tuple(sorted(now - was)), tuple(sorted(was - now)), tuple(_notes(before, after)))


def _notes(before: UseCaseRole | None, after: UseCaseRole | None) -> Iterator[str]:
    if before is None and after is not None:
        yield f"New role: {after.purpose}"
        if after.kubernetes is not KubernetesAccess.NONE:
            yield f"Kubernetes: {after.kubernetes.value}"
        yield from (f"May be taken by {arn}" for arn in after.principals)
    elif after is None:
        yield "The role goes."
    elif before is not None:
        if before.kubernetes is not after.kubernetes:
            yield f"Kubernetes: {before.kubernetes.value}, now {after.kubernetes.value}"
        if before.purpose != after.purpose:
            yield f"Purpose: {after.purpose}"
        yield from (f"May be taken by {arn}" for arn in after.principals if arn not in before.principals)
        yield from (f"No longer taken by {arn}" for arn in before.principals if arn not in after.principals)
