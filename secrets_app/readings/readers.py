"""Which apps read a secret; the apps themselves say so, by a provider that they register."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Reader:
    """One key of a secret as one app gets it: `used_as` is "variable DB_PASSWORD" or "file /run/secrets/x"."""

    app: str
    url: str
    key: str
    used_as: str
    last_read_at: datetime | None = None


Provider = Callable[[Scope, Iterable[UUID]], Mapping[UUID, Sequence[Reader]]]
"""Readers by secret; one query for many secrets."""

PROVIDERS: list[Provider] = []


def provide(provider: Provider) -> None:
    if provider not in PROVIDERS:
        PROVIDERS.append(provider)


def readers_of(*, scope: Scope, secret_ids: Iterable[UUID]) -> dict[UUID, list[Reader]]:
    ids = list(secret_ids)
    found: dict[UUID, list[Reader]] = {secret_id: [] for secret_id in ids}
    for provider in PROVIDERS:
        for secret_id, readers in provider(scope, ids).items():
            found[secret_id].extend(readers)
    return found
