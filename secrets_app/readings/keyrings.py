"""An organization's key-encryption keys: versions, and how many values are under each."""

from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.db.models import BinaryField, Count
from django.db.models.functions import Substr

from console.encryption.envelope import HEADER
from console.encryption.fields import REGISTRY, EncryptedField
from console.encryption.keyring import keyring
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class KekVersion:
    version: int
    active: bool
    values: int


def versions(*, scope: Scope) -> list[KekVersion]:
    """Newest first; the count comes from the header of each stored envelope, no value is opened."""
    ring = keyring(str(scope.org_id))
    counted = _values_by_version(scope)
    return [
        KekVersion(number, number == ring.active_version, counted[number]) for number, _ in reversed(ring.versions)
    ]


def _values_by_version(scope: Scope) -> Counter[int]:
    counted: Counter[int] = Counter()
    for label, name in REGISTRY:
        model = apps.get_model(label)
        field = model._meta.get_field(name)
        if isinstance(field, EncryptedField) and field.owner == "org_id":
            header = Substr(name, 1, HEADER.size, output_field=BinaryField())
            rows = model._default_manager.filter(org_id=scope.org_id).exclude(**{name: None})
            for raw, many in rows.values_list(header).annotate(Count("pk")):
                counted[HEADER.unpack(bytes(raw))[1]] += many
    return counted
