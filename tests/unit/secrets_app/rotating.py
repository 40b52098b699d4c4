"""Values under an organization's keyring, and rotations of it worked off in this process."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from accounts.models import Organization
from console.encryption import fields
from console.encryption.models import Dek
from console.kernel.scope import Scope
from console.operations.engine.shift import EngineConfig, Shift
from console.operations.models import Operation
from secrets_app.models import Secret, SecretVersion

QUICK = EngineConfig(
    threads=4, lease=timedelta(seconds=5), look=timedelta(milliseconds=20), horizon=timedelta(seconds=1)
)
PATIENCE_SECONDS = 60


def put_values(scope: Scope, many: int, *, name: str = "value") -> dict[Any, str]:
    """Save that many secrets with a value each; return the values by the version's id."""
    with scope.entered():
        secrets = [
            Secret(org_id=scope.org_id, name=f"{name}-{n}", kind="generic", created_by="Alice")
            for n in range(many)
        ]
        Secret.objects.bulk_create(secrets)
        versions = [
            SecretVersion(
                org_id=scope.org_id, secret=secret, number=1, value=f"{secret.name} is {n}", created_by="Alice"
            )
            for n, secret in enumerate(secrets)
        ]
        clear = {version.pk: version.value for version in versions}
        fields.seal_all(versions)
        SecretVersion.objects.bulk_create(versions)
    return clear


def read_values(scope: Scope) -> dict[Any, str]:
    with scope.entered():
        rows = fields.prefetch(SecretVersion.objects.filter(org_id=scope.org_id).exclude(value=None))
        return {row.pk: row.value for row in rows}


def versions_in_use(organization: Organization) -> dict[int, int]:
    return Dek.objects.using("owner").of(organization.id).by_version()


def drive(operation: Operation, *, until: str = "") -> Operation:
    """Work shifts until the operation has ended, is blocked, or a step is in the state `until`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        Shift(QUICK).work()
        found = Operation.objects.using("owner").get(pk=operation.pk)
        if found.ended or found.state == "blocked":
            return found
        time.sleep(0.02)
    raise AssertionError(f"{operation.title} did not end")


@contextmanager
def batches_of(many: int, monkeypatch: Any) -> Iterator[None]:
    from console.encryption import rewrap
    from secrets_app.steps import keys

    with monkeypatch.context() as patch:
        patch.setattr(rewrap, "BATCH", many)
        patch.setattr(keys, "MOST_AT_ONCE", many)
        yield
