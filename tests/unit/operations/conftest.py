from collections.abc import Iterator

import pytest

from console.kernel import queue
from tests.unit.operations.graphs import Script, handling


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    with handling("scripted", script):
        yield script


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[queue.Job]:
    """Messages that would have gone to the broker."""
    jobs: list[queue.Job] = []
    monkeypatch.setattr(queue, "send", lambda job, **_ids: jobs.append(job))
    return jobs
