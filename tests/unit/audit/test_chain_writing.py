"""PostgreSQL writes the chain when a transaction commits."""

import hashlib
import json
import struct
from uuid import UUID

import pytest

from accounts.models import Organization
from console.audit.actions import events as audit
from console.audit.models import AuditEvent, AuditLink
from console.kernel.scope import Scope

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def links(chain: UUID) -> list[AuditLink]:
    return list(AuditLink.objects.using("owner").filter(org_id=chain).order_by("seq"))


def test_an_event_is_linked_at_commit(alice_scope: Scope, acme: Organization) -> None:
    with alice_scope.entered():
        audit.record(alice_scope, "region:requested", acme, plan=1)
        assert not AuditLink.objects.exists()
    (link,) = links(acme.id)
    event = AuditEvent.objects.using("owner").get(pk=link.event_id)
    assert link.digest == hashlib.sha256(bytes(event.salt) + event.canonical.encode()).digest()
    body = bytes(32) + acme.id.bytes + struct.pack(">q", 1) + event.id.bytes + link.digest
    assert link.hash == hashlib.sha256(body).digest()
    said = json.loads(event.canonical)
    assert said["event"] == "region:requested"
    assert said["facts"] == {"plan": 1}
