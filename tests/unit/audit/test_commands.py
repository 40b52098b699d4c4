"""The trail from the operator's terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization
from console.audit.models import AuditSigningKey
from console.kernel.scope import Scope
from tests.unit.audit.conftest import Tamper
from tests.unit.audit.test_checkpoints import happen

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_every_chain_is_verified(alice_scope: Scope, acme: Organization) -> None:
    happen(alice_scope, acme)
    assert f"{acme.id}: 3 links, 0 purged, 0 places" in said("audit_verify")


def test_a_place_that_does_not_fit_is_named_and_ends_the_command(
    alice_scope: Scope, acme: Organization, tamper: Tamper
) -> None:
    happen(alice_scope, acme)
    tamper("UPDATE audit_event SET actor_label = 'Mallory' WHERE org_id = %s", acme.id)
    with pytest.raises(CommandError, match="1 of 1 chains do not fit"):
        said("audit_verify", str(acme.id))


def test_the_signing_key_is_rotated(acme: Organization) -> None:
    first, second = said("audit_rotate_key"), said("audit_rotate_key")
    assert first != second
    assert AuditSigningKey.objects.count() == 2
    assert AuditSigningKey.objects.active().count() == 1


def test_purging_says_how_many(acme: Organization) -> None:
    assert said("audit_purge") == "0 events were purged.\n"
