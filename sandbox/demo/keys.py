"""The demo organization's keys: under its own KMS key, rotated once and then by schedule, revocation rehearsed."""

from uuid import UUID

from console.encryption import keyring
from console.encryption.models import Rehearsal, Rotation
from console.kernel.scope import Scope
from console.operations.models import Operation
from sandbox.customer.account import Account
from sandbox.demo import people, road
from sandbox.ports import Ports
from secrets_app.actions import key_roots, keys

ALIAS = "alias/norrland-root-of-keys"
DAYS, HOLD_DAYS = 90, 45


def settle(ports: Ports) -> None:
    """Go on from wherever an earlier run stopped."""
    alice = people.scope_of(people.email_of("owner"))
    with alice.entered():
        keys.settle(scope=alice, rotate_days=DAYS, hold_days=HOLD_DAYS)
        own = bool(keyring.keyring(str(alice.org_id)).root.place)
        going = Operation.objects.visible_to(alice).going_on().filter(target_type="keypolicy").first()
    if going is not None:
        road.wait(alice, going.id)
    elif not own:
        _move(alice, _key(Account(ports.aws, people.ACCOUNT_ID, people.AWS_REGION)))
    _rotate_once(alice)
    _rehearse_once(alice)


def _key(account: Account) -> str:
    """What the customer's cloud team does: a key, with a name that says what it is for."""
    kms = account.client("kms")
    named = {one["AliasName"]: one["TargetKeyId"] for one in kms.list_aliases()["Aliases"] if "TargetKeyId" in one}
    if ALIAS not in named:
        made = kms.create_key(Description="Root of the keys that the BYOC Console keeps for us")["KeyMetadata"]
        kms.create_alias(AliasName=ALIAS, TargetKeyId=made["KeyId"])
        return str(made["Arn"])
    return str(kms.describe_key(KeyId=named[ALIAS])["KeyMetadata"]["Arn"])


def _move(alice: Scope, arn: str) -> None:
    with alice.entered():
        operation = key_roots.move(scope=alice, arn=arn)
    road.wait(alice, operation.id)


def _rotate_once(alice: Scope) -> None:
    with alice.entered():
        started: UUID | None = None
        if not Rotation.objects.visible_to(alice).exists():
            started = keys.rotate(scope=alice).id
    if started is not None:
        road.wait(alice, started)


def _rehearse_once(alice: Scope) -> None:
    with alice.entered():
        if Rehearsal.objects.visible_to(alice).exists():
            return
        started = key_roots.rehearse(scope=alice)
    road.wait(alice, started.id)
