"""The actions of the deployment role that a set of changes makes use of."""

from collections.abc import Iterable, Mapping

from regions.blueprints.manifests import Manifest
from regions.changes.differing import Change
from regions.clouds.aws.verbs import Verb
from regions.permissions.bundle import Bundle, Grant


def needed(changes: Iterable[Change], manifests: Mapping[str, Manifest], bundle: Bundle) -> tuple[Grant, ...]:
    """Everything that the kinds touched declare, and the reads of what they refer to."""
    found = list(changes)
    touched = {change.kind for change in found}
    sides = [side for change in found for side in (change.before, change.after) if side]
    referred = {manifests[name].kind for side in sides for name in side.references if name in manifests}
    return tuple(
        grant
        for grant in bundle.grants
        if touched & set(grant.kinds) or (grant.verb is Verb.READ and referred & set(grant.kinds))
    )
