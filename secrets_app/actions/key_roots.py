"""The root of an organization's keys: moved to a key of its own, and rehearsed being without it."""

from time import perf_counter
from typing import Any

from django.db import transaction

from console.audit.actions import events as audit
from console.encryption import deks, keyring
from console.encryption import rotation as rotating
from console.encryption.envelope import CannotDecrypt
from console.encryption.keyring import KeyUnavailable
from console.encryption.models import Dek, Rehearsal
from console.encryption.roots import FILE, Root
from console.encryption.store import KekState, KekVersion
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from secrets_app import root_places
from secrets_app.actions.keys import policy_of
from secrets_app.steps import key_moves

Line = dict[str, Any]
"""`what`, `readable`, `milliseconds`, `words`."""


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


def root_in_use(scope: Scope) -> Root:
    """The root of the active version."""
    versions = keyring.keyring(str(scope.org_id)).versions
    return next((one.root for one in versions if one.state == KekState.ACTIVE), Root())


@transaction.atomic
def rehearse(*, scope: Scope) -> Rehearsal:
    """Forget the organization's keys in this process and ask for them again: is the root key needed, and there?

    Other processes forget theirs within the stated time. Raises Refused.
    """
    scope.require(Permission.KEY_MANAGE)
    measured: list[Line] = []
    for name in rotating.names_of(scope.org_id):
        ring = keyring.keyring(name)
        measured.append(_line(f"Kept in this process: {_shown(name)}", None, 0.0, _kept(name)))
        keyring.forget(name)
        measured += [_asked(name, version) for version in ring.versions if version.usable]
    measured.append(_one_value(scope))
    root = root_in_use(scope)
    readable = all(line["readable"] is not False for line in measured)
    made = Rehearsal.objects.create(
        org_id=scope.org_id, by=scope.actor.label[:200], root=root.kind, readable=readable, measured=measured
    )
    audit.record(scope, "key:revocation-rehearsed", made, readable=readable, root=root.kind)
    return made


def _asked(name: str, version: KekVersion) -> Line:
    """One call to the root provider, where there is one."""
    what = f"Version {version.number} of {_shown(name)}"
    began = perf_counter()
    try:
        keyring.keyring(name).kek(version.number)
    except KeyUnavailable as error:
        return _line(what, False, perf_counter() - began, error.message)
    named = version.root.place.get("key", "").rpartition("/")[2]
    words = "read from KEK_STORE" if version.root.kind == FILE else f"unwrapped by KMS, key {named}"
    return _line(what, True, perf_counter() - began, words)


def _one_value(scope: Scope) -> Line:
    """The newest data key: what reading a value begins with."""
    newest = Dek.objects.of(scope.org_id).order_by("-id").first()
    if newest is None:
        return _line("A value", None, 0.0, "there is none yet")
    name = next(one for one in rotating.names_of(scope.org_id) if _within(one, newest))
    began = perf_counter()
    try:
        deks.unwrapped(name, deks.WrappedDek(newest.id, newest.kek_version, bytes(newest.wrapped)))
    except KeyUnavailable:
        return _line("A value", False, perf_counter() - began, "its data key stays closed")
    except CannotDecrypt as error:
        return _line("A value", False, perf_counter() - began, str(error))
    return _line("A value", True, perf_counter() - began, "its data key opens")


def _within(name: str, dek: Dek) -> bool:
    first, last = keyring.dek_range(name)
    return first <= dek.id <= last


def _kept(name: str) -> str:
    return "an unwrapped key, forgotten now" if keyring.holds(name) else "nothing"


def _shown(name: str) -> str:
    return "a certificate authority's key" if "." in name else "the organization's key"


def _line(what: str, readable: bool | None, seconds: float, words: str) -> Line:
    return {"what": what, "readable": readable, "milliseconds": round(seconds * 1000, 1), "words": words}
