"""What pages and endpoints are tried on: regions with their resources, operations in every state."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.actions import planes
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from console.operations.steps import StepSpec
from regions import plans
from regions.actions import resources
from regions.blueprints import blueprint
from regions.models import Connection, Finding, Region
from regions.questionnaire import codec
from regions.states import ConnectionState, Harm, RegionState
from tests.unit.blueprints.specs import ACCOUNT, production

REFUSAL: dict[str, Any] = {
    "state": StepState.BLOCKED,
    "reason": "AccessDenied",
    "message": "The deployment role may not do this.",
    "who": "customer",
    "fix": "Update the stack from the connection's page.",
    "attempt": 3,
    "provider": {
        "code": "UnauthorizedOperation",
        "message": "You are not authorized to perform this operation.",
        "status": 403,
        "request_id": "aws-req-1",
        "call": "ec2:RevokeSecurityGroupEgress",
    },
}


def connection(scope: Scope, account_id: str = ACCOUNT, **fields: Any) -> Connection:
    made = {
        "name": f"aws-{account_id}",
        "external_id": str(new_id()),
        "state": ConnectionState.VERIFIED,
        "created_by": "Alice",
        **fields,
    }
    with scope.entered():
        return Connection.objects.get_or_create(
            org_id=scope.org_id, cloud="aws", account_id=account_id, defaults=made
        )[0]


def region(
    scope: Scope, name: str = "frankfurt", *, state: str = RegionState.ACTIVE, with_resources: bool = False
) -> Region:
    key = new_id()
    spec = replace(production(), region_id=str(key), name=name)
    link = connection(scope)
    with scope.entered():
        plane = planes.default(scope=scope)
        made = Region.objects.create(
            id=key, org_id=scope.org_id, name=name, cloud="aws", cloud_region="eu-central-1",
            environment="production", connection=link, plane=plane, plan_id=new_id(), plan_number=1,
            spec=codec.to_document(spec), state=state, requested_by="Alice",
        )  # fmt: skip
        if with_resources:
            resources.make(scope=scope, region=made, manifests=blueprint(spec))
    return made


def finding(scope: Scope, target: Region, **fields: Any) -> Finding:
    """A port of the load balancer that somebody opened to the world."""
    opened = {"field": "inbound rules beyond the plan", "expected": [], "observed": ["tcp 22 from 0.0.0.0/0"]}
    made: dict[str, Any] = {
        "resource": "load-balancer-security", "kind": "SecurityGroup",
        "title": "Security group of the load balancer",
        "external_id": "sg-0a91c7ee", "harm": Harm.GREAT, "fields": [{**opened, "immutable": False}],
        "sentence": "Security group of the load balancer is open to the world: tcp 22 from 0.0.0.0/0.",
        "changed_at": now(),
        "trace": {
            "who": f"arn:aws:iam::{ACCOUNT}:user/m.oberg", "person": "m.oberg", "source_ip": "10.8.4.22",
            "call": "ec2:AuthorizeSecurityGroupIngress", "event_id": "b1f0aa77",
        },
        **fields,
    }  # fmt: skip
    with scope.entered():
        return Finding.objects.create(org_id=scope.org_id, region=target, **made)


def whole_graph() -> tuple[StepSpec, ...]:
    """The steps of a real provisioning, more than a hundred."""
    return plans.provision(blueprint(production()))


def operation(
    scope: Scope,
    target: Region,
    *,
    kind: str = "provision",
    title: str = "",
    steps: Sequence[StepSpec] = (),
    state: str = "",
) -> Operation:
    with scope.entered():
        made = operations.start(
            scope=scope,
            kind=kind,
            title=title or f"Provision {target.name}",
            target=target,
            steps=steps or three(),
        )
    return moved(scope, made, state) if state else made


def three() -> tuple[StepSpec, ...]:
    return (
        StepSpec("network", "Network", "scripted"),
        StepSpec("cluster", "EKS cluster", "scripted", ("network",)),
        StepSpec("attach", "Attach region", "scripted", ("cluster",)),
    )


def moved(scope: Scope, made: Operation, state: str) -> Operation:
    ended = state in {OperationState.SUCCEEDED, OperationState.FAILED, OperationState.CANCELLED}
    at = now()
    with scope.entered():
        made.state = state
        made.started_at = at - timedelta(minutes=2)
        made.finished_at = at if ended else None
        made.save()
    return made


def put(scope: Scope, made: Operation, name: str, *, seconds: float = 4, **fields: Any) -> Step:
    """Put a step into a state; one that ended took so many seconds."""
    at = now()
    state = fields.get("state", StepState.SUCCEEDED)
    ended = state in {StepState.SUCCEEDED, StepState.FAILED}
    times: Mapping[str, Any] = {
        "started_at": None if state == StepState.PENDING else at - timedelta(seconds=seconds),
        "finished_at": at if ended else None,
    }
    with scope.entered():
        step = Step.objects.get(operation_id=made.pk, name=name)
        for field, value in {"state": state, "open_needs": 0, **times, **fields}.items():
            setattr(step, field, value)
        step.save()
    return step


def half_done(scope: Scope, target: Region) -> Operation:
    """A provisioning in its middle: most succeeded, some run, two blocked alike."""
    made = operation(scope, target, steps=whole_graph(), state=OperationState.BLOCKED)
    with scope.entered():
        steps = list(Step.objects.visible_to(scope).of_operation(made).in_order())
    groups = [step for step in steps if step.params.get("group") == "Security groups"]
    stuck = {step.name for step in groups[:2]}
    behind = _behind(steps, stuck)
    at = now()
    for step in steps:
        if step.name in stuck:
            for field, value in REFUSAL.items():
                setattr(step, field, value)
            step.started_at = at - timedelta(minutes=2)
        elif step.name not in behind:
            step.state, step.message = StepState.SUCCEEDED, f"arn:aws:iam::{ACCOUNT}:policy/byoc/{step.name}"
            step.started_at, step.finished_at = at - timedelta(seconds=90), at - timedelta(seconds=60)
    with scope.entered():
        fields = ["state", "message", "reason", "who", "fix", "provider", "attempt", "started_at", "finished_at"]
        Step.objects.bulk_update(steps, fields)
    return made


def _behind(steps: Sequence[Step], stuck: set[str]) -> set[str]:
    held = set(stuck)
    for _ in steps:
        held |= {step.name for step in steps if held & set(step.needs)}
    return held


def page_of(name: str, /, **kwargs: object) -> tuple[str, dict[str, object]]:
    return name, {"org": "acme", **kwargs}


def some_id() -> UUID:
    return new_id()
