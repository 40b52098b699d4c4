"""Which connections of the region's VPC were let through or refused, where the plan asks for it."""

from regions.blueprints.aws.build import partition, ref, resource
from regions.blueprints.aws.logs import group
from regions.blueprints.aws.roles import attachment, policy, role
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.policies import Statement
from regions.spec import FlowLogs, RegionSpec

NAME = "flow-logs"
SERVICE = "vpc-flow-logs.amazonaws.com"
INTERVAL_SECONDS = 600
TRAFFIC = {FlowLogs.REJECTED: "REJECT", FlowLogs.ALL: "ALL"}
_WRITES = ("logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents")


def flow_logs(spec: RegionSpec) -> list[Manifest]:
    """The customer's own VPC is theirs to watch."""
    if spec.network.flow_logs is FlowLogs.NONE or spec.network.existing:
        return []
    path = f"/byoc/{spec.short}/flow"
    written = f"arn:{partition(spec)}:logs:{spec.cloud_region}:{spec.account_id}:log-group:{path}"
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": spec.account_id}},
    }
    own = Statement("Write", _WRITES, (written, f"{written}:*"))
    return [
        group(spec, NAME, "Log group of the network", path),
        role(spec, NAME, "Role of the flow log", "Write the network's flow log", trust),
        policy(spec, f"{NAME}-policy", "Policy of the flow log", "Write the network's flow log", (own,)),
        attachment(spec, NAME, f"{NAME}-role-policy", {"policyArnRef": ref(f"{NAME}-policy")}),
        _flow_log(spec),
    ]


def _flow_log(spec: RegionSpec) -> Manifest:
    fields = {
        "vpcIdRef": ref("vpc"),
        "trafficType": TRAFFIC[spec.network.flow_logs],
        "logDestinationType": "cloud-watch-logs",
        "logDestinationRef": ref(NAME),
        "iamRoleArnRef": ref(f"{NAME}-role"),
        "maxAggregationInterval": INTERVAL_SECONDS,
    }
    return resource(spec, "FlowLog", "flow-log", "Flow log", fields, group="ec2", needs=[f"{NAME}-role-policy"])
