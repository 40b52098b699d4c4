"""The trail of signing in and out; outside of any organization, for it comes before one is chosen."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.access.standing import Origin
from accounts.models import User
from console.audit.actions.events import record_platform
from console.audit.models import Outcome
from console.kernel.clock import now
from console.kernel.scope import Actor, ActorKind

NOWHERE = Origin()


def actor_of(user: User) -> Actor:
    return Actor(ActorKind.STAFF if user.is_staff else ActorKind.USER, str(user.pk), str(user))


def record(*, user: User, event: str, origin: Origin, outcome: Outcome = Outcome.SUCCEEDED, **facts: Any) -> None:
    """Write one event of a person about themselves."""
    record_platform(actor_of(user), event, user, outcome=outcome, **asdict(origin), **facts)


def record_refusal(*, email: str, origin: Origin) -> None:
    """Write that a password was refused; the address is what was typed, known here or not."""
    actor = Actor(ActorKind.USER, "", email or "somebody")
    record_platform(actor, "person:signed-in", outcome=Outcome.REFUSED, **asdict(origin))


def end_sessions(user: User) -> None:
    """Sign a person out everywhere. Sessions do not say whose they are, so each living one is opened."""
    living = Session.objects.filter(expire_date__gt=now())
    theirs = [one.pk for one in living.iterator() if one.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()
