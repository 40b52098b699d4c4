"""What a region's page shows, in a fixed number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import StepState
from console.web.charts.plotly import figure
from regions.models import Onboarding, Region, Resource
from regions.states import RegionState

PROVISION = "provision"
NOTEWORTHY = 6
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


@dataclass(frozen=True, slots=True)
class Reading:
    region: Region
    resources: Sequence[Resource]
    operations: Sequence[Operation]
    onboarding: Onboarding | None
    timings: Sequence[Step]

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
        """Those that are not as they should be, else the ones that matter most."""
        seen = [each for each in self.resources if each.observed_at]
        wrong = [each for each in seen if not (each.ready and each.synced and each.up_to_date)]
        main = [
            each
            for each in self.resources
            if each.kind in {"Cluster", "NodeGroup", "Instance", "VPC", "Bucket", "Zone"}
        ]
        return (wrong or main)[:NOTEWORTHY]

    @property
    def drifted(self) -> Sequence[Resource]:
        return [each for each in self.resources if each.differences and self.region.state == RegionState.ACTIVE]

    @property
    def by_kind(self) -> list[tuple[str, int]]:
        return sorted(Counter(each.kind for each in self.resources).items())

    @property
    def slowest(self) -> str:
        if not self.timings:
            return ""
        slowest = max(self.timings, key=_seconds)
        return f"{slowest.title} took longest: {_seconds(slowest)} s"


def read(*, scope: Scope, region: Region) -> Reading:
    operations = list(Operation.objects.visible_to(scope).on_target(region.id).newest_first()[:10])
    provision = next((each for each in operations if each.kind == PROVISION), None)
    return Reading(
        region=region,
        resources=list(Resource.objects.visible_to(scope).of_region(region).in_order()),
        operations=operations,
        onboarding=Onboarding.objects.visible_to(scope).of_region(region.id).first(),
        timings=_timings(scope, provision),
    )


def _timings(scope: Scope, provision: Operation | None) -> list[Step]:
    if provision is None:
        return []
    steps = Step.objects.visible_to(scope).of_operation(provision).in_order()
    return [step for step in steps if step.state == StepState.SUCCEEDED and step.started_at and step.finished_at]


def timing_figure(*, scope: Scope, region: Region) -> go.Figure:
    """Seconds of each step of the last provisioning that succeeded, longest on top."""
    provision = Operation.objects.visible_to(scope).on_target(region.id).of_kind(PROVISION).newest_first().first()
    steps = sorted(_timings(scope, provision), key=_seconds)[-20:]
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
