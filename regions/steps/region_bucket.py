"""The state bucket of a region, reached through its connection: what `secrets_app` publishes into."""

import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from console.kernel.scope import Scope, of_console
from regions.clouds.errors import Category, CloudError
from regions.clouds.stores import Objects
from regions.models import Region
from regions.steps import failures, stores
from regions.steps.clouds import CloudEntry
from secrets_app.models import Recipient
from secrets_app.ports import CloudAway

KNOWN_SECONDS = 30.0
MOST_KNOWN = 2000

Answer = TypeVar("Answer")


class RegionBuckets:
    """Implements `secrets_app.ports.RegionBucket`."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[float, str, CloudEntry]] = {}

    def put(self, recipient: Recipient, key: str, body: bytes, content_type: str) -> None:
        self._ask(recipient, lambda objects: objects.put(key, body, content_type))

    def get(self, recipient: Recipient, key: str) -> bytes | None:
        return self._ask(recipient, lambda objects: objects.get(key))

    def keys(self, recipient: Recipient, prefix: str) -> tuple[str, ...]:
        return self._ask(recipient, lambda objects: objects.keys(prefix))

    def remove(self, recipient: Recipient, key: str) -> None:
        self._ask(recipient, lambda objects: objects.remove(key))

    def _ask(self, recipient: Recipient, question: Callable[[Objects], Answer]) -> Answer:
        cloud, entry = self._way(recipient)
        try:
            return question(stores.stores_of(cloud).objects(entry, recipient.bucket))
        except CloudError as error:
            if failures.session_is_over(error):
                stores.stores_of(cloud).forget(entry)
            raise CloudAway(sentence(error)) from error

    def _way(self, recipient: Recipient) -> tuple[str, CloudEntry]:
        """Cloud and way in, read from the rows once in a while."""
        seen_at, cloud, entry = self._known.get(recipient.region_id, (0.0, "", None))
        if entry is not None and time.monotonic() - seen_at < KNOWN_SECONDS:
            return cloud, entry
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        region = _region(of_console(recipient.org_id), recipient.region_id)
        self._known[recipient.region_id] = (time.monotonic(), region.cloud, stores.entry_of(region))
        return region.cloud, self._known[recipient.region_id][2]


def _region(scope: Scope, region_id: UUID) -> Region:
    with scope.entered():
        found = Region.objects.visible_to(scope).with_connection().filter(id=region_id).first()
    if found is None:
        raise CloudAway("The region is not known any more.")
    region: Region = found
    return region


def sentence(error: CloudError) -> str:
    """What happened and who acts, with the cloud's own code."""
    if error.operation == failures.ASSUME_ROLE and error.category is Category.REFUSED:
        return f"The connection does not let the console in ({error.code}): your cloud team restores its stack."
    if error.category is Category.REFUSED:
        return (
            f"The deployment role may not do {error.operation} ({error.code}): "
            "your cloud team updates the connection's stack to the present template."
        )
    if error.code == "NoSuchBucket":
        return "The state bucket is not there (NoSuchBucket): reconcile the region."
    return f"The cloud did not answer well ({error.code}, {error.operation}); it is asked again."
