"""The actions of the deployment role that a set of changes makes use of."""

from collections.abc import Iterable

from regions.changes.differing import Change
from regions.permissions.bundle import Bundle, Grant


def needed(changes: Iterable[Change], bundle: Bundle) -> tuple[Grant, ...]:
    """Everything that the kinds touched declare: the verbs read before and after they act."""
    touched = {change.kind for change in changes}
    return tuple(grant for grant in bundle.grants if touched & set(grant.kinds))
