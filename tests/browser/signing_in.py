"""People of the demo organization, who sign in once: a code of theirs works once, whoever shows it."""

from collections.abc import Callable
from typing import Any

from tests.browser.living import Living
from tests.browser.visitor import Authenticator, Visitor

_authenticators: dict[str, Authenticator] = {}
_cookies: dict[str, Any] = {}


def signed_in(visit: Callable[[Authenticator | None], Visitor], sandbox: Living, role: str) -> Visitor:
    person = sandbox.person(role)
    secret = person["totp_secret"]
    visitor = visit(_authenticators.setdefault(secret, Authenticator(secret)))
    if secret in _cookies:
        visitor.context.add_cookies(_cookies[secret])
    else:
        visitor.sign_in(person["email"], person["password"])
        _cookies[secret] = visitor.context.cookies()
    return visitor
