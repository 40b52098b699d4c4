"""A person's second factor, as their pages show it."""

import io
from typing import Any

import segno
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from accounts.access import codes
from accounts.models import RecoveryCode, TotpDevice, User

FEW_CODES = 3


def of_person(*, user: User) -> dict[str, Any]:
    left = RecoveryCode.objects.of(user.pk).unused().count()
    return {
        "person": user,
        "device": TotpDevice.objects.of(user.pk).confirmed().first(),
        "codes_left": left,
        "codes_made": codes.RECOVERY_CODES,
        "few_codes": left <= FEW_CODES,
    }


def enrolment(device: TotpDevice) -> dict[str, Any]:
    secret = str(device.secret)
    uri = codes.provisioning_uri(secret, email=device.user.email)
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"qr": qr_code(uri), "secret": secret, "spaced_secret": spaced, "uri": uri}


def qr_code(text: str) -> SafeString:
    """Draw a QR code (ISO/IEC 18004) as inline SVG, dark on white in both themes, without style attributes."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn,
        kind="svg",
        border=4,
        scale=4,
        xmldecl=False,
        svgns=False,
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  drawn here, the text is only in its modules


def new_codes(made: list[str], *, then: str) -> dict[str, Any]:
    listed = "\n".join(made)
    note = f"Recovery codes of the BYOC Console. Each works once.\n\n{listed}\n"
    return {
        "codes": made,
        "text": listed,
        "download": f"data:text/plain;charset=utf-8,{urlencode({'': note}).removeprefix('=').replace('+', '%20')}",
        "then": then,
    }
