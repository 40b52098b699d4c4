"""Counting the questions that a page or an endpoint asks the database."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

OURS = ('FROM "operations_', 'FROM "regions_', 'FROM "audit_')


def asked(client: Client, url: str, **headers: Any) -> int:
    """How many questions about operations, regions and the trail a successful GET asks."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, headers=headers)
    assert response.status_code == 200, response.content
    return sum(any(table in query["sql"] for table in OURS) for query in captured)
