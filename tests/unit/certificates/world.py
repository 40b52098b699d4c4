"""Regions on paper: real consumers that read and write buckets in memory, and a console that looks at them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from accounts.actions import planes
from accounts.models import ApplicationPlane
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from sandbox.region.certificates import Certificates
from secrets_app import ports
from secrets_app.models import Certificate, Recipient, RegionTrust
from secrets_app.steps.region_layout import APPLIED, INDEX, RECIPIENT_KEY
from secrets_app.steps.region_sync import look


class Buckets:
    """`ports.RegionBucket` and `ports.References`, in memory."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.away: set[str] = set()
        self.puts: list[tuple[str, str]] = []

    def put(self, recipient: Recipient, key: str, body: bytes, content_type: str) -> None:
        self._reach(recipient)
        self.puts.append((recipient.bucket, key))
        self.objects[recipient.bucket, key] = body

    def get(self, recipient: Recipient, key: str) -> bytes | None:
        self._reach(recipient)
        return self.objects.get((recipient.bucket, key))

    def keys(self, recipient: Recipient, prefix: str) -> tuple[str, ...]:
        self._reach(recipient)
        return tuple(key for bucket, key in self.objects if bucket == recipient.bucket and key.startswith(prefix))

    def remove(self, recipient: Recipient, key: str) -> None:
        self._reach(recipient)
        self.objects.pop((recipient.bucket, key), None)

    def look(self, scope: Scope, provider: str, reference: str) -> ports.Found:
        raise AssertionError("no external secret is looked at here")

    def _reach(self, recipient: Recipient) -> None:
        if recipient.bucket in self.away:
            raise ports.CloudAway(f"{recipient.bucket} cannot be reached (AccessDenied).")


@dataclass
class PaperRegion:
    """One region: its row, its part of the bucket, and what runs there."""

    recipient: Recipient
    buckets: Buckets
    folder: Path
    clock: Callable[[], datetime] = now
    asleep: bool = False
    certificates: Certificates = field(init=False)

    def __post_init__(self) -> None:
        self.restart()
        key = ECKey.generate_key("P-256").as_dict(private=False)
        self._put(RECIPIENT_KEY, json.dumps(key).encode(), "")

    @property
    def name(self) -> str:
        return self.recipient.name

    def restart(self) -> None:
        """What it holds comes from its disk."""
        self.certificates = Certificates(self.folder, clock=self.clock)

    def act(self) -> None:
        """One turn of the runtime: follow what is desired, say what is so."""
        index = self._get(INDEX)
        if self.asleep or index is None or "bundle" not in json.loads(index)["trust"]:
            return
        applied = self.certificates.apply(json.loads(index)["trust"], self._get, self._put)
        self._put(APPLIED, json.dumps({"at": now().isoformat(), "trust": applied}).encode(), "")

    def told(self) -> dict[str, Any]:
        body = self._get(INDEX)
        assert body is not None
        told: dict[str, Any] = json.loads(body)["trust"]
        return told

    def says(self, key: str, body: bytes) -> None:
        """Put something into the bucket that the runtime would not."""
        self._put(key, body, "")

    def _get(self, key: str) -> bytes | None:
        return self.buckets.objects.get((self.recipient.bucket, key))

    def _put(self, key: str, body: bytes, _content_type: str) -> None:
        self.buckets.objects[self.recipient.bucket, key] = body


@dataclass
class World:
    """A plane with its regions."""

    scope: Scope
    plane: ApplicationPlane
    buckets: Buckets
    folder: Path
    regions: list[PaperRegion] = field(default_factory=list)

    def add(self, name: str, *, plane: ApplicationPlane | None = None) -> PaperRegion:
        with self.scope.entered():
            recipient = Recipient.objects.create(
                org_id=self.scope.org_id, region_id=new_id(), name=name, host=f"{name}.regions.example.com",
                plane_id=(plane or self.plane).id, bucket=f"byoc-{name}-{len(self.buckets.objects)}",
            )  # fmt: skip
        folder = self.folder / f"{name}-{recipient.id}"
        folder.mkdir()
        region = PaperRegion(recipient, self.buckets, folder)
        self.regions.append(region)
        return region

    def turn(self, times: int = 1, *, before: Callable[[], None] = lambda: None) -> None:
        """The console looks at each bucket, then each region acts."""
        for _ in range(times):
            for region in self.regions:
                before()
                look(org_id=self.scope.org_id, recipient_id=region.recipient.id)
            for region in self.regions:
                before()
                region.act()

    def settle(self) -> None:
        self.turn(7)

    def trust(self, region: PaperRegion) -> RegionTrust:
        with self.scope.entered():
            trust: RegionTrust = (
                RegionTrust.objects.visible_to(self.scope).to(region.recipient.id).with_recipient().get()
            )
        return trust

    def certificates(self, region: PaperRegion | None = None, **wanted: Any) -> list[Certificate]:
        with self.scope.entered():
            rows = Certificate.objects.visible_to(self.scope).with_issuer().filter(**wanted)
            rows = rows.of_recipient(region.recipient.id) if region else rows
            return list(rows.order_by("created_at", "id"))


def build(scope: Scope, folder: Path) -> World:
    buckets = Buckets()
    ports.bind(bucket=buckets, references=buckets)
    with scope.entered():
        plane = planes.default(scope=scope)
    return World(scope, plane, buckets, folder)
