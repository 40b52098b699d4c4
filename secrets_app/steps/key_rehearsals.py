"""Rehearsing the loss of the root key: a worker forgets the keys, asks for them again, and says what it got."""

from time import perf_counter
from typing import Any

from console.audit.actions import events as audit
from console.encryption import deks, keyring
from console.encryption import rotation as rotating
from console.encryption.envelope import CannotDecrypt
from console.encryption.keyring import KeyUnavailable
from console.encryption.models import Dek, Rehearsal
from console.encryption.roots import FILE
from console.encryption.store import KekVersion
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.models import Operation
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec

KIND = "rehearse-revocation"
Line = dict[str, Any]
"""`what`, `readable`, `milliseconds`, `words`."""


def steps() -> list[StepSpec]:
    return [StepSpec("measure", "Forget the keys and ask for them again", "keys.rehearse")]


@handler("keys.rehearse")
def rehearse(context: StepContext) -> Outcome:
    """The calls to the root provider are made outside of any transaction; the finding is kept once a step."""
    scope = context.scope
    measured = [line for name in rotating.names_of(scope.org_id) for line in _keyring(name)]
    with scope.entered():
        newest = Dek.objects.of(scope.org_id).order_by("-id").first()
    measured.append(_one_value(scope, newest))
    readable = all(line["readable"] is not False for line in measured)
    with scope.entered():
        if not Rehearsal.objects.visible_to(scope).filter(pk=context.step_id).exists():
            _keep(context, measured, readable)
    return Done("Values are readable." if readable else "Values are not readable.")


def _keep(context: StepContext, measured: list[Line], readable: bool) -> None:
    scope = context.scope
    root = keyring.keyring(str(scope.org_id)).root.kind
    asked_by = Operation.objects.visible_to(scope).get(pk=context.operation_id).requested_by
    made = Rehearsal.objects.create(
        id=context.step_id, org_id=scope.org_id, by=asked_by, root=root, readable=readable, measured=measured
    )
    audit.record(scope, "key:revocation-rehearsed", made, readable=readable, root=root)


def _keyring(name: str) -> list[Line]:
    ring = keyring.keyring(name)
    kept = _line(f"Kept in this process: {_shown(name)}", None, 0.0, _kept(name))
    keyring.forget(name)
    return [kept, *(_asked(name, version) for version in ring.versions if version.usable)]


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


def _one_value(scope: Scope, newest: Dek | None) -> Line:
    """The newest data key: what reading a value begins with."""
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
