"""Questions about the order of steps, pure."""

from collections.abc import Mapping, Sequence


def with_all_behind(name: str, needs: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The step and every step that needs it, at once or through others."""
    return with_behind([name], needs)


def with_behind(names: Sequence[str], needs: Mapping[str, Sequence[str]]) -> frozenset[str]:
    behind: dict[str, list[str]] = {}
    for each, needed in needs.items():
        for need in needed:
            behind.setdefault(need, []).append(each)
    found, to_follow = set(names), list(names)
    while to_follow:
        fresh = [each for each in behind.get(to_follow.pop(), []) if each not in found]
        found.update(fresh)
        to_follow += fresh
    return frozenset(found)
