"""Roles for people as the customer tailored them: what was taken away is refused, what was added is allowed,
and no added role leads to more than it was given."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from regions.clouds.aws import people
from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.packing import pack
from regions.clouds.aws.people_catalogue import catalogue
from regions.clouds.aws.policies import compact, policy
from regions.clouds.errors import CloudError
from regions.clouds.inspection import Answer, Ask, Context, Inspector
from regions.models import CheckGroup
from regions.permissions.boundary import boundary_policy
from regions.permissions.identity import RoleIdentity
from regions.spec import RoleName, UseCaseRole
from regions.states import Verdict
from regions.steps.verification_checks import Check, unknown
from regions.steps.verification_permissions import NO_REGION, concrete, human_policies, simulated_context, whose
from regions.steps.verification_target import Target

METHOD = "simulated from its policy, iam:SimulateCustomPolicy"
ROLE = "arn:aws:iam::{account}:role/byoc/byoc-{short}-more"
CLUSTER = "arn:aws:eks:{region}:{account}:cluster/byoc-{short}-cluster"
KEY = "arn:aws:kms:{region}:{account}:key/check"
WAYS_OUT = (
    ("iam:AttachRolePolicy", ROLE),
    ("iam:CreateRole", ROLE),
    ("iam:PassRole", ROLE),
    ("iam:UpdateAssumeRolePolicy", ROLE),
    ("sts:AssumeRole", ROLE),
    ("eks:AssociateAccessPolicy", "arn:aws:eks:{region}:{account}:access-entry/byoc-{short}-cluster/check"),
    ("eks:CreateAccessEntry", CLUSTER),
    ("kms:CreateGrant", KEY),
    ("kms:PutKeyPolicy", KEY),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:{region}:{account}:secret:rds!check"),
)
"""By one of these a role could come to more than it was given."""


@dataclass(frozen=True, slots=True)
class Case:
    """A role with the policies it will have, and what is asked about it."""

    check: Check
    documents: tuple[str, ...]
    wanted: tuple[Ask, ...] = ()
    """Each must be allowed."""
    shut: tuple[Ask, ...] = ()
    """Each must be refused."""


def role_checks(inspector: Inspector, identity: RoleIdentity, target: Target) -> Iterator[Check]:
    for case in cases(identity, target):
        try:
            asks = (*case.wanted, *case.shut)
            answers = inspector.simulate_policies(case.documents, compact(boundary_policy(identity)), asks)
        except CloudError as error:
            yield unknown(case.check, error)
        else:
            yield judged(case, answers)


def cases(identity: RoleIdentity, target: Target) -> Iterator[Case]:
    for removal in target.tailoring.removed:
        yield _taken_away(removal.role, removal.actions, identity, target)
    for role in target.tailoring.added:
        yield _added(role, identity, target)


def _taken_away(role: RoleName, removed: Iterable[str], identity: RoleIdentity, target: Target) -> Case:
    check = _check(role.value, f"{role.value} is refused what was taken away")
    documents = tuple(human_policies(role, identity, target))
    return Case(check, documents, shut=tuple(Ask(pattern.replace("*", "Anything"), "*") for pattern in removed))


def _added(role: UseCaseRole, identity: RoleIdentity, target: Target) -> Case:
    statements = people.use_case(role.actions, whose(identity, target))
    documents = tuple(compact(policy(one)) for one in pack(statements))
    wanted = tuple(
        ask for name in role.actions for way in catalogue()[name] for ask in _asks(way, identity, target)
    )
    shut = tuple(_ways_out(identity, target))
    return Case(
        _check(f"use-{role.name}", f"{role.name} may what it is for, and no more"), documents, wanted, shut
    )


def _ways_out(identity: RoleIdentity, target: Target) -> Iterator[Ask]:
    """Asked with every key that a guard of ours could want: what is refused then is refused for good."""
    region_id = target.region_id or NO_REGION
    tags = ("aws:RequestTag/byoc:region", "aws:ResourceTag/byoc:region")
    context: Context = (
        ("iam:PermissionsBoundary", "string", (identity.boundary_arn,)),
        ("iam:PassedToService", "string", ("eks.amazonaws.com",)),
        ("kms:GrantIsForAWSResource", "boolean", ("true",)),
        *((tag, "string", (region_id,)) for tag in tags),
    )
    short = region_id.replace("-", "")[-10:]
    for name, resource in WAYS_OUT:
        placed = resource.format(account=identity.account_id, region=target.cloud_region, short=short)
        yield Ask(name, placed, context)


def _check(role: str, title: str) -> Check:
    return Check(CheckGroup.ROLE, f"role:{role}", title, Verdict.PASS, METHOD, role=role)


def _asks(way: Action, identity: RoleIdentity, target: Target) -> Iterator[Ask]:
    region_id = target.region_id or NO_REGION
    context = simulated_context(way, identity, region_id, target.dns_zone)
    if way.guard is Guard.RESOURCE_TAG:
        context = _of_region(context)
    confines = whose(identity, target).confines
    for resource in way.resources:
        yield Ask(way.name, concrete(confines.placed(resource), region_id), context)


def _of_region(context: Context) -> Context:
    """People's roles go by the region's tag; the connection's is there too, and does not matter."""
    return tuple(key for key in context if not key[0].endswith("byoc:connection"))


def judged(case: Case, answers: Mapping[Ask, Answer]) -> Check:
    refused = sorted({ask.action for ask in case.wanted if not _allowed(ask, answers)})
    opened = sorted({ask.action for ask in case.shut if _allowed(ask, answers)})
    facts = {
        "asked": len({ask.action for ask in (*case.wanted, *case.shut)}),
        "refused": refused,
        "opened": opened,
    }
    if not refused and not opened:
        return replace(case.check, facts=facts)
    said = [f"It may {', '.join(opened)}, which it must not."] if opened else []
    said += (
        [f"It is refused {', '.join(refused)}; the boundary, or a guard, does not allow it."] if refused else []
    )
    return replace(
        case.check,
        verdict=Verdict.REFUSED,
        message=" ".join(said),
        fix="Change the role so that it is not given these actions.",
        facts=facts,
    )


def _allowed(ask: Ask, answers: Mapping[Ask, Answer]) -> bool:
    return ask in answers and answers[ask].allowed
