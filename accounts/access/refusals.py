"""What was refused, in the trail: it stays there although the request that asked is rolled back.

Bounded, so that somebody who tries doors all day does not fill the trail.
"""

from django.core.cache import cache

from console.audit.actions import events as audit
from console.audit.models import Outcome
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

MOST_A_MINUTE = 20
"""Of one actor in one organization."""


def record(scope: Scope, permission: Permission, *, why: str = "permission") -> None:
    """Write `permission:refused` in a transaction of its own; `why` is `permission` or `second factor`.

    Called when the transaction of the request has ended.
    """
    if not _within_bound(scope):
        return
    with scope.entered():
        audit.record(
            scope, "permission:refused", None, outcome=Outcome.REFUSED, permission=permission.value, why=why
        )


def _within_bound(scope: Scope) -> bool:
    """The count is in the cache: emptied, it begins anew."""
    key = f"refusals:{scope.org_id}:{scope.actor.kind}:{scope.actor.id}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) <= MOST_A_MINUTE
    except ValueError:  # it expired at this instant
        return True
