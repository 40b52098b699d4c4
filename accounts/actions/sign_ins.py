"""The trail of signing in and out; outside of any organization, for it comes before one is chosen."""

from dataclasses import asdict

from django.http import HttpRequest

from accounts.access.standing import origin
from accounts.models import User
from console.audit.actions.events import record_platform
from console.audit.models import Outcome
from console.kernel.scope import Actor, ActorKind


def actor_of(user: User) -> Actor:
    return Actor(ActorKind.STAFF if user.is_staff else ActorKind.USER, str(user.pk), str(user))


def record(
    request: HttpRequest,
    user: User,
    event: str,
    *,
    outcome: Outcome = Outcome.SUCCEEDED,
    **facts: object,
) -> None:
    record_platform(actor_of(user), event, user, outcome=outcome, **asdict(origin(request)), **facts)


def record_sign_up(request: HttpRequest, user: User) -> None:
    record(request, user, "person:signed-up")


def record_sign_in(request: HttpRequest, user: User) -> None:
    record(request, user, "person:signed-in")


def record_sign_out(request: HttpRequest, user: User) -> None:
    record(request, user, "person:signed-out")


def record_password_change(request: HttpRequest, user: User) -> None:
    record(request, user, "password:changed")


def record_refusal(request: HttpRequest, *, email: str) -> None:
    """A password that was refused; the address is what was typed, known here or not."""
    actor = Actor(ActorKind.USER, "", email or "somebody")
    record_platform(actor, "person:signed-in", outcome=Outcome.REFUSED, **asdict(origin(request)))
