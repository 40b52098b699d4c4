"""Permissions: role by role, action by action, asked of IAM's own simulator."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regions.clouds.aws import people
from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.packing import pack
from regions.clouds.aws.policies import Confines, compact, conditions, policy
from regions.clouds.errors import Category, CloudError
from regions.clouds.inspection import Answer, Ask, Context, Inspector
from regions.models import CheckGroup
from regions.permissions.boundary import boundary_policy
from regions.permissions.bundle import Grant, current
from regions.permissions.document import ROLES, SERVICES, service_title
from regions.permissions.human_roles import overlap
from regions.permissions.identity import RoleIdentity
from regions.spec import RoleName
from regions.states import Verdict
from regions.steps.verification_checks import Check, fragment, provider_facts, sentence
from regions.steps.verification_target import Target

HUMAN = (RoleName.LIMITED_ADMIN, RoleName.ELEVATED, RoleName.READ_ONLY)
NO_REGION = "00000000-0000-0000-0000-000000000000"
BY_SERVICE = ("iam:SimulatePrincipalPolicy", "iam:SimulateCustomPolicy")

RECORDS = "route53:ChangeResourceRecordSets"
NO_ZONE = "region.example"


@dataclass(frozen=True, slots=True)
class Question:
    """One action of one role, with everything it is asked on."""

    role: RoleName
    grant: Grant
    asks: tuple[Ask, ...]


def questions(role: RoleName, identity: RoleIdentity, target: Target) -> tuple[Question, ...]:
    """Every action of the bundle, with the tags, boundary and services that real requests carry."""
    grants = current().grants
    if role is not RoleName.DEPLOYMENT:
        grants = tuple(grant for grant in grants if grant.kinds)
    return tuple(Question(role, grant, tuple(_asks(_ways(role, grant), identity, target))) for grant in grants)


def _ways(role: RoleName, grant: Grant) -> tuple[Action, ...]:
    """The deployment role needs every way; of people's roles it matters whether there is any."""
    if role is RoleName.DEPLOYMENT:
        return grant.ways
    return tuple({way.guard: way for way in grant.ways}.values())


def _asks(ways: Iterable[Action], identity: RoleIdentity, target: Target) -> Iterator[Ask]:
    confines, region_id = identity.confines(target.cloud_region), target.region_id or NO_REGION
    for way in ways:
        context = simulated_context(way, identity, region_id, target.dns_zone)
        for resource in way.resources:
            yield Ask(way.name, concrete(confines.placed(resource), region_id), context)


def concrete(pattern: str, region_id: str) -> str:
    """A resource that the pattern covers, named as ours are."""
    if pattern == "*":
        return pattern
    short = region_id.replace("-", "")[-10:]
    ours = f"byoc-{short}-check"
    placed = pattern.replace(":/byoc/*", f":/byoc/{short}/check").replace("/byoc/*", f"/byoc/{ours}")
    return placed.replace("byoc-*", ours).replace("*", "check")


def simulated_context(way: Action, identity: RoleIdentity, region_id: str, zone: str = "") -> Context:
    """Without these keys the simulator reports refusals that no real request would meet."""
    details = (way.detail,) if way.detail else ()
    demanded = conditions(way.name, way.guard, details, identity.confines())
    tags = {Guard.REQUEST_TAG: "RequestTag", Guard.RESOURCE_TAG: "ResourceTag"}.get(way.guard)
    region = (("StringEquals", f"aws:{tags}/byoc:region", (region_id,)),) if tags else ()
    keys = tuple(
        (key, "boolean" if operator == "Bool" else "string", values)
        for operator, key, values in (*demanded, *region)
        if operator != "Null" and not operator.endswith("IfExists")
    )
    return keys + _carried(way.name, zone or NO_ZONE)


def _carried(name: str, zone: str) -> Context:
    """Keys that AWS itself puts into a real request."""
    if name != RECORDS:
        return ()
    return (
        (f"{RECORDS}Actions", "stringList", ("UPSERT",)),
        (f"{RECORDS}NormalizedRecordNames", "stringList", (f"check.{zone}",)),
    )


def deployment_checks(inspector: Inspector, identity: RoleIdentity, target: Target) -> list[Check]:
    """The role that exists, by iam:SimulatePrincipalPolicy."""
    asked = questions(RoleName.DEPLOYMENT, identity, target)
    try:
        answers = inspector.simulate_role(identity.role_arn, _all(asked))
    except CloudError as error:
        return [_cannot_tell(one, error, identity) for one in asked]
    return [_deployment_check(one, answers, identity) for one in asked]


