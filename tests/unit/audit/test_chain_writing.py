"""PostgreSQL writes the chain when a transaction commits."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organization
from console.audit import chain
from console.audit.actions import events as audit
from console.audit.models import PLATFORM, AuditEvent, AuditLink
from console.kernel.scope import Actor, ActorKind, Scope
from tests.unit.audit.conftest import links

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SOMEBODY = Actor(ActorKind.USER, "", "somebody")


def test_an_event_is_linked_at_commit_and_not_before(alice_scope: Scope, acme: Organization) -> None:
    with alice_scope.entered():
        audit.record(alice_scope, "region:requested", acme, plan=1)
        assert not AuditLink.objects.exists()
    (link,) = links(acme.id)
    event = AuditEvent.objects.using("owner").get(pk=link.event_id)
    assert link.digest == chain.digest(bytes(event.salt), event.canonical.encode())
    assert link.hash == chain.link_hash(chain.ZERO, acme.id, 1, event.id, bytes(link.digest))


def test_the_text_holds_everything(alice_scope: Scope, acme: Organization) -> None:
    with alice_scope.entered():
        audit.record(
            alice_scope,
            "region:requested",
            acme,
            reason="Because.",
            changes={"size": (1, 2)},
            plan={"a": "ü"},
        )
    event = AuditEvent.objects.using("owner").get(org_id=acme.id)
    said = json.loads(event.canonical)
    assert tuple(said) == chain.KEYS
    assert (said["reason"], said["changes"]) == ("Because.", {"size": [1, 2]})
    assert said["facts"] == {"plan": {"a": "ü"}}
    assert event.canonical == chain.canonical(audit.fields_of(event))


def test_what_is_rolled_back_leaves_neither_event_nor_gap(alice_scope: Scope, acme: Organization) -> None:
    with alice_scope.entered():
        audit.record(alice_scope, "a:one", acme)
        with pytest.raises(RuntimeError), transaction.atomic():
            audit.record(alice_scope, "a:lost", acme)
            raise RuntimeError
    with pytest.raises(RuntimeError), alice_scope.entered():
        audit.record(alice_scope, "a:lost", acme)
        raise RuntimeError
    with alice_scope.entered():
        audit.record(alice_scope, "a:two", acme)
    assert [link.seq for link in links(acme.id)] == [1, 2]
    assert AuditEvent.objects.using("owner").filter(org_id=acme.id).count() == 2


def test_the_platform_has_a_chain_of_its_own_and_the_engine_writes_chains_too(
    alice_scope: Scope, acme: Organization
) -> None:
    audit.record_platform(SOMEBODY, "person:signed-in")
    audit.record(alice_scope, "operation:succeeded", acme, using="engine")
    assert [len(links(PLATFORM)), len(links(acme.id))] == [1, 1]


@pytest.mark.parametrize("alias", ["default", "engine"])
@pytest.mark.parametrize(
    "act",
    [
        "UPDATE audit_event SET event = 'x:y'",
        "DELETE FROM audit_event",
        "UPDATE audit_link SET seq = seq + 1",
        "DELETE FROM audit_link",
        "INSERT INTO audit_link VALUES (gen_random_uuid(), 1, gen_random_uuid(), '', '')",
        "DELETE FROM audit_event_default",
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_chained",
        "SET session_replication_role = replica",
        "UPDATE audit_checkpoint SET seq = 1",
        "DELETE FROM audit_tombstone",
        "INSERT INTO audit_tombstone (org_id) VALUES (gen_random_uuid())",
    ],
)
def test_only_the_owner_changes_or_deletes(alias: str, act: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(act)


def test_an_event_without_text_or_salt_is_refused(alice_scope: Scope, acme: Organization) -> None:
    with pytest.raises(DatabaseError), alice_scope.entered():
        AuditEvent.objects.create(org_id=acme.id, event="a:b", actor_kind="user", actor_label="Alice")


TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=8).map("f_{}".format), JSON, max_size=4),
    reason=TEXT,
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    address=st.none() | st.ip_addresses().map(str),
)
def test_the_columns_and_the_text_say_the_same(
    alice_scope: Scope, facts: dict[str, Any], reason: str, moment: datetime, address: str | None
) -> None:
    """PostgreSQL spells an event as the console does, and the console reads it back as it wrote it."""
    made = AuditEvent(
        org_id=alice_scope.org_id, at=moment, event="a:b", actor_kind="user", actor_label=reason,
        reason=reason, facts=facts, changes={}, source_ip=address, user_agent=reason,
    )  # fmt: skip
    with alice_scope.entered():
        audit.sealed(made).save(force_insert=True)
        event = AuditEvent.objects.get(pk=made.pk)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT audit_canonical(e) FROM audit_event e WHERE id = %s", [made.pk])
            (spelled,) = cursor.fetchone()
    assert event.canonical == made.canonical == chain.canonical(audit.fields_of(event))
    if address is None or ":" not in address:
        assert spelled == made.canonical
