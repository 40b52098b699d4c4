"""Connections: drafted for a cloud account, verified, revoked."""

import secrets

from django.db import IntegrityError, transaction

from console.audit.actions import events as audit
from console.kernel.scope import Scope
from regions.models import Connection

EXTERNAL_ID_BYTES = 24  # 192 bits; STS allows 2 to 1,224 characters of [\w+=,.@:\/-]


def for_account(*, scope: Scope, cloud: str, account_id: str) -> Connection:
    """Return the organization's connection to a cloud account, drafted now when there is none.

    Regions of one account share one connection. Two people at once get the same one.
    """
    found = Connection.objects.visible_to(scope).to_account(cloud, account_id).first()
    return found or _drafted(scope, cloud, account_id)


def _drafted(scope: Scope, cloud: str, account_id: str) -> Connection:
    connection = Connection(
        org_id=scope.org_id,
        name=f"{cloud}-{account_id}",
        cloud=cloud,
        account_id=account_id,
        external_id=secrets.token_urlsafe(EXTERNAL_ID_BYTES),
        created_by=scope.actor.label,
    )
    try:
        with transaction.atomic():
            connection.save(force_insert=True)
    except IntegrityError:
        return Connection.objects.visible_to(scope).to_account(cloud, account_id).get()
    audit.record(scope, "connection:drafted", connection, cloud=cloud, account_id=account_id)
    return connection