def human_checks(inspector: Inspector, identity: RoleIdentity, target: Target) -> list[Check]:
    """The roles that do not exist yet, by the policies they will have (iam:SimulateCustomPolicy)."""
    boundary = compact(boundary_policy(identity))
    found: list[Check] = []
    for role in HUMAN:
        asked = questions(role, identity, target)
        try:
            documents = human_policies(role, identity, target)
            answers = inspector.simulate_policies(documents, boundary, _all(asked))
        except CloudError as error:
            found += [_cannot_tell(one, error, identity) for one in asked]
        else:
            removed = target.tailoring.removed_from(role)
            found += [_human_check(one, answers, removed) for one in asked]
    return found


def human_policies(role: RoleName, identity: RoleIdentity, target: Target) -> list[str]:
    removed = target.tailoring.removed_from(role)
    made = people.permissions(role, removed, whose(identity, target))
    return [compact(policy(one)) for one in pack(made)]


def whose(identity: RoleIdentity, target: Target) -> people.Whose:
    """The region that a role for people is judged for: the planned one, or one that stands for any."""
    region_id = target.region_id or NO_REGION
    confines = Confines(
        account=identity.account_id,
        region=target.cloud_region,
        tags={"byoc:region": region_id},
        boundary=identity.boundary_arn,
        connection=identity.connection_id,
    )
    return people.Whose(region_id.replace("-", "")[-10:], target.dns_zone or NO_ZONE, confines)


def _all(asked: Sequence[Question]) -> list[Ask]:
    return [ask for question in asked for ask in question.asks]


def _check(question: Question, verdict: Verdict, *, message: str = "", fix: str = "", **facts: Any) -> Check:
    grant = question.grant
    simulated = "simulated, iam:SimulatePrincipalPolicy"
    if question.role is not RoleName.DEPLOYMENT:
        simulated = "simulated from its policy, iam:SimulateCustomPolicy"
    return Check(
        CheckGroup.PERMISSION,
        f"{question.role.value}:{grant.name}",
        grant.name,
        verdict,
        simulated,
        message=message,
        fix=fix,
        role=question.role.value,
        service=grant.service,
        verb=grant.verb.value,
        facts={"kinds": list(grant.kinds), "beyond": grant.beyond, **facts},
    )


def _cannot_tell(question: Question, error: CloudError, identity: RoleIdentity) -> Check:
    missing = BY_SERVICE[question.role is not RoleName.DEPLOYMENT]
    fix = fragment(missing, identity) if error.category is Category.REFUSED else ""
    return _check(question, Verdict.CANNOT_TELL, message=sentence(error), fix=fix, provider=provider_facts(error))


def _deployment_check(question: Question, answers: Mapping[Ask, Answer], identity: RoleIdentity) -> Check:
    refused = [ask for ask in question.asks if not _allowed(ask, answers)]
    if any(ask not in answers for ask in question.asks):
        return _check(question, Verdict.CANNOT_TELL, message="The simulator gave no answer to this action.")
    if not refused:
        return _check(question, Verdict.PASS, decision="allowed", with_keys=_keys(question.asks))
    first = refused[0]
    return _check(
        question,
        Verdict.REFUSED,
        message=f"{first.action} on {first.resource} is refused: {_why(answers[first])}.",
        fix=fragment(question.grant.name, identity),
        decision=answers[first].decision,
        with_keys=_keys(refused),
        resources=sorted({ask.resource for ask in refused}),
    )


def _human_check(question: Question, answers: Mapping[Ask, Answer], removed: Iterable[str]) -> Check:
    """Judged against the document: it may give less, never more."""
    grant, scope = question.grant, ROLES[question.role]
    granted = any(_allowed(ask, answers) for ask in question.asks)
    wanted = scope.grants(grant.service, grant.verb)
    facts: dict[str, Any] = {
        "granted": granted,
        "documented": wanted,
        "taken_away": any(overlap(pattern, grant.name) for pattern in removed),
        "with_keys": _keys(question.asks),
    }
    if granted and not wanted and grant.service in SERVICES:
        message = (
            f"{scope.title} may {grant.name}, though the technical overview does not give it {grant.verb.value}"
            f" on {service_title(grant.service)}. The vendor corrects its policy."
        )
        return _check(question, Verdict.REFUSED, message=message, **facts)
    if wanted and not granted:
        taken = "" if not facts["taken_away"] else " Your organization took it away."
        message = f"Narrower than the technical overview: the role is not given this action.{taken}"
        return _check(question, Verdict.PASS, message=message, **facts)
    return _check(question, Verdict.PASS, **facts)


def _allowed(ask: Ask, answers: Mapping[Ask, Answer]) -> bool:
    return ask in answers and answers[ask].allowed


def _why(answer: Answer) -> str:
    if not answer.within_boundary:
        return "a permissions boundary does not allow it"
    if answer.decision == "explicitDeny":
        return "a policy denies it (explicitDeny)"
    return "no statement allows it (implicitDeny)"


def _keys(asks: Iterable[Ask]) -> list[str]:
    """The condition keys the question carried."""
    return sorted({key for ask in asks for key, _, _ in ask.context})
