"""Flow log: which connections of the VPC were let through or refused, into a log group of ours."""

from typing import Any

from regions.clouds.aws.ec2 import changes, creates, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.named import passed
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ONCE, OWN_TAGS, Call, Field, Kind, Lookup, Raw, States, Wanted
from regions.clouds.errors import Category, CloudError


def _refused(answer: Raw, operation: str) -> None:
    """AWS answers 200 and lists what it did not do."""
    for item in answer.get("Unsuccessful", []):
        raise CloudError(
            code=item["Error"]["Code"],
            status=400,
            message=item["Error"]["Message"],
            operation=operation,
            request_id="",
            category=Category.CONFLICT,
        )


def _delete(subject: Subject) -> None:
    _refused(subject.ask("delete_flow_logs", {"FlowLogIds": [subject.id]}), "ec2:DeleteFlowLogs")


def _where(subject: Subject) -> dict[str, Any]:
    return {"ResourceIds": [subject.wanted("vpcId")]}


KIND = Kind(
    name="FlowLog",
    service="ec2",
    lookup=Lookup("describe_flow_logs", {"Filter": OWN_TAGS}, "FlowLogs"),
    id="FlowLogId",
    create=Call(
        "create_flow_logs",
        {
            "ResourceType": "VPC",
            "ClientToken": ONCE,
            "LogDestinationType": "cloud-watch-logs",
            "DeliverLogsPermissionArn": Wanted("iamRoleArn", refers="arn"),
        },
    ),
    created_id="FlowLogIds[0]",
    extra_request=_where,
    fields=(
        Field("vpcId", "ResourceId"),
        Field("trafficType", "TrafficType", sent="TrafficType"),
        Field("logDestination", "LogDestination", sent="LogDestination", refers="arn"),
        Field("maxAggregationInterval", "MaxAggregationInterval", sent="MaxAggregationInterval"),
    ),
    before_delete=_delete,
    delete=(),
    states=States("FlowLogStatus", ready=frozenset({"ACTIVE"})),
    tagging=tagged("vpc-flow-log"),
    facts=("TrafficType", "LogDestination", "DeliverLogsStatus"),
    actions=(
        *reads("ec2:DescribeFlowLogs"),
        *creates("CreateFlowLogs", "vpc-flow-log", "vpc"),
        *changes("DeleteFlowLogs", "vpc-flow-log"),
        passed("vpc-flow-logs.amazonaws.com"),
    ),
)
