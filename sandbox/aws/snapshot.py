"""State across restarts: one pickle of all of moto's backends and of ours, written whole or not at all."""

import io
import os
import pickle
import threading
import types
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from moto.backends import get_backend
from moto.core.base_backend import BackendDict

from sandbox.aws.state import MEMORY, State

FORMAT = 1
FILE_NAME = "aws.pickle"
PRIVATE_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)


class Place:
    """Where this process keeps its snapshot; None keeps nothing."""

    folder: Path | None = None


def _load_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, None)


def _load_certificate(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def _empty_backends(name: str) -> BackendDict[Any]:
    found: BackendDict[Any] = get_backend(name)  # type: ignore[call-overload]
    return found


class Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, PRIVATE_KEYS):
            pem = obj.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            return _load_key, (pem,)
        if isinstance(obj, x509.Certificate):
            return _load_certificate, (obj.public_bytes(serialization.Encoding.PEM),)
        if isinstance(obj, BackendDict):
            return _empty_backends, (obj.service_name,)
        if isinstance(obj, (type(threading.Lock()),)):
            return threading.Lock, ()
        if isinstance(obj, type(threading.RLock())):
            return threading.RLock, ()
        if isinstance(obj, types.GeneratorType):
            return iter, ((),)
        return NotImplemented


def _instances() -> list[Any]:
    found: Any = BackendDict
    return list(found._instances)


def contents() -> bytes:
    """The pickle. Only accounts and regions that were touched are in it."""
    backends = {
        backend.service_name: {account: dict(dict.items(regions)) for account, regions in dict.items(backend)}
        for backend in _instances()
    }
    buffer = io.BytesIO()
    Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump((FORMAT, backends, MEMORY.state))
    return buffer.getvalue()


def write(data: bytes, folder: Path) -> Path:
    """Replace the file in one move."""
    folder.mkdir(parents=True, exist_ok=True)
    target, draft = folder / FILE_NAME, folder / f"{FILE_NAME}.new"
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o600)
    draft.replace(target)
    return target


def save_now() -> str:
    """Write the snapshot; empty when this process keeps none."""
    return str(write(contents(), Place.folder)) if Place.folder else ""


def load(folder: Path) -> bool:
    """Bring back the last snapshot, if there is one of this format."""
    source = folder / FILE_NAME
    if not source.exists():
        return False
    version, backends, state = pickle.loads(source.read_bytes())
    if version != FORMAT or not isinstance(state, State):
        return False
    for name, accounts in backends.items():
        live = _empty_backends(name)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                dict.__setitem__(live[account], region, backend)
    MEMORY.replace(state)
    return True
