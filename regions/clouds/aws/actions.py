"""Every IAM action the adapter causes AWS to evaluate, gathered from the kinds that declare them."""

from collections.abc import Iterable

from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.kinds import KINDS
from regions.clouds.ports import Manifest

__all__ = ["Action", "Guard", "actions_of", "all_actions"]


def actions_of(manifests: Iterable[Manifest]) -> tuple[Action, ...]:
    """What these manifests need, from creation to deletion; sorted, each once."""
    return _merged({manifest.kind for manifest in manifests})


def all_actions() -> tuple[Action, ...]:
    return _merged(KINDS)


def _merged(kinds: Iterable[str]) -> tuple[Action, ...]:
    return tuple(sorted({action for kind in kinds for action in KINDS[kind].actions}))
