"""What lies where in a region's state bucket; the region's runtime reads the same words."""

from typing import Any
from uuid import UUID

RECIPIENT_KEY = "region/recipient.jwk"
APPLIED = "region/applied.json"
INDEX = "desired/index.json"
SECRETS = "desired/secrets/"
JSON, JOSE = "application/json", "application/jose"
LARGEST_ANSWER = 1024 * 1024
"""Bytes of a document of the region that are read at most."""


def secret_key(secret_id: UUID, version: int) -> str:
    return f"{SECRETS}{secret_id}/{version}.jwe"


def plain_object(document: Any) -> dict[str, Any]:
    """The JSON object, or an empty one for anything else: a region's words are never trusted to have a shape."""
    return document if isinstance(document, dict) else {}
