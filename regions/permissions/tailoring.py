"""One change after the other to the roles for people: each gives a whole new tailoring."""

from collections.abc import Mapping
from dataclasses import replace

from regions.spec import Removal, RoleName, Tailoring, UseCaseRole


def with_removals(before: Tailoring, removed: Mapping[RoleName, tuple[str, ...]]) -> Tailoring:
    """What the three roles do not get, instead of what they did not get before."""
    kept = tuple(Removal(role, tuple(dict.fromkeys(actions))) for role, actions in removed.items() if actions)
    return replace(before, removed=kept)


def with_role(before: Tailoring, role: UseCaseRole, *, instead_of: str = "") -> Tailoring:
    """A role added at the end, or in the place of the one it replaces."""
    if instead_of in {one.name for one in before.added}:
        return replace(before, added=tuple(role if one.name == instead_of else one for one in before.added))
    return replace(before, added=(*before.added, role))


def without_role(before: Tailoring, name: str) -> Tailoring:
    return replace(before, added=tuple(one for one in before.added if one.name != name))
