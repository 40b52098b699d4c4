"""Signing in without walking the pages; `tests/browser` walks them."""

import time

from django.test import Client

from accounts.actions import second_factors
from accounts.models import TotpDevice, User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(client: Client, user: User, *, shown_seconds_ago: float = 0) -> Client:
    """Sign a person in with both factors; the second was shown so long ago."""
    if not TotpDevice.objects.of(user.pk).confirmed().exists():
        second_factors.enrol_totp(user=user, secret=SECRET)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time() - shown_seconds_ago}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
