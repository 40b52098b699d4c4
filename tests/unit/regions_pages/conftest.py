from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.scope import Scope
from regions.models import Region
from tests import scenes

Get = Callable[..., str]


@pytest.fixture
def frankfurt(alice_scope: Scope) -> Region:
    return scenes.region(alice_scope, with_resources=True)


@pytest.fixture
def alices(alice: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(alice)


@pytest.fixture
def get(alices: Client) -> Get:
    """The text of a page as Alice gets it."""

    def page(name: str, query: str = "", /, **kwargs: Any) -> str:
        response = alices.get(reverse(name, kwargs={"org": "acme", **kwargs}) + query)
        assert response.status_code == 200
        return response.content.decode()

    return page
