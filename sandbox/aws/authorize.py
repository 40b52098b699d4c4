"""Whether the caller may do what the call asks; what was judged allowed is remembered for the tests."""

from collections.abc import Sequence
from typing import Any

from sandbox.aws.context import request_context
from sandbox.aws.credentials import Identity, iam
from sandbox.aws.errors import access_denied
from sandbox.aws.policy.documents import Policy, parse
from sandbox.aws.policy.evaluate import Decision, PolicySet, Principal, Request, evaluate, refusal
from sandbox.aws.requests import Call
from sandbox.aws.resource_policies import resource_policies
from sandbox.aws.state import Session, state
from sandbox.aws.targets.need import Need
from sandbox.aws.targets.table import needs as needs_of

ALWAYS_ALLOWED = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}


def document_of(managed: Any) -> str:
    """The default version of a managed policy, as text."""
    version = next(item for item in managed.versions if item.is_default)
    return str(version.document)


def attached(entity: Any, account: str) -> tuple[Policy, ...]:
    """Inline and managed policies of a user or role, a user's groups included."""
    found = [parse(str(text), name, strict=False) for name, text in entity.policies.items()]
    found += [parse(document_of(item), item.name, strict=False) for item in entity.managed_policies.values()]
    for group in iam(account).groups.values():
        if entity in group.users:
            found += attached(group, account)
    return tuple(found)


def boundary_of(entity: Any, account: str) -> tuple[Policy, ...] | None:
    arn = getattr(entity, "permissions_boundary_arn", None)
    if not arn:
        return None
    managed = iam(account).managed_policies.get(arn)
    return (parse(document_of(managed), managed.name, strict=False),) if managed else ()


def session_policies(session: Session | None) -> tuple[Policy, ...] | None:
    if session is None or not (session.policies or session.policy_arns):
        return None
    managed = iam(session.account).managed_policies
    texts = [*session.policies, *(document_of(managed[arn]) for arn in session.policy_arns if arn in managed)]
    return tuple(parse(text, "session", strict=False) for text in texts)


def principal_of(identity: Identity) -> Principal:
    role = identity.session.role_arn if identity.session else ""
    return Principal(identity.arn, identity.account, role)


def policies_of(identity: Identity, resource: Sequence[Policy] = (), *, rules: bool = False) -> PolicySet:
    return PolicySet(
        identity=attached(identity.entity, identity.account),
        resource=tuple(resource),
        boundary=boundary_of(identity.entity, identity.account),
        session=session_policies(identity.session),
        resource_rules=rules,
    )


def authorize(call: Call) -> list[Need]:
    """Judge everything the call needs. Raises AwsError on the first refusal."""
    if call.identity is None or (call.service, call.operation) in ALWAYS_ALLOWED:
        return []
    needs = needs_of(call)
    shared = request_context(call)
    mine = policies_of(call.identity)
    for need in needs:
        judge(call, need, shared, mine)
    return needs


def judge(call: Call, need: Need, shared: dict[str, Sequence[str]], mine: PolicySet) -> None:
    assert call.identity is not None
    policies, owner, rules = resource_policies(need)
    keys = {**shared, **need.keys}
    request = Request(need.action, need.resource, keys, principal_of(call.identity), owner)
    wanted = mine
    if policies or rules:
        wanted = PolicySet(mine.identity, policies, mine.boundary, mine.session, rules)
    decision = evaluate(request, wanted)
    if not decision.allowed:
        raise access_denied(call.service, call.protocol, refusal(call.identity.arn, request, decision))
    remember(call.identity, need.action)


def remember(identity: Identity, action: str) -> None:
    key = (identity.account, identity.principal_arn)
    state().evaluated.setdefault(key, set()).add(action)


__all__ = ["Decision", "authorize", "judge", "policies_of", "principal_of", "remember"]
