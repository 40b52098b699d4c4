"""Secrets in a region: opened, kept in a file that only its owner reads, acknowledged."""

from collections.abc import Mapping
from typing import Any

from joserfc.jwk import ECKey

from sandbox.region.place import Place
from secrets_app.sealing import Place as Sealed
from secrets_app.sealing import SealRefused, unseal

FILE = "secrets.json"


class Secrets:
    """Of each secret the last version that opened; a document that does not open changes nothing."""

    name = "secrets"

    def step(self, place: Place, index: Mapping[str, Any]) -> dict[str, int]:
        kept = place.recall(FILE) or {}
        if "secrets" not in index or not self._is_ours(place, index):
            return _versions(kept)
        wanted: Mapping[str, int] = index["secrets"]
        later = {secret_id: self._latest(place, index, secret_id, wanted, kept) for secret_id in wanted}
        present = {secret_id: entry for secret_id, entry in later.items() if entry}
        if present != kept:
            place.remember(FILE, present)
        return _versions(present)

    def _is_ours(self, place: Place, index: Mapping[str, Any]) -> bool:
        """The organization is learnt once, with the first index; an index of another one is not followed."""
        known = place.recall("organization.json")
        if known is None and index.get("organization"):
            place.remember("organization.json", index["organization"])
            known = index["organization"]
        return bool(index.get("organization") == known and index.get("region") == place.region_id)

    def _latest(
        self,
        place: Place,
        index: Mapping[str, Any],
        secret_id: str,
        wanted: Mapping[str, int],
        kept: Mapping[str, Any],
    ) -> Any:
        had, version = kept.get(secret_id), wanted[secret_id]
        if had and had["version"] == version:
            return had
        document = place.get(f"desired/secrets/{secret_id}/{version}.jwe")
        sealed = Sealed(str(index["organization"]), place.region_id, secret_id, version)
        text = _opened(document, place.key(), sealed) if document else None
        return had if text is None else {"version": version, "text": text}


def _opened(document: bytes, key: ECKey, sealed: Sealed) -> str | None:
    try:
        return unseal(document, private_key=key, place=sealed).decode()
    except SealRefused as error:
        print(f"Secret {sealed.secret_id} version {sealed.version} is refused: {error}", flush=True)
        return None


def _versions(kept: Mapping[str, Any]) -> dict[str, int]:
    return {secret_id: int(entry["version"]) for secret_id, entry in kept.items()}
