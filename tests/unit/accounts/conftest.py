"""What the tests of accounts share."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_earlier_tries() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
