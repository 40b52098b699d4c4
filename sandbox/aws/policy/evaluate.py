"""Allowed, implicitly denied or explicitly denied: "Policy evaluation logic" of the IAM User Guide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.aws.policy.conditions import holds
from sandbox.aws.policy.documents import Policy, Principals, Statement
from sandbox.aws.policy.matching import Context, UnknownVariableError, like, resource_matches, substitute


class Outcome(StrEnum):
    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicitDeny"
    EXPLICIT_DENY = "explicitDeny"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. ``arn`` is the session for assumed roles, ``role_arn`` then the role behind it."""

    arn: str
    account: str
    role_arn: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    action: str
    resource: str
    context: Context
    principal: Principal | None = None
    owner: str = ""  # account that owns the resource, where it differs from the principal's


@dataclass(frozen=True, slots=True)
class PolicySet:
    """``resource_rules`` says that nothing is allowed without the resource's own policy (roles, KMS keys)."""

    identity: tuple[Policy, ...] = ()
    resource: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None
    resource_rules: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    policy: Policy
    statement: Statement
    policy_type: str


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    because: str = ""  # the policy type that refused, in AWS's words
    matches: tuple[Match, ...] = field(default=())
    boundary_allows: bool | None = None

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOWED


IDENTITY = "identity-based policy"
RESOURCE = "resource-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
DIRECT, THROUGH_ACCOUNT = "direct", "account"


def action_matches(statement: Statement, action: str) -> bool:
    hit = any(like(pattern, action.lower()) for pattern in statement.actions)
    return hit is not statement.not_actions


def _resource_matches(statement: Statement, request: Request, *, variables: bool) -> bool:
    if not statement.resources:
        return True
    hit = False
    for pattern in statement.resources:
        try:
            text = substitute(pattern, request.context) if variables else pattern
        except UnknownVariableError:
            continue
        if resource_matches(text, request.resource):
            hit = True
            break
    return hit is not statement.not_resources


def applies(policy: Policy, statement: Statement, request: Request) -> bool:
    """Action, resource and condition; the principal is judged apart."""
    return (
        action_matches(statement, request.action)
        and _resource_matches(statement, request, variables=policy.variables)
        and all(
            holds(item.operator, item.key, item.values, request.context, variables=policy.variables)
            for item in statement.conditions
        )
    )


def principal_match(principals: Principals | None, principal: Principal | None) -> str:
    """``direct`` when named, ``account`` when the whole account is trusted, empty otherwise."""
    if principals is None or principal is None:
        return ""
    found = _named(principals, principal)
    if principals.negated:
        return "" if found else DIRECT
    return found


def _named(principals: Principals, principal: Principal) -> str:
    if principal.service:
        names = principals.names.get("Service", ())
        return DIRECT if principal.service in names else ""
    names = principals.names.get("AWS", ())
    if "*" in names or principal.arn in names or (principal.role_arn and principal.role_arn in names):
        return DIRECT
    root = f":iam::{principal.account}:root"
    if any(name == principal.account or name.endswith(root) for name in names):
        return THROUGH_ACCOUNT
    return ""


def matching(policies: Iterable[Policy], request: Request, policy_type: str) -> list[Match]:
    return [
        Match(policy, statement, policy_type)
        for policy in policies
        for statement in policy.statements
        if applies(policy, statement, request)
    ]


def _split(matches: list[Match]) -> tuple[list[Match], list[Match]]:
    denies = [match for match in matches if match.statement.effect == "Deny"]
    return denies, [match for match in matches if match.statement.effect == "Allow"]


def evaluate(request: Request, policies: PolicySet) -> Decision:
    """Judge one action on one resource."""
    identity = matching(policies.identity, request, IDENTITY)
    resource = [
        match
        for match in matching(policies.resource, request, RESOURCE)
        if principal_match(match.statement.principals, request.principal)
    ]
    boundary = matching(policies.boundary or (), request, BOUNDARY)
    session = matching(policies.session or (), request, SESSION)
    for matches in (identity, resource, boundary, session):
        denies, _ = _split(matches)
        if denies:
            within = None if policies.boundary is None else bool(_split(boundary)[1]) and not _split(boundary)[0]
            return Decision(Outcome.EXPLICIT_DENY, denies[0].policy_type, tuple(denies), within)
    return _granted(request, policies, identity, resource, boundary, session)


def _granted(
    request: Request,
    policies: PolicySet,
    identity: list[Match],
    resource: list[Match],
    boundary: list[Match],
    session: list[Match],
) -> Decision:
    within = None if policies.boundary is None else bool(boundary)
    refused = _refusing(request, policies, identity, resource)
    if not refused and within is False:
        refused = BOUNDARY
    if not refused and policies.session is not None and not session:
        refused = SESSION
    if refused:
        return Decision(Outcome.IMPLICIT_DENY, refused, (), within)
    return Decision(Outcome.ALLOWED, "", (*identity, *resource), within)


def _refusing(request: Request, policies: PolicySet, identity: list[Match], resource: list[Match]) -> str:
    """The policy type without which the request has no grant; empty when it is granted."""
    ways = {principal_match(match.statement.principals, request.principal) for match in resource}
    foreign = bool(request.owner and request.principal and request.owner != request.principal.account)
    if foreign:
        if not ways:
            return RESOURCE
        return "" if identity else IDENTITY
    if DIRECT in ways:
        return ""
    if policies.resource_rules and THROUGH_ACCOUNT not in ways:
        return RESOURCE
    return "" if identity else IDENTITY


def refusal(principal_arn: str, request: Request, decision: Decision) -> str:
    """AWS's sentence, as in "Troubleshoot access denied error messages"."""
    where = "" if request.resource == "*" else f" on resource: {request.resource}"
    head = f"User: {principal_arn} is not authorized to perform: {request.action}{where}"
    article = "an" if decision.because.startswith("i") else "a"
    if decision.outcome is Outcome.EXPLICIT_DENY:
        return f"{head} with an explicit deny in {article} {decision.because}"
    return f"{head} because no {decision.because} allows the {request.action} action"
