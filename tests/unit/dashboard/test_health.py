"""What machines ask of the process."""

from datetime import timedelta

import pytest
from django.test import Client

from console.dashboard.readings import health
from console.kernel.clock import now
from console.operations.models import Operation, WorkerHeartbeat
from regions.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.CHECKS, "broker", lambda: True)


def beat(*, seconds_ago: float) -> None:
    WorkerHeartbeat.objects.create(worker="w1", seen_at=now() - timedelta(seconds=seconds_ago))


def test_alive_needs_nothing(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_when_every_part_answers(client: Client) -> None:
    beat(seconds_ago=1)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)


def test_without_a_worker_the_console_is_not_ready_and_says_which_part(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "broker": True, "worker": False}


def test_an_old_heartbeat_is_none(client: Client) -> None:
    beat(seconds_ago=60)
    assert client.get("/readyz").json()["worker"] is False


def test_a_silent_broker_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(seconds_ago=1)
    monkeypatch.setitem(health.CHECKS, "broker", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (503, False)


def test_an_unreachable_broker_does_not_answer(settings: object) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    assert health.broker_answers() is False


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_metrics_count_by_state_without_names(client: Client, alice_scope: object) -> None:
    from tests import scenes

    region: Region = scenes.region(alice_scope)  # type: ignore[arg-type]
    operation: Operation = scenes.operation(alice_scope, region)  # type: ignore[arg-type]
    response = client.get("/metrics")
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/plain")
    assert 'byoc_operations{state="pending"} 1.0' in text
    assert 'byoc_steps{state="pending"} 3.0' in text
    assert 'byoc_part_up{part="worker"} 0.0' in text
    assert operation.title not in text
    assert "acme" not in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
