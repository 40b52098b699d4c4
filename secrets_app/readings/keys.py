"""What the page of keys shows: a rotation that goes on, every place, every version, the root, the rehearsal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from console.encryption import keyring
from console.encryption import rotation as rotating
from console.encryption.keyring import CACHE_SECONDS
from console.encryption.models import Dek, KeyPolicy, Rehearsal, Rotation
from console.encryption.roots import FILE
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.models import Operation
from secrets_app.readings.key_places import Place, places
from secrets_app.readings.key_progress import Progress, progress
from secrets_app.readings.key_versions import Lives, lives
from secrets_app.steps import key_moves, key_rehearsals
from secrets_app.steps import keys as steps

MANY = 50_000
"""From here on a page does not count data keys each time it is shown, but twice a minute."""
COUNTED_SECONDS = 30
CACHED_MINUTES = int(CACHE_SECONDS // 60)


@dataclass(frozen=True, slots=True)
class RootReading:
    provider: str
    kind: str
    """In words."""
    arn: str
    connection_id: str

    @property
    def own(self) -> bool:
        return bool(self.arn)


@dataclass(frozen=True, slots=True)
class KeysReading:
    policy: KeyPolicy
    version: int
    deks: int
    going: Operation | None
    progress: Progress | None
    places: Sequence[Place]
    lives: Lives
    authorities: int
    root: RootReading
    rehearsal: Rehearsal | None
    last: Rotation | None
    may_manage: bool

    @property
    def cached_seconds(self) -> int:
        return int(CACHE_SECONDS)

    @property
    def cached_minutes(self) -> int:
        return CACHED_MINUTES

    @property
    def settled(self) -> bool:
        """Whether anything was ever settled or done: there is a history then."""
        return not self.policy._state.adding

    @property
    def pill(self) -> str:
        if self.going is None:
            return ""
        said = {steps.KIND: f"Rotating to v{self.version}", key_moves.KIND: "Moving to another root"}
        return said.get(self.going.kind, "Rehearsing")

    @property
    def all_done(self) -> int:
        return sum(place.done or 0 for place in self.places)

    @property
    def all_total(self) -> int:
        return sum(place.total or 0 for place in self.places)


def read(*, scope: Scope, at: datetime | None = None) -> KeysReading:
    at = at or now()
    policy = KeyPolicy.objects.visible_to(scope).first() or KeyPolicy(org_id=scope.org_id)
    ring = keyring.keyring(str(scope.org_id))
    names = rotating.names_of(scope.org_id)
    rows = list(Rotation.objects.visible_to(scope).newest_first().with_ranges()[: 2 * len(names)])
    going = _going(scope)
    counted = counts(scope)
    finished = [row for row in rows if row.finished_at and row.keyring == ring.name]
    version = ring.active_version
    return KeysReading(
        policy=policy,
        version=version,
        deks=sum(counted.values()),
        going=going,
        progress=progress(going, rows, at) if going and going.kind == steps.KIND else None,
        places=places(scope, names, rows, policy, counted, going.id if going else None),
        lives=lives(ring, counted, policy, at),
        authorities=len(names) - 1,
        root=root_of(ring),
        rehearsal=Rehearsal.objects.visible_to(scope).newest_first().first(),
        last=finished[0] if finished else None,
        may_manage=scope.allows(Permission.KEY_MANAGE),
    )


def _going(scope: Scope) -> Operation | None:
    going = Operation.objects.visible_to(scope).going_on()
    return going.filter(kind__in=[steps.KIND, key_moves.KIND, key_rehearsals.KIND]).first()


def root_of(ring: keyring.Keyring) -> RootReading:
    root = ring.root
    if root.kind == FILE:
        return RootReading(FILE, "The console's key store", "", "")
    return RootReading(root.kind, "Customer's AWS KMS key, symmetric", root.place["key"], root.place["connection"])


def counts(scope: Scope) -> dict[int, int]:
    """Data keys of the organization's first keyring by version."""
    ours = Dek.objects.of(scope.org_id).within(*keyring.dek_range(str(scope.org_id)))
    if not ours.order_by("id").values_list("id")[MANY : MANY + 1]:
        return ours.by_version()
    known: dict[int, int] | None = cache.get(key := f"deks-by-version:{scope.org_id}")
    if known is None:
        cache.set(key, known := ours.by_version(), COUNTED_SECONDS)
    return known
