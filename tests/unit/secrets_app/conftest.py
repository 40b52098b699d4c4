"""A region that receives secrets, and a bucket in memory that stands for its cloud."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc.jwk import ECKey

from accounts.models import Project
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from secrets_app import ports, sealing
from secrets_app.actions import recipients
from secrets_app.models import Recipient
from secrets_app.ports import CloudAway, Found
from secrets_app.steps import region_sync
from secrets_app.steps.region_layout import APPLIED, INDEX, RECIPIENT_KEY, secret_key


@dataclass
class Bucket:
    """The port's contract over a dictionary; `away` makes every call fail."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    away: str = ""
    puts: list[str] = field(default_factory=list)

    def put(self, recipient: Recipient, key: str, body: bytes, content_type: str) -> None:
        self._answer()
        self.puts.append(key)
        self.objects[recipient.bucket, key] = body

    def get(self, recipient: Recipient, key: str) -> bytes | None:
        self._answer()
        return self.objects.get((recipient.bucket, key))

    def keys(self, recipient: Recipient, prefix: str) -> tuple[str, ...]:
        self._answer()
        return tuple(key for bucket, key in self.objects if bucket == recipient.bucket and key.startswith(prefix))

    def remove(self, recipient: Recipient, key: str) -> None:
        self._answer()
        self.objects.pop((recipient.bucket, key), None)

    def _answer(self) -> None:
        if self.away:
            raise CloudAway(self.away)


@dataclass
class References:
    found: Found = field(default_factory=lambda: Found("pass", "It is there."))

    def look(self, scope: Scope, provider: str, reference: str) -> Found:
        return self.found


@dataclass
class Region:
    """The region's half, by hand: it opens what is sealed to it and says what it has."""

    bucket: Bucket
    recipient: Recipient
    key: ECKey

    def offer(self) -> None:
        self._put(RECIPIENT_KEY, json.dumps(self.key.as_dict(private=False)).encode())

    @property
    def index(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bucket.objects[self.recipient.bucket, INDEX])
        return found

    def document(self, secret_id: Any, version: int) -> bytes:
        return self.bucket.objects[self.recipient.bucket, secret_key(secret_id, version)]

    def open(self, secret_id: Any, version: int) -> bytes:
        place = sealing.Place(str(self.recipient.org_id), str(self.recipient.region_id), str(secret_id), version)
        return sealing.unseal(self.document(secret_id, version), private_key=self.key, place=place)

    def say(self, secrets: Any, **more: Any) -> None:
        document = {"at": now().isoformat(), "secrets": secrets, **more}
        self._put(APPLIED, json.dumps(document).encode())

    def apply(self) -> None:
        """Say that everything that is wanted is there."""
        self.say(self.index["secrets"])

    def say_raw(self, body: bytes) -> None:
        self._put(APPLIED, body)

    def look(self) -> None:
        region_sync.look(org_id=self.recipient.org_id, recipient_id=self.recipient.pk)

    def settle(self) -> None:
        """Published, applied, heard."""
        self.look()
        self.apply()
        self.look()

    def _put(self, key: str, body: bytes) -> None:
        self.bucket.objects[self.recipient.bucket, key] = body


@pytest.fixture(autouse=True)
def no_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens to a broker in these tests."""
    from console.kernel import queue

    monkeypatch.setattr(queue, "send", lambda *_, **__: None)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    bucket = Bucket()
    earlier = (ports._buckets[:], ports._references[:])
    ports.bind(bucket=bucket, references=References())
    yield bucket
    ports._buckets[:], ports._references[:] = earlier


@pytest.fixture
def make_region(alice_scope: Scope, bucket: Bucket) -> Callable[[str], Region]:
    def made(name: str) -> Region:
        with alice_scope.entered():
            recipient = recipients.welcome(
                scope=alice_scope,
                region_id=new_id(),
                name=name,
                host=f"{name}.example.com",
                bucket=f"byoc-{name}-state",
            )
        region = Region(bucket, recipient, ECKey.generate_key("P-256"))
        region.offer()
        return region

    return made


@pytest.fixture
def region(make_region: Callable[[str], Region]) -> Region:
    return make_region("prod-eu-central-1")


@pytest.fixture
def project(alice_scope: Scope) -> Project:
    from accounts.actions import projects

    with alice_scope.entered():
        return projects.create(scope=alice_scope, name="payments")
