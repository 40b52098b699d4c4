"""Codes themselves: time-based ones (RFC 6238: SHA-1, six digits, 30 seconds) and recovery codes."""

import hashlib
import re
import secrets
from datetime import datetime

import pyotp
from django.conf import settings

PERIOD_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""Periods before and after the present one in which a code is taken, for clocks that differ."""

RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 letters and digits that are not mistaken for others
RECOVERY_LENGTH = 16  # 80 bits


def new_secret() -> str:
    return pyotp.random_base32()


def provisioning_uri(secret: str, *, email: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=settings.MFA_ISSUER)


def matching_counter(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the counter whose code this is, the latest within the window, or None.

    Every code of the window is compared in constant time, whichever matches.
    """
    present = int(at.timestamp()) // PERIOD_SECONDS
    generator = pyotp.HOTP(secret, digits=DIGITS)
    found = None
    for counter in range(present - WINDOW, present + WINDOW + 1):
        if pyotp.utils.strings_equal(generator.at(counter), code):
            found = counter
    return found


def new_recovery_codes() -> list[str]:
    letters = [
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)
    ]
    return ["-".join(each[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4)) for each in letters]


def recovery_digest(code: str) -> str:
    """SHA-256 of a recovery code, typed with or without hyphens, spaces and capitals."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).lower().encode()).hexdigest()
