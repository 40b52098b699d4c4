"""What a checkout's sandbox remembers: console and cloud are kept together or forgotten together."""

import fcntl
import hashlib
import json
import shutil
from pathlib import Path
from typing import IO

from sandbox.errors import SandboxError
from sandbox.paths import ROOT, write_private
from sandbox.postgres import PostgreSQL


class State:
    """Folders and marks under `.sandbox/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cloud = folder / "aws"
        self.keys = folder / "kek"
        self.regions = folder / "regions"
        self.started = folder / "started"
        self.migrated = folder / "migrated"
        self.demo = folder / "demo.json"
        self.authority = folder / "ca.pem"
        self.certificate = folder / "tls.pem"
        self.key = folder / "tls.key"
        self.vendor = folder / "vendor.json"

    def lock(self) -> IO[str]:
        """Claim this checkout for one sandbox at a time; the lock goes with the process."""
        file = (self.folder / "running.lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            with file:
                file.seek(0)
                port = file.read().strip() or "?"
            raise SandboxError(
                f"The sandbox of this checkout runs already, with PORT={port}: end it with ctrl-C first."
            ) from error
        return file

    def prepare(self, postgres: PostgreSQL) -> None:
        """Make what is missing; refuse to go on with half of the state."""
        if not self.started.exists():
            self.forget(postgres)  # an interrupted first start left nothing worth keeping
        else:
            self._require_both(postgres)
        for folder in (self.cloud, self.keys):
            folder.mkdir(mode=0o700, exist_ok=True)

    def forget(self, postgres: PostgreSQL) -> None:
        postgres.end_orphan()
        for folder in (postgres.quarters.data, self.cloud, self.keys, self.regions):
            shutil.rmtree(folder, ignore_errors=True)
        for mark in (self.started, self.migrated, self.demo, self.vendor):
            mark.unlink(missing_ok=True)

    def _require_both(self, postgres: PostgreSQL) -> None:
        cloud = self.cloud.is_dir() and any(self.cloud.iterdir())
        if postgres.exists() and cloud and self.keys.is_dir():
            return
        missing = "the sandbox's cloud" if postgres.exists() else "the console's database"
        raise SandboxError(
            f"The state of {missing} is gone, and the rest is of no use alone: make reset starts anew."
        )

    def needs_migration(self) -> bool:
        return not self.migrated.exists() or self.migrated.read_text() != fingerprint()

    def vendor_keys(self) -> dict[str, str] | None:
        """Keys of the control plane, as the cloud that is kept here gave them; None before it has."""
        return json.loads(self.vendor.read_text(encoding="utf-8")) if self.vendor.exists() else None

    def keep_vendor_keys(self, keys: dict[str, str]) -> None:
        known = self.vendor_keys()
        if known not in (None, keys):
            raise SandboxError("The sandbox's cloud has other keys than the console: make reset starts anew.")
        write_private(self.vendor, json.dumps(keys))

    def mark_migrated(self) -> None:
        write_private(self.migrated, fingerprint())


def fingerprint() -> str:
    """Changes when a migration or a package does."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for top in ("accounts", "console", "regions", "secrets_app"):
        for path in sorted((ROOT / top).glob("**/migrations/*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
