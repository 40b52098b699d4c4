"""The chain as it lies in the database, and somebody who may change it."""

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from console.audit.models import AuditLink
from sandbox import paths, testing

Tamper = Callable[..., None]


def links(chain: UUID) -> list[AuditLink]:
    return list(AuditLink.objects.using("owner").filter(org_id=chain).order_by("seq"))


@pytest.fixture
def tamper() -> Iterator[Tamper]:
    """What a superuser does whom neither grants nor triggers hold back."""
    postgres, _ = testing.servers(paths.state_folder("test"), durable=False)
    database = str(connections["owner"].settings_dict["NAME"])
    with psycopg.connect(postgres.url("superuser", database), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")

        def act(statement: str, *values: object) -> None:
            connection.execute(statement.encode(), values)

        yield act
