"""The permission bundle: everything we ask of a cloud account, from what the code declares.

Policies, template, grid and pages are made from it alone, so that they cannot drift apart.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from regions.clouds.aws.guards import Action
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.packing import pack
from regions.clouds.aws.policies import Statement, compact, policy, statements
from regions.clouds.aws.verbs import Verb, service_of, verb_of
from regions.permissions.boundary import boundary_statements
from regions.permissions.document import beyond_reason
from regions.permissions.human_roles import written
from regions.permissions.identity import EXAMPLE, RoleIdentity
from regions.permissions.leaving import LEAVING
from regions.permissions.protection import protection
from regions.permissions.running import RUNNING
from regions.permissions.trust import trust_policy
from regions.permissions.verification import READINGS, Reading
from regions.permissions.watching import WATCHING
from regions.spec import Tailoring


@dataclass(frozen=True, slots=True)
class Grant:
    """One IAM action of the deployment role, under every guard it is asked for."""

    name: str
    ways: tuple[Action, ...]
    kinds: tuple[str, ...]
    """Kinds of resource that need it; empty for what verification and running need."""
    beyond: str
    """Why we ask for it although the document does not; empty for what it grants."""

    @property
    def service(self) -> str:
        return service_of(self.name)

    @property
    def verb(self) -> Verb:
        return verb_of(self.name)


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    document: dict[str, Any]

    @property
    def size(self) -> int:
        return len(compact(self.document))


@dataclass(frozen=True, slots=True)
class Bundle:
    grants: tuple[Grant, ...]
    stack_version: str
    """SHA-256, in hexadecimal, of what the customer's stack makes, written for a made-up connection."""
    version: str
    """The same of that and of the roles for people."""
    tailoring: Tailoring

    def statements(self, identity: RoleIdentity) -> tuple[Statement, ...]:
        return _all_statements(self.grants, identity)

    def policies(self, identity: RoleIdentity) -> tuple[Policy, ...]:
        """At most ten, each within IAM's length."""
        return tuple(
            Policy(identity.policy_name(number), policy(packed))
            for number, packed in enumerate(pack(self.statements(identity)), 1)
        )

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(grant.name for grant in self.grants)

    def grant(self, name: str) -> Grant | None:
        return next((grant for grant in self.grants if grant.name == name), None)


@cache
def current() -> Bundle:
    """The bundle of the code that runs."""
    readings = (*READINGS, *RUNNING, *WATCHING, *LEAVING)
    return bundle({name: kind.actions for name, kind in KINDS.items()}.items(), readings)


def bundle(kinds: Iterable[tuple[str, tuple[Action, ...]]], readings: Iterable[Reading] = ()) -> Bundle:
    needed: dict[str, set[str]] = {}
    ways: dict[str, set[Action]] = {}
    for kind, actions in kinds:
        for action in actions:
            needed.setdefault(action.name, set()).add(kind)
            ways.setdefault(action.name, set()).add(action)
    because = {reading.action.name: reading.because for reading in readings}
    for reading in readings:
        ways.setdefault(reading.action.name, set()).add(reading.action)
    grants = tuple(
        Grant(name, tuple(sorted(found)), tuple(sorted(needed.get(name, ()))), _beyond(name, because, needed))
        for name, found in sorted(ways.items())
    )
    return _with_people(grants, _version(grants), Tailoring())


@lru_cache(maxsize=256)
def tailored(tailoring: Tailoring) -> Bundle:
    """The bundle of the code that runs, with the roles for people as a customer wants them."""
    standard = current()
    return _with_people(standard.grants, standard.stack_version, tailoring) if tailoring.changes else standard


def _with_people(grants: tuple[Grant, ...], stack_version: str, tailoring: Tailoring) -> Bundle:
    return Bundle(
        grants, stack_version, _digest({"stack": stack_version, "people": written(tailoring)}), tailoring
    )


def _beyond(name: str, because: dict[str, str], needed: dict[str, set[str]]) -> str:
    """Verification's own reads say what they are for; other services say why they are needed at all."""
    reason = beyond_reason(service_of(name))
    return because[name] if name in because and (reason or name not in needed) else reason


def _all_statements(grants: Iterable[Grant], identity: RoleIdentity) -> tuple[Statement, ...]:
    wanted = sorted(action for grant in grants for action in grant.ways)
    return (*statements(wanted, identity.confines()), *protection(identity))


def _version(grants: tuple[Grant, ...]) -> str:
    granted = [one.document() for one in _all_statements(grants, EXAMPLE)]
    bounded = [one.document() for one in boundary_statements(EXAMPLE)]
    return _digest({"role": granted, "boundary": bounded, "trust": trust_policy(EXAMPLE)})


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(compact(document).encode()).hexdigest()
