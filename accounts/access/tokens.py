"""The text of bearer tokens and invitation links: 256 random bits, of which only a digest is kept."""

import hashlib
import secrets

PREFIX = "byoc_"


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def new_link_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """SHA-256 in hexadecimal: for 256 random bits a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
