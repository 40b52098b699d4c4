"""A superuser changes what lies in the database; verification names the place each time."""

from typing import Any
from uuid import UUID

import pytest

from accounts.models import Organization
from console.audit.actions import events as audit
from console.audit.findings import Kind
from console.audit.models import PLATFORM, AuditEvent
from console.audit.readings.verification import check, verify
from console.kernel.ids import new_id
from console.kernel.scope import Actor, ActorKind, Scope
from tests.unit.audit.conftest import Tamper, links

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

EVENTS = 9


@pytest.fixture
def chained(alice_scope: Scope, acme: Organization) -> UUID:
    """Nine events of Acme, and others between them."""
    for number in range(1, EVENTS + 1):
        with alice_scope.entered():
            audit.record(
                alice_scope, "region:changed", acme, changes={"size": (number - 1, number)}, number=number
            )
        audit.record_platform(Actor(ActorKind.USER, "", "somebody"), "person:signed-in")
    return acme.id


def found(chain: UUID, **options: Any) -> list[tuple[int | None, Kind]]:
    return [(each.seq, each.kind) for each in check(chain, using="owner", **options).findings]


def event_of(chain: UUID, seq: int) -> UUID:
    return links(chain)[seq - 1].event_id


def test_an_untouched_chain_verifies(chained: UUID, alice_scope: Scope) -> None:
    seen = verify(scope=alice_scope)
    assert seen.ok
    assert (seen.checked, seen.first_seq, seen.last_seq) == (EVENTS, 1, EVENTS)
    assert check(PLATFORM, using="owner").checked == EVENTS
    assert check(chained, using="owner", processes=2) == seen


@pytest.mark.parametrize("processes", [1, 2])
def test_a_changed_text_is_named(chained: UUID, tamper: Tamper, processes: int) -> None:
    event = event_of(chained, 4)
    tamper("UPDATE audit_event SET canonical = replace(canonical, 'Alice', 'Mallory') WHERE id = %s", event)
    assert (4, Kind.CHANGED) in found(chained, processes=processes)
    (one, other) = check(chained, using="owner").findings
    assert one.event_id == other.event_id == event


def test_a_changed_column_beside_the_text_is_named(chained: UUID, tamper: Tamper) -> None:
    event = event_of(chained, 5)
    tamper("UPDATE audit_event SET actor_label = 'Mallory' WHERE id = %s", event)
    (finding,) = check(chained, using="owner").findings
    assert (finding.seq, finding.event_id, finding.kind) == (5, event, Kind.COLUMN)
    assert "actor_label" in finding.sentence


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "now() - interval '1 year'"), ("facts", "'{}'"), ("changes", """'{"size": [1, 1]}'"""),
        ("outcome", "'failed'"), ("source_ip", "'10.0.0.1'"), ("reason", "'none'"), ("project_id", "id"),
    ],
)  # fmt: skip
def test_every_kind_of_column_is_held_against_the_text(
    chained: UUID, tamper: Tamper, column: str, value: str
) -> None:
    tamper(f"UPDATE audit_event SET {column} = {value} WHERE id = %s", event_of(chained, 5))
    assert found(chained) == [(5, Kind.COLUMN)]


def test_a_deleted_event_is_named(chained: UUID, tamper: Tamper) -> None:
    event = event_of(chained, 6)
    tamper("DELETE FROM audit_event WHERE id = %s", event)
    (finding,) = check(chained, using="owner").findings
    assert (finding.seq, finding.event_id, finding.kind) == (6, event, Kind.DELETED)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("seq", [1, 4, 5, 6])
def test_an_event_deleted_with_its_link_is_named(chained: UUID, tamper: Tamper, seq: int, processes: int) -> None:
    tamper("DELETE FROM audit_event WHERE id = %s", event_of(chained, seq))
    tamper("DELETE FROM audit_link WHERE org_id = %s AND seq = %s", chained, seq)
    assert found(chained, processes=processes) == [(seq, Kind.DELETED)]


def test_a_deleted_link_is_named_with_its_event(chained: UUID, tamper: Tamper) -> None:
    event = event_of(chained, 5)
    tamper("DELETE FROM audit_link WHERE org_id = %s AND seq = 5", chained)
    seen = check(chained, using="owner").findings
    assert [(each.seq, each.kind) for each in seen] == [(5, Kind.DELETED), (None, Kind.INSERTED)]
    assert seen[1].event_id == event


@pytest.mark.parametrize("moment", ["-1 second", "1 second"])
def test_an_inserted_event_is_named(chained: UUID, tamper: Tamper, moment: str) -> None:
    """Before the last link's time and after it."""
    made = new_id()
    columns = [str(field.column) for field in AuditEvent._meta.concrete_fields if field.column != "id"]
    tamper(
        f"INSERT INTO audit_event (id, {', '.join(columns)}) "
        f"SELECT (left(audit_first_id(now() + %s::interval)::text, 14) || right(%s::text, 22))::uuid, "
        f"{', '.join(columns)} FROM audit_event WHERE id = %s",
        moment, made, event_of(chained, 3),
    )  # fmt: skip
    assert (None, Kind.INSERTED) in found(chained)


def test_an_inserted_link_is_named(chained: UUID, tamper: Tamper) -> None:
    tamper("UPDATE audit_link SET seq = -seq - 1 WHERE org_id = %s AND seq >= 5", chained)
    tamper("UPDATE audit_link SET seq = -seq WHERE org_id = %s AND seq < 0", chained)
    tamper(
        "INSERT INTO audit_link SELECT org_id, 5, gen_random_uuid(), digest, hash FROM audit_link "
        "WHERE org_id = %s AND seq = 4", chained,
    )  # fmt: skip
    assert (5, Kind.INSERTED) in found(chained)


@pytest.mark.parametrize(("one", "other"), [(4, 5), (3, 7)])
def test_reordered_links_are_named(chained: UUID, tamper: Tamper, one: int, other: int) -> None:
    tamper("UPDATE audit_link SET seq = 0 WHERE org_id = %s AND seq = %s", chained, one)
    tamper("UPDATE audit_link SET seq = %s WHERE org_id = %s AND seq = %s", one, chained, other)
    tamper("UPDATE audit_link SET seq = %s WHERE org_id = %s AND seq = 0", other, chained)
    assert found(chained) == [(one, Kind.REORDERED), (other, Kind.REORDERED)]


def test_a_changed_link_is_named(chained: UUID, tamper: Tamper) -> None:
    tamper("UPDATE audit_link SET hash = sha256(hash) WHERE org_id = %s AND seq = 5", chained)
    assert found(chained)[0] == (5, Kind.CHANGED)


def test_an_event_changed_together_with_its_link_is_named(chained: UUID, tamper: Tamper) -> None:
    event = event_of(chained, 5)
    tamper("UPDATE audit_event SET canonical = replace(canonical, 'Alice', 'Eve') WHERE id = %s", event)
    tamper(
        "UPDATE audit_link l SET digest = sha256(e.salt || convert_to(e.canonical, 'UTF8')) "
        "FROM audit_event e WHERE e.id = l.event_id AND e.id = %s", event,
    )  # fmt: skip
    assert (5, Kind.CHANGED) in found(chained)
