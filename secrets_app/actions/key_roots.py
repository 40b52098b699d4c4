"""The root of an organization's keys: moved to a key of its own, and rehearsed being without it."""

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from secrets_app import root_places
from secrets_app.actions.keys import policy_of
from secrets_app.steps import key_moves, key_rehearsals


@transaction.atomic
def move(*, scope: Scope, arn: str) -> Operation:
    """Wrap every version of the organization's keys by its own KMS key; by none again where `arn` is empty.

    Raises Refused, a ConsoleError where there is no way to the key, and OperationGoingOn.
    """
    scope.require(Permission.KEY_MANAGE)
    if arn:
        root_places.root_of(scope, arn)
    policy = policy_of(scope, lock=True)
    operation = operations.start(
        scope=scope,
        kind=key_moves.KIND,
        title="Move keys to your KMS key" if arn else "Move keys back to the console's store",
        target=policy,
        steps=key_moves.steps(),
        context={"arn": arn},
    )
    audit.record(scope.during(operation.id), "key:move-requested", policy, key=arn)
    return operation


@transaction.atomic
def rehearse(*, scope: Scope) -> Operation:
    """Have a worker forget the organization's keys and ask for them again: is the root key needed, and there?

    Other processes forget theirs within the stated time. Raises Refused and OperationGoingOn.
    """
    scope.require(Permission.KEY_MANAGE)
    return operations.start(
        scope=scope,
        kind=key_rehearsals.KIND,
        title="Rehearse revoking the root key",
        target=policy_of(scope, lock=True),
        steps=key_rehearsals.steps(),
    )
