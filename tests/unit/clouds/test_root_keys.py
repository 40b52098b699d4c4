"""A customer's KMS key as the root of keys, through the connection's role, behind the AWS front door."""

import os
from dataclasses import replace
from typing import Any

import pytest

from console.encryption.roots import RootRefused, RootUnreachable
from regions.clouds.aws.root_keys import AwsKmsRoot
from regions.clouds.aws.session import AwsConfig
from tests.unit.blueprints.specs import VARIANTS
from tests.unit.clouds.conftest import connected
from tests.unit.clouds.front_door import FrontDoor

ACCOUNT = "555566667777"
KEY = os.urandom(32)


class Holder:
    """The customer, with a key of their own."""

    def __init__(self, door: FrontDoor) -> None:
        spec = VARIANTS["production"]
        self.identity = connected(door, replace(spec, account_id=ACCOUNT), ACCOUNT)
        self.kms = door.administrator(ACCOUNT, "eu-central-1").client("kms")
        self.key = self.kms.create_key(Description="Root of Akka's keys")["KeyMetadata"]["Arn"]
        self.root = AwsKmsRoot(door.vendor()[0])

    @property
    def place(self) -> dict[str, str]:
        return {
            "key": self.key,
            "role": self.identity.role_arn,
            "external_id": self.identity.external_id,
            "connection": self.identity.connection_id,
        }

    @property
    def context(self) -> dict[str, str]:
        return {"byoc:connection": self.identity.connection_id, "byoc:keyring": "acme", "byoc:version": "1"}


@pytest.fixture
def holder(door: FrontDoor) -> Holder:
    return Holder(door)


def test_what_it_wraps_it_unwraps(holder: Holder) -> None:
    wrapped = holder.root.wrap(holder.place, KEY, holder.context)
    assert KEY not in wrapped
    assert holder.root.unwrap(holder.place, wrapped, holder.context) == KEY


@pytest.mark.parametrize("change", [{"byoc:version": "2"}, {"byoc:keyring": "evil"}])
def test_another_context_is_refused(holder: Holder, change: dict[str, str]) -> None:
    wrapped = holder.root.wrap(holder.place, KEY, holder.context)
    with pytest.raises(RootRefused, match="InvalidCiphertextException"):
        holder.root.unwrap(holder.place, wrapped, {**holder.context, **change})


def test_the_role_may_not_use_the_key_without_naming_its_connection(holder: Holder) -> None:
    for context in ({}, {"byoc:connection": "another"}):
        with pytest.raises(RootRefused, match="AccessDenied"):
            holder.root.wrap(holder.place, KEY, context)


def test_a_disabled_key_is_refused_and_works_again_once_enabled(holder: Holder) -> None:
    wrapped = holder.root.wrap(holder.place, KEY, holder.context)
    holder.kms.disable_key(KeyId=holder.key)
    with pytest.raises(RootRefused, match="DisabledException"):
        holder.root.unwrap(holder.place, wrapped, holder.context)
    holder.kms.enable_key(KeyId=holder.key)
    assert holder.root.unwrap(holder.place, wrapped, holder.context) == KEY


def test_a_role_that_the_keys_policy_denies_is_refused(holder: Holder) -> None:
    import json

    wrapped = holder.root.wrap(holder.place, KEY, holder.context)
    document = json.loads(holder.kms.get_key_policy(KeyId=holder.key, PolicyName="default")["Policy"])
    deny: dict[str, Any] = {
        "Sid": "NotAkka",
        "Effect": "Deny",
        "Principal": {"AWS": holder.identity.role_arn},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    document["Statement"].append(deny)
    holder.kms.put_key_policy(KeyId=holder.key, PolicyName="default", Policy=json.dumps(document))
    with pytest.raises(RootRefused, match="explicit deny"):
        holder.root.unwrap(holder.place, wrapped, holder.context)


def test_another_key_than_the_one_that_wrapped_is_refused(holder: Holder) -> None:
    wrapped = holder.root.wrap(holder.place, KEY, holder.context)
    other = holder.kms.create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(RootRefused, match="IncorrectKeyException"):
        holder.root.unwrap({**holder.place, "key": other}, wrapped, holder.context)


def test_no_answer_is_not_a_refusal(holder: Holder) -> None:
    nowhere = AwsKmsRoot(AwsConfig("http://127.0.0.1:9", "AKIANOBODY", "secret"))
    with pytest.raises(RootUnreachable):
        nowhere.wrap(holder.place, KEY, holder.context)
