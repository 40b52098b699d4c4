"""The people of the demo organization, and the file that says how they sign in."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
from django.db import transaction

from accounts.access.standing import standings
from accounts.actions.engagements import grant_engagement
from accounts.actions.members import accept_invitation, invite
from accounts.actions.organizations import create_organization
from accounts.actions.second_factors import enrol_totp
from accounts.actions.tokens import issue_token
from accounts.models import Role, User
from console.kernel.clock import now
from console.kernel.scope import Scope
from sandbox import frontdoor, paths
from sandbox.ports import Ports

ORGANIZATION = "Norrland Bank"
SLUG = "norrland"
ACCOUNT_ID = "444455556666"
AWS_REGION = "eu-central-1"
ENGAGED = timedelta(days=30)
ARCHITECT = "architect"


@dataclass(frozen=True, slots=True)
class Person:
    """One sign-in, as `.sandbox/demo.json` holds it."""

    name: str
    email: str
    password: str
    totp_secret: str
    role: str


CAST = (
    ("Alice Berg", Role.OWNER),
    ("Olga Lind", Role.OPERATOR),
    ("Bob Dahl", Role.AUDITOR),
    ("Carol Meyer", ARCHITECT),
)


def make(ports: Ports) -> None:
    """Make organization, people and token, and write `.sandbox/demo.json`; nothing if it is there."""
    if _file().exists():
        return
    with transaction.atomic():
        people = [_person(name, role) for name, role in CAST]
        accounts = {person.role: _sign_up(person) for person in people}
        organization = create_organization(user=accounts[Role.OWNER], name=ORGANIZATION, slug=SLUG)
        owner = scope_of(people[0].email)
        with owner.entered():
            _let_in(owner, people, accounts)
            _, token = issue_token(scope=owner, name="demo", role=Role.OPERATOR)
    _write(ports, organization.slug, people, token)


def scope_of(email: str) -> Scope:
    """The scope of one of the cast in the demo organization."""
    user = User.objects.get(email=email)
    return next(standing.scope for standing in standings(user) if standing.organization.slug == SLUG)


def read() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(_file().read_text(encoding="utf-8"))
    return document


def email_of(role: str) -> str:
    return next(str(person["email"]) for person in read()["people"] if person["role"] == role)


def _person(name: str, role: str) -> Person:
    first = name.split()[0].lower()
    return Person(name, f"{first}@example.com", secrets.token_urlsafe(12), pyotp.random_base32(), str(role))


def _sign_up(person: Person) -> User:
    user = User.objects.create_user(
        email=person.email, password=person.password, name=person.name, is_staff=person.role == ARCHITECT
    )
    enrol_totp(user=user, secret=person.totp_secret)
    return user


def _let_in(owner: Scope, people: list[Person], accounts: Mapping[str, User]) -> None:
    for person in people[1:]:
        if person.role == ARCHITECT:
            grant_engagement(scope=owner, email=person.email, reason="Onboarding", ends_at=now() + ENGAGED)
        else:
            _, link = invite(scope=owner, email=person.email, role=Role(person.role))
            accept_invitation(user=accounts[person.role], token=link)


def _write(ports: Ports, slug: str, people: list[Person], token: str) -> None:
    keys = frontdoor.account(ports.aws, ACCOUNT_ID)
    document = {
        "url": f"http://localhost:{ports.web}",
        "tls_url": f"https://localhost:{ports.tls}",
        "organization": slug,
        "people": [asdict(person) for person in people],
        "api_token": token,
        "aws": {
            "endpoint": f"http://127.0.0.1:{ports.aws}",
            "region": AWS_REGION,
            "account_id": ACCOUNT_ID,
            "access_key_id": keys["access_key_id"],
            "secret_access_key": keys["secret_access_key"],
        },
        "region_tag_key": "byoc:region",
    }
    paths.write_private(_file(), json.dumps(document, indent=2))


def _file() -> Path:
    return paths.state_folder() / "demo.json"
