"""Secrets on their way to regions: sealed, published, acknowledged, caught up, and nothing believed too easily."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app import contents
from secrets_app.actions import recipients, secret_upkeep, secrets
from secrets_app.actions.recipients import NoKeyOffered
from secrets_app.models import Recipient, Secret, SecretDelivery, SecretVersion
from secrets_app.sealing import SealRefused
from secrets_app.steps import region_sweep
from secrets_app.steps.region_layout import SECRETS
from tests.unit.secrets_app.conftest import Bucket, Region

pytestmark = pytest.mark.django_db

VALUE = b"wire-transfer-key-20931"


@pytest.fixture(autouse=True)
def inside(alice_scope: Scope) -> Iterator[None]:
    with alice_scope.entered():
        yield


@pytest.fixture
def secret(alice_scope: Scope) -> Secret:
    return secrets.put(scope=alice_scope, name="wire", values={"key": VALUE})


def delivery(region: Region, secret: Secret) -> SecretDelivery:
    found: SecretDelivery = SecretDelivery.objects.get(recipient=region.recipient, secret=secret)
    return found


def trouble(region: Region) -> str:
    region.recipient.refresh_from_db()
    return str(region.recipient.trouble)


def save(scope: Scope, secret: Secret, value: bytes) -> None:
    secrets.change(scope=scope, secret=secret, values={"key": value})


def test_a_secret_is_live_only_when_the_region_says_so(region: Region, secret: Secret) -> None:
    region.look()
    assert region.index["secrets"] == {str(secret.pk): 1}
    assert contents.from_text(region.open(secret.pk, 1).decode()) == {"key": VALUE}
    assert not delivery(region, secret).is_live
    region.apply()
    region.look()
    assert delivery(region, secret).is_live
    assert delivery(region, secret).since == delivery(region, secret).applied_at


def test_a_region_that_joins_later_gets_what_is_there(
    alice_scope: Scope, secret: Secret, make_region: Callable[[str], Region]
) -> None:
    late = make_region("prod-eu-west-1")
    late.settle()
    assert delivery(late, secret).is_live


def test_nothing_is_published_before_the_region_has_a_key(region: Region, secret: Secret, bucket: Bucket) -> None:
    bucket.objects.clear()
    region.look()
    assert bucket.objects == {}
    assert "not published its public key" in trouble(region)


def test_nothing_readable_lies_in_the_bucket(region: Region, secret: Secret, bucket: Bucket) -> None:
    region.look()
    assert all(VALUE not in body for body in bucket.objects.values())


def test_a_region_that_was_away_catches_up_with_the_last_version(
    alice_scope: Scope, region: Region, secret: Secret
) -> None:
    region.settle()
    save(alice_scope, secret, b"two")
    region.look()
    save(alice_scope, secret, b"three")
    region.look()
    assert (delivery(region, secret).applied_version, delivery(region, secret).desired_version) == (1, 3)
    region.settle()
    assert delivery(region, secret).is_live


def test_an_acknowledgement_of_a_version_never_published_is_not_believed(
    alice_scope: Scope, region: Region, secret: Secret
) -> None:
    region.look()
    save(alice_scope, secret, b"two")
    region.say({str(secret.pk): 2})  # version 2 exists, but this region was not given it yet
    region.look()
    assert delivery(region, secret).applied_version is None
    assert "never published" in trouble(region)
    region.settle()
    assert delivery(region, secret).is_live


@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"[]", b"null", b'"text"', b"{", b'{"secrets": []}', b'{"secrets": {"x": 1}}',
        b'{"at": 5, "secrets": {"x": {}}}', b"\xff\xfe", b'{"at": "2026-01-01"}', b'{"secrets": 1e999}',
    ],
)  # fmt: skip
def test_whatever_a_region_writes_breaks_nothing(region: Region, secret: Secret, body: bytes) -> None:
    region.look()
    region.say_raw(body)
    region.look()
    assert not delivery(region, secret).is_live


@pytest.mark.parametrize("said", [True, "1", 1.5, -1, 0, None, [1], 10**30])
def test_only_a_whole_number_is_a_version(region: Region, secret: Secret, said: object) -> None:
    region.look()
    region.say({str(secret.pk): said})
    region.look()
    assert delivery(region, secret).applied_version is None


def test_a_look_changes_nothing_when_nothing_changed(region: Region, secret: Secret, bucket: Bucket) -> None:
    region.settle()
    bucket.puts.clear()
    region.look()
    assert bucket.puts == []


def test_an_object_that_somebody_deleted_is_put_again(region: Region, secret: Secret, bucket: Bucket) -> None:
    region.settle()
    for place in [place for place in bucket.objects if place[1].startswith("desired/")]:
        del bucket.objects[place]
    region.look()
    region.look()
    assert contents.from_text(region.open(secret.pk, 1).decode()) == {"key": VALUE}


def test_documents_of_earlier_versions_go_once_the_region_has_the_later_one(
    alice_scope: Scope, region: Region, secret: Secret, bucket: Bucket
) -> None:
    region.settle()
    save(alice_scope, secret, b"two")
    region.look()
    assert len(bucket.keys(region.recipient, SECRETS)) == 2
    region.settle()
    region.look()
    assert bucket.keys(region.recipient, SECRETS) == (f"{SECRETS}{secret.pk}/2.jwe",)


def test_a_deleted_secret_leaves_every_region_before_it_is_forgotten(
    alice_scope: Scope, region: Region, secret: Secret, bucket: Bucket
) -> None:
    region.settle()
    secrets.delete(scope=alice_scope, secret=secret, typed="wire")
    secret_upkeep.tend(scope=alice_scope)
    assert Secret.objects.filter(pk=secret.pk).exists()
    region.settle()
    secret_upkeep.tend(scope=alice_scope)
    assert not Secret.objects.filter(pk=secret.pk).exists()
    assert bucket.keys(region.recipient, SECRETS) == ()


def test_the_old_value_does_not_die_before_every_region_has_the_new_one(
    alice_scope: Scope, region: Region, secret: Secret
) -> None:
    region.settle()
    secrets.rotate(scope=alice_scope, secret=secret, values={"key": b"two"})
    SecretVersion.objects.filter(number=1).update(valid_until=now() - timedelta(seconds=1))
    secret_upkeep.tend(scope=alice_scope)
    assert SecretVersion.objects.get(number=1).ended_at is None
    region.settle()
    secret_upkeep.tend(scope=alice_scope)
    assert SecretVersion.objects.get(number=1).ended_at is not None


def test_a_person_can_end_it_without_waiting_for_a_region_that_is_away(
    alice_scope: Scope, region: Region, secret: Secret
) -> None:
    region.settle()
    secrets.rotate(scope=alice_scope, secret=secret, values={"key": b"two"})
    secret_upkeep.end_version(scope=alice_scope, secret=secret, number=1)
    assert SecretVersion.objects.get(number=1).value is None


def test_another_key_waits_for_a_person_and_nothing_is_sealed_to_it(
    alice_scope: Scope, region: Region, secret: Secret
) -> None:
    region.settle()
    intruder = ECKey.generate_key("P-256")
    rightful, region.key = region.key, intruder
    region.offer()
    save(alice_scope, secret, b"two")
    region.look()
    with pytest.raises(SealRefused):
        region.open(secret.pk, 2)
    region.key = rightful
    assert contents.from_text(region.open(secret.pk, 2).decode()) == {"key": b"two"}
    assert "another public key" in trouble(region)


def test_an_accepted_key_has_everything_sealed_anew(alice_scope: Scope, region: Region, secret: Secret) -> None:
    region.settle()
    region.key = ECKey.generate_key("P-256")
    region.offer()
    region.look()
    with pytest.raises(NoKeyOffered):
        recipients.accept_key(scope=alice_scope, recipient_id=region.recipient.pk, key_id="another")
    recipients.accept_key(scope=alice_scope, recipient_id=region.recipient.pk, key_id=region.key.thumbprint())
    region.settle()
    assert contents.from_text(region.open(secret.pk, 1).decode()) == {"key": VALUE}
    assert trouble(region) == ""


@pytest.mark.parametrize(
    "offered",
    [b"", b"{}", b"[]", b'{"kty":"EC","crv":"P-256"}', b"\xff", b'{"kty":"oct","k":"AAAA"}',
     json.dumps(ECKey.generate_key("P-256").as_dict(private=True)).encode(),
     json.dumps(ECKey.generate_key("P-384").as_dict(private=False)).encode()],
)  # fmt: skip
def test_only_a_public_key_of_p256_is_taken(
    region: Region, secret: Secret, bucket: Bucket, offered: bytes
) -> None:
    bucket.objects[region.recipient.bucket, "region/recipient.jwk"] = offered
    region.look()
    assert "not the public half of a P-256 key" in trouble(region)
    region.recipient.refresh_from_db()
    assert region.recipient.state == "joining"


def test_a_bucket_that_does_not_answer_is_said_and_tried_again(
    region: Region, secret: Secret, bucket: Bucket
) -> None:
    bucket.away = "The state bucket refused: AccessDenied."
    region.look()
    assert trouble(region) == "The state bucket refused: AccessDenied."
    bucket.away = ""
    region.settle()
    assert trouble(region) == ""


def test_a_value_that_cannot_be_read_does_not_hold_up_the_others(
    alice_scope: Scope, region: Region, secret: Secret
) -> None:
    other = secrets.put(scope=alice_scope, name="other", values={"key": b"fine"})
    stolen = SecretVersion.objects.get(secret=other)
    damaged = SecretVersion.objects.filter(secret=secret)
    with_other_bytes = bytes(stolen.__dict__["value"])
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE secrets_app_secretversion SET value = %s WHERE id = %s",
            [with_other_bytes, damaged.get().pk],
        )
    region.look()
    assert region.index["secrets"] == {str(other.pk): 1}
    assert "1 secret cannot be read" in trouble(region)


def test_a_region_that_is_gone_gets_nothing_more(
    alice_scope: Scope, region: Region, secret: Secret, bucket: Bucket
) -> None:
    region.settle()
    recipients.dismiss(scope=alice_scope, region_id=region.recipient.region_id)
    bucket.puts.clear()
    save(alice_scope, secret, b"two")
    region.look()
    assert bucket.puts == []


@pytest.mark.django_db(databases="__all__")
def test_a_sweep_claims_each_due_look_once(region: Region) -> None:
    """The engine's role sees every organization's recipients, and of them only when they are due."""
    Recipient.objects.update(look_at=now() - timedelta(seconds=1))
    from django.db import transaction

    with transaction.atomic(using="engine"):
        assert region_sweep.claim() in ([], [(region.recipient.org_id, region.recipient.pk)])


def test_a_key_that_is_offered_no_longer_needs_no_answer(region: Region, secret: Secret) -> None:
    region.settle()
    first, region.key = region.key, ECKey.generate_key("P-256")
    region.offer()
    region.look()
    region.key = first
    region.offer()
    region.look()
    region.recipient.refresh_from_db()
    assert (region.recipient.offered_key, region.recipient.trouble) == ("", "")


@pytest.mark.parametrize("calls", range(2, 9))
def test_a_look_that_is_cut_off_anywhere_is_made_good_by_the_next(
    region: Region, secret: Secret, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    left = iter(range(calls))

    def cut() -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "_answer", cut)
        with suppress(KeyboardInterrupt):
            region.look()
    region.settle()
    assert delivery(region, secret).is_live
    assert bucket.keys(region.recipient, SECRETS) == (f"{SECRETS}{secret.pk}/1.jwe",)
