"""What the session knows of the second factor: whether it was shown, and how long ago."""

import time
from datetime import timedelta

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

METHOD = "mfa"


def record(request: HttpRequest, user: User, kind: str) -> None:
    """Note in the session that the second factor was shown; `kind` is "totp" or "recovery code"."""
    record_authentication(request, user, METHOD, type=kind)


def shown_at(request: HttpRequest) -> float:
    """Return when this session's person last showed the second factor, in Unix seconds, 0 for never."""
    records = get_authentication_records(request, request.user)
    return max((float(each["at"]) for each in records if each.get("method") == METHOD), default=0.0)


def was_shown(request: HttpRequest) -> bool:
    return shown_at(request) > 0


def is_fresh(request: HttpRequest) -> bool:
    limit: timedelta = settings.STEP_UP_MAX_AGE
    return time.time() - shown_at(request) <= limit.total_seconds()
