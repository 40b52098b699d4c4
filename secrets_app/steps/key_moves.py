"""Moving an organization's keys under another root: every version is wrapped anew, none of them changes."""

from collections.abc import Iterator
from datetime import timedelta
from os import urandom

from console.audit.actions import events as audit
from console.encryption import keyring, roots
from console.encryption import rotation as rotating
from console.encryption.envelope import KEY_BYTES
from console.encryption.models import KeyPolicy
from console.encryption.roots import FILE, Root, RootRefused, RootUnreachable
from console.encryption.store import KekVersion
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.outcomes import Done, Halt, Outcome, Retry, Who
from console.operations.steps import StepContext, StepSpec
from secrets_app import root_places

KIND = "move-keys"
AGAIN = timedelta(seconds=2)
ROTATE_NEXT = "Rotate next: earlier backups of KEK_STORE hold these versions without the key."
TRIAL = {"byoc:keyring": "trial", "byoc:version": "0"}


def steps() -> list[StepSpec]:
    group = {"group": "Console"}
    return [
        StepSpec("try", "Use the key once, both ways", "keys.try-root", params=group),
        StepSpec("move", "Wrap every version by the key", "keys.move", ("try",), group),
        StepSpec("prove", "Forget the keys and ask for them again", "keys.prove-root", ("move",), group),
    ]


def root_named(scope: Scope, arn: str) -> Root:
    """The file root where no key is named."""
    if not arn:
        return Root()
    with scope.entered():
        return root_places.root_of(scope, arn)


def versions(scope: Scope) -> Iterator[tuple[str, KekVersion]]:
    """Every version whose material is kept, disabled ones too."""
    for name in rotating.names_of(scope.org_id):
        keyring.keyring(name)
        yield from ((name, one) for one in keyring.store().versions(name) if one.file is not None)


@handler("keys.try-root")
def try_root(context: StepContext) -> Outcome:
    root = root_named(context.scope, context.operation_context["arn"])
    named = {**TRIAL, **({"byoc:connection": root.place["connection"]} if "connection" in root.place else {})}
    provider, trial = roots.provider(root), urandom(KEY_BYTES)
    try:
        opened = provider.unwrap(root.place, provider.wrap(root.place, trial, named), named)
    except (RootRefused, RootUnreachable) as error:
        return _stopped(error)
    if opened != trial:
        return Halt("RootKeyWrong", "The key gave back something else than it was given.", who=Who.CUSTOMER)
    return Done("The key wraps and unwraps.")


@handler("keys.move")
def move(context: StepContext) -> Outcome:
    root = root_named(context.scope, context.operation_context["arn"])
    moved = 0
    for name, version in versions(context.scope):
        if version.root != root:
            try:
                keyring.store().move(name, version, root)
            except (RootRefused, RootUnreachable) as error:
                return _stopped(error)
            moved += 1
    return Done(f"{moved} versions were wrapped anew; the earlier files are removed.", facts={"versions": moved})


@handler("keys.prove-root")
def prove(context: StepContext) -> Outcome:
    """What is under the keys stays as it is: only the way to them is another."""
    scope, arn = context.scope, context.operation_context["arn"]
    root, asked = root_named(scope, arn), 0
    for name, version in versions(scope):
        keyring.forget(name)
        try:
            keyring.store().material(name, version)
        except (RootRefused, RootUnreachable) as error:
            return _stopped(error)
        asked += 1
    with scope.entered():
        policy = KeyPolicy.objects.visible_to(scope).get()
        audit.record(scope, "key:moved", policy, root=root.kind, key=arn, versions=asked)
    advice = "" if root.kind == FILE else f" {ROTATE_NEXT}"
    return Done(f"All {asked} versions open through the new root.{advice}")


def _stopped(error: RootRefused | RootUnreachable) -> Outcome:
    if isinstance(error, RootUnreachable):
        return Retry("RootKeyUnreachable", AGAIN, error.message, who=Who.CUSTOMER, fix=error.todo)
    return Halt("RootKeyRefused", error.message, who=Who.CUSTOMER, fix=error.todo)
