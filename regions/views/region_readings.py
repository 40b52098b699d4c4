"""What a region's page shows, in a fixed number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import plotly.graph_objects as go

from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from console.web.charts.plotly import figure
from console.web.states import look_of
from regions.models import DeletionCertificate, Leftover, Onboarding, Region, RegionHold, Resource
from regions.states import RegionState
from regions.steps.holding import hold_of
from regions.steps.leftovers import total

PROVISION = "provision"
LEAVING = frozenset({RegionState.DEPROVISIONING, RegionState.DEPROVISIONED})
HELD = frozenset({OperationState.BLOCKED, OperationState.AWAITING_APPROVAL})
NOTEWORTHY = 6
CHARTED = 20
MAIN_KINDS = frozenset({"Cluster", "NodeGroup", "Instance", "VPC", "Bucket", "Zone"})
CONSOLE_URL = "https://{region}.console.aws.amazon.com"
PAGES = {
    "VPC": "/vpcconsole/home?region={region}#VpcDetails:VpcId={id}",
    "Subnet": "/vpcconsole/home?region={region}#SubnetDetails:subnetId={id}",
    "NATGateway": "/vpcconsole/home?region={region}#NatGatewayDetails:natGatewayId={id}",
    "InternetGateway": "/vpcconsole/home?region={region}#InternetGateway:internetGatewayId={id}",
    "RouteTable": "/vpcconsole/home?region={region}#RouteTableDetails:RouteTableId={id}",
    "SecurityGroup": "/ec2/home?region={region}#SecurityGroup:groupId={id}",
    "Cluster": "/eks/clusters/{id}?region={region}",
    "Instance": "/rds/home?region={region}#database:id={id}",
    "Bucket": "/s3/buckets/{id}?region={region}",
    "Key": "/kms/home?region={region}#/kms/keys/{id}",
    "Role": "/iam/home#/roles/details/{id}",
    "Zone": "/route53/v2/hostedzones#ListRecordSets/{id}",
    "LB": "/ec2/home?region={region}#LoadBalancer:loadBalancerArn={id}",
    "Repository": "/ecr/repositories/private?region={region}",
}


class Difference(NamedTuple):
    field: str
    expected: object
    observed: object


@dataclass(frozen=True, slots=True)
class Drift:
    """A resource that differs from its plan, field by field."""

    resource: Resource
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Reading:
    region: Region
    resources: Sequence[Resource]
    operations: Sequence[Operation]
    onboarding: Onboarding | None
    timings: Sequence[Step]
    """Steps of the last provisioning, the longest first."""
    last_of_connection: bool = False
    """Nothing of any region is left behind its connection."""
    hold: RegionHold | None = None
    left: Sequence[Leftover] = ()
    certified: bool = False

    @property
    def left_line(self) -> str:
        """What a region that is gone still has in the account."""
        if not self.left:
            return "Nothing of this region is left in the cloud"
        many = "1 thing is" if len(self.left) == 1 else f"{len(self.left)} things are"
        return f"{many} left in the account: ${total(self.left)} a month at list price"

    @property
    def left_state(self) -> str:
        return "degraded" if self.left else "info"

    @property
    def planned(self) -> bool:
        return self.region.state == RegionState.PLANNED

    @property
    def present(self) -> bool:
        return self.region.state in {RegionState.ACTIVE, RegionState.FAILED}

    @property
    def going(self) -> Operation | None:
        return next((operation for operation in self.operations if not operation.ended), None)

    @property
    def held(self) -> bool:
        return self.going is not None and self.going.state in HELD

    @property
    def going_line(self) -> str:
        operation = self.going
        return f"{operation.title}: {look_of(operation.state).word.lower()}" if operation else ""

    @property
    def many(self) -> str:
        return str(len(self.resources))

    @property
    def conditions_line(self) -> str:
        counted = Counter(
            name for each in self.resources for name in ("ready", "synced", "up_to_date") if getattr(each, name)
        )
        return (
            f"{len(self.resources)} resources: {counted['ready']} Ready, {counted['synced']} Synced, "
            f"{counted['up_to_date']} UpToDate"
        )

    @property
    def noteworthy(self) -> Sequence[Resource]:
        """Those that are not as they should be, the worst first, else the ones that matter most."""
        seen = [each for each in self.resources if each.observed_at]
        leaving = self.region.state in LEAVING
        wrong = [each for each in seen if not (_gone(each) if leaving else _well(each))]
        main = [each for each in self.resources if each.kind in MAIN_KINDS]
        return (sorted(wrong, key=_badness) or main)[:NOTEWORTHY]

    @property
    def drifted(self) -> Sequence[Drift]:
        if self.region.state != RegionState.ACTIVE:
            return []
        return [Drift(each, _differences(each)) for each in self.resources if each.differences]

    @property
    def by_kind(self) -> list[tuple[str, int]]:
        return sorted(Counter(each.kind for each in self.resources).items())

    @property
    def slowest(self) -> str:
        if not self.timings:
            return ""
        slowest = self.timings[0]
        return f"{slowest.title} took longest: {_seconds(slowest)} s"

    @property
    def timing_meta(self) -> str:
        many = len(self.timings)
        return f"the {CHARTED} longest of {many} steps" if many > CHARTED else "of the last provisioning"


def read(*, scope: Scope, region: Region) -> Reading:
    operations = list(Operation.objects.visible_to(scope).on_target(region.id).newest_first()[:10])
    provision = next((each for each in operations if each.kind == PROVISION), None)
    return Reading(
        region=region,
        resources=list(Resource.objects.visible_to(scope).of_region(region).in_order()),
        operations=operations,
        onboarding=Onboarding.objects.visible_to(scope).of_region(region.id).first(),
        timings=_timings(scope, provision),
        last_of_connection=region.state == RegionState.DEPROVISIONED
        and not Region.objects.visible_to(scope).present().of_connection(region.connection_id).exists(),
        **_departure(scope, region),
    )


def _departure(scope: Scope, region: Region) -> dict[str, Any]:
    """What forbids that it leaves, or what it left."""
    if region.state != RegionState.DEPROVISIONED:
        return {"hold": hold_of(scope, region)}
    left = Leftover.objects.visible_to(scope).of_region(region.id).still_there()
    issued = DeletionCertificate.objects.visible_to(scope).of_region(region.id)
    return {"left": list(left.in_order()), "certified": issued.exists()}


def _well(resource: Resource) -> bool:
    return bool(resource.ready and resource.synced and resource.up_to_date)


def _gone(resource: Resource) -> bool:
    """As it should be while its region leaves: gone, or not yet tried."""
    return resource.exists is False or resource.synced is not False


def _badness(resource: Resource) -> tuple[bool, bool, bool, int]:
    """What a call was refused for, then what is missing, then what differs, then what only takes its time."""
    return (
        resource.synced is not False,
        resource.exists is not False,
        resource.up_to_date is not False,
        resource.position,
    )


def _differences(resource: Resource) -> list[Difference]:
    return [Difference(**{name: each.get(name) for name in Difference._fields}) for each in resource.differences]


def _timings(scope: Scope, provision: Operation | None) -> list[Step]:
    if provision is None:
        return []
    steps = Step.objects.visible_to(scope).of_operation(provision).in_order().without_facts()
    timed = (step for step in steps if step.state == StepState.SUCCEEDED and step.started_at and step.finished_at)
    return sorted(timed, key=_seconds, reverse=True)


def timing_figure(*, scope: Scope, region: Region) -> go.Figure:
    """Seconds of the longest steps of the last provisioning, the longest on top."""
    provision = Operation.objects.visible_to(scope).on_target(region.id).of_kind(PROVISION).newest_first().first()
    steps = _timings(scope, provision)[:CHARTED][::-1]
    return figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": [float(_seconds(step)) for step in steps],
                "y": [step.title for step in steps],
                "hovertemplate": "%{y}: %{x} s<extra></extra>",
            }
        ],
        xaxis={"title": {"text": "seconds"}, "rangemode": "tozero"},
        yaxis={"tickmode": "linear", "dtick": 1},  # every step has its name
        height=max(200, 22 * len(steps) + 60),
    )


def _seconds(step: Step) -> Decimal:
    started, finished = step.started_at, step.finished_at
    if started is None or finished is None:
        return Decimal(0)
    return Decimal(str((finished - started).total_seconds())).quantize(Decimal("0.1"))


def cloud_url(resource: Resource, cloud_region: str) -> str:
    """The resource's page in the AWS console, "" where it has none of its own."""
    page = PAGES.get(resource.kind)
    if page is None or not resource.external_id:
        return ""
    identifier = (
        resource.external_id.rpartition("/")[2]
        if resource.kind in {"Role", "Zone", "Key"}
        else resource.external_id
    )
    return CONSOLE_URL.format(region=cloud_region) + page.format(region=cloud_region, id=identifier)
