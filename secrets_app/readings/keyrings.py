"""An organization's key-encryption keys: versions, and how many data keys are under each."""

from dataclasses import dataclass

from console.encryption.keyring import keyring
from console.encryption.models import Dek
from console.encryption.store import KekState
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class KekVersion:
    version: int
    active: bool
    values: int


def versions(*, scope: Scope) -> list[KekVersion]:
    """Newest first; the count comes from the table of data keys, no value is opened."""
    counted = Dek.objects.of(scope.org_id).by_version()
    return [
        KekVersion(one.number, one.state == KekState.ACTIVE, counted.get(one.number, 0))
        for one in reversed(keyring(str(scope.org_id)).versions)
    ]
