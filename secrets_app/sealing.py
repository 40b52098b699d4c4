"""Sealing to one region: JWE (RFC 7516), ECDH-ES on P-256 with A256GCM (RFC 7518, 4.6 and 5.3). Framework-free.

The protected header carries for whom and what: organization, region, secret and version. It is authenticated with
the ciphertext, so a document that was moved, renamed or taken from another organization is refused on opening.
"""

import json
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.registry import HeaderParameter

from secrets_app.contents import LARGEST_SECRET

ALGORITHM, ENCRYPTION, TYPE = "ECDH-ES", "A256GCM", "byoc-secret+jwe"
CURVE = "P-256"
LONGEST_KEY = 1000  # bytes of a public JWK; one of P-256 has some 200
PUBLIC_MEMBERS = ("kty", "crv", "x", "y")
CONTEXT = {
    "org": HeaderParameter("Organization id", "str", True),
    "region": HeaderParameter("Region id", "str", True),
    "secret": HeaderParameter("Secret id", "str", True),
    "version": HeaderParameter("Version number", "int", True),
}


class SealRefused(Exception):
    """The document does not open here: another key, another place, or damaged. Says nothing of its content."""


class KeyUnusable(Exception):
    """What a region offers as its public key is not a P-256 public key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whom and what a sealed document is for."""

    org_id: str
    region_id: str
    secret_id: str
    version: int

    def header(self) -> dict[str, Any]:
        return {"org": self.org_id, "region": self.region_id, "secret": self.secret_id, "version": self.version}


class _Registry(jwe.JWERegistry):
    """The one pair of algorithms, and room for the largest secret in base64 in JSON in base64."""

    max_ciphertext_length: int = LARGEST_SECRET * 2


_REGISTRY = _Registry(header_registry=dict(CONTEXT), algorithms=(ALGORITHM, ENCRYPTION))


def checked_key(raw: bytes | str) -> tuple[str, str]:
    """Return the public JWK as canonical JSON and its key id, the RFC 7638 thumbprint.

    Raise KeyUnusable for anything that is not the public half of a P-256 key, a private key above all.
    """
    try:
        key = ECKey.import_key(_public_members(raw))
    except (ValueError, KeyError, TypeError, JoseError):
        raise KeyUnusable("What the region offers is not the public half of a P-256 key.") from None
    return json.dumps(key.as_dict(private=False), sort_keys=True, separators=(",", ":")), key.thumbprint()


def _public_members(raw: bytes | str) -> dict[str, str | list[str]]:
    given = json.loads(raw[: LONGEST_KEY + 1])
    if not isinstance(given, dict) or "d" in given or (given.get("kty"), given.get("crv")) != ("EC", CURVE):
        raise ValueError("not a public key of the curve")
    return {member: given[member] for member in PUBLIC_MEMBERS}


def seal(plaintext: bytes, *, public_key: str, place: Place) -> str:
    """Return a compact JWE that only the holder of the private key opens."""
    key = ECKey.import_key(json.loads(public_key))
    header = {"alg": ALGORITHM, "enc": ENCRYPTION, "typ": TYPE, "kid": key.thumbprint(), **place.header()}
    return jwe.encrypt_compact(header, plaintext, key, registry=_REGISTRY)


def unseal(document: str | bytes, *, private_key: ECKey, place: Place) -> bytes:
    """Open a document in the region. Raise SealRefused unless it was sealed to this key, for this place."""
    try:
        opened = jwe.decrypt_compact(document, private_key, registry=_REGISTRY)
    except (JoseError, ValueError, KeyError, TypeError):
        raise SealRefused("The document does not open with this region's key.") from None
    header = opened.protected
    if header.get("kid") != private_key.thumbprint() or header.get("typ") != TYPE:
        raise SealRefused("The document is sealed to another key.")
    if {name: header.get(name) for name in CONTEXT} != place.header():
        raise SealRefused("The document is of another organization, region, secret or version.")
    if opened.plaintext is None:
        raise SealRefused("The document is empty.")
    return opened.plaintext
