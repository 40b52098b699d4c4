"""What time does to keys: rotations that are due begin, disabled versions end when their hold is over."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from console.audit.actions import events as audit
from console.encryption import rotation as rotating
from console.encryption.keyring import organization_of, store
from console.encryption.models import Cause, KeyPolicy
from console.encryption.models.rotations import HOLD_DAYS
from console.encryption.rewrap import ENGINE
from console.kernel.errors import ConsoleError
from console.kernel.scope import of_console
from console.operations.actions.operations import OperationGoingOn
from secrets_app.actions import keys

logger = logging.getLogger("secrets_app.keys")


def sweep(*, at: datetime) -> None:
    """Harmless when two do it at once: one operation works on an organization's keys at a time."""
    for org_id in KeyPolicy.objects.using(ENGINE).due(at).values_list("org_id", flat=True):
        _begin(org_id)
    holds = dict(KeyPolicy.objects.using(ENGINE).values_list("org_id", "hold_days"))
    for name in store().names():
        hold = timedelta(days=holds.get(organization_of(name), HOLD_DAYS))
        if gone := rotating.destroy_held(name, hold, at=at):
            _record(name, gone)


def _begin(org_id: UUID) -> None:
    scope = of_console(org_id)
    try:
        with scope.entered():
            keys.start(scope=scope, cause=Cause.SCHEDULE)
    except OperationGoingOn:
        logger.info("A rotation is due in %s while one goes on.", org_id)
    except ConsoleError as error:
        logger.warning("The rotation due in %s could not begin: %s", org_id, error)


def _record(name: str, gone: tuple[int, ...]) -> None:
    scope = of_console(organization_of(name))
    with scope.entered():
        policy = keys.policy_of(scope)
        for version in gone:
            audit.record(scope, "key:destroyed", policy, keyring=name, version=version)
