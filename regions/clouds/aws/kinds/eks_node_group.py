"""EKS managed node group; its desired size belongs to the autoscaler once it exists."""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.kinds.eks_cluster import CLUSTERS
from regions.clouds.aws.named import on, passed, regional, service_linked
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    NAME,
    ONCE,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Seen,
    States,
    Tagging,
    Wanted,
)

_GROUPS = regional("eks", "nodegroup/byoc-*/*/*")
_BOTH = {"clusterName": Wanted("clusterName"), "nodegroupName": NAME}


def _scale(subject: Subject) -> None:
    low, high = int(subject.wanted("scalingConfig.minSize")), int(subject.wanted("scalingConfig.maxSize"))
    running = int(subject.seen["scalingConfig"].get("desiredSize", low))
    sizes = {"minSize": low, "maxSize": high, "desiredSize": max(low, min(high, running))}
    subject.ask("update_nodegroup_config", {**subject.fill(_BOTH), "scalingConfig": sizes})


KIND = Kind(
    name="NodeGroup",
    service="eks",
    lookup=Lookup("describe_nodegroup", _BOTH, "nodegroup"),
    id="nodegroupName",
    arn="nodegroupArn",
    create=Call(
        "create_nodegroup",
        {
            **_BOTH,
            "clientRequestToken": ONCE,
            "scalingConfig.desiredSize": Wanted("scalingConfig.desiredSize"),
        },
    ),
    fields=(
        Field("scalingConfig.minSize", "scalingConfig.minSize", "scalingConfig.minSize", change="scale"),
        Field("scalingConfig.maxSize", "scalingConfig.maxSize", "scalingConfig.maxSize", change="scale"),
        Field("subnetIds", "subnets", sent="subnets", form=UNORDERED),
        Field("instanceTypes", "instanceTypes", sent="instanceTypes", form=UNORDERED),
        Field("amiType", "amiType", sent="amiType"),
        Field("capacityType", "capacityType", sent="capacityType"),
        Field("diskSize", "diskSize", sent="diskSize"),
        Field("nodeRoleArn", "nodeRole", sent="nodeRole", refers="arn"),
        Field("labels", "labels", sent="labels", change="labels", changed="labels.addOrUpdateLabels"),
        Field("version", "version", sent="version", change="version"),
    ),
    changes={
        "scale": Change(by=_scale),
        "labels": Change("update_nodegroup_config", _BOTH),
        "version": Change("update_nodegroup_version", _BOTH),
    },
    delete=(Call("delete_nodegroup", _BOTH),),
    states=States(
        "status",
        ready=frozenset({"ACTIVE"}),
        deleting=frozenset({"DELETING"}),
        failed=frozenset({"CREATE_FAILED", "DELETE_FAILED", "DEGRADED"}),
        message="health.issues[0].message",
        steady=frozenset({"DEGRADED"}),
    ),
    tagging=Tagging(
        seen="tags",
        sent="tags",
        change=Call("tag_resource", {"resourceArn": Seen("nodegroupArn"), "tags": TAGS}),
    ),
    facts=("version", "instanceTypes", "scalingConfig", "subnets", "createdAt"),
    actions=(
        *on(("eks:DescribeNodegroup", "eks:TagResource"), _GROUPS),
        *on(("eks:CreateNodegroup", "eks:TagResource"), CLUSTERS, Guard.REQUEST_TAG),
        *on(
            ("eks:UpdateNodegroupConfig", "eks:UpdateNodegroupVersion", "eks:DeleteNodegroup"),
            _GROUPS,
            Guard.RESOURCE_TAG,
        ),
        passed("ec2.amazonaws.com"),
        service_linked("eks-nodegroup.amazonaws.com"),
    ),
)
