"""EKS add-on; EKS chooses the version that fits the cluster unless the manifest names one.

EKS makes the pod identities that the manifest asks for in our name, and describes them by their ARNs alone.
"""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.kinds.eks_cluster import CLUSTERS
from regions.clouds.aws.kinds.eks_pod_identity import ASSOCIATIONS
from regions.clouds.aws.named import on, passed, regional
from regions.clouds.aws.table import (
    DOCUMENT,
    ONCE,
    TAGS,
    Call,
    Change,
    Field,
    Form,
    Kind,
    Lookup,
    Seen,
    States,
    Tagging,
    Wanted,
)

_ADDONS = regional("eks", "addon/byoc-*/*/*")
_BOTH = {"clusterName": Wanted("clusterName"), "addonName": Wanted("addonName")}

KIND = Kind(
    name="Addon",
    service="eks",
    lookup=Lookup("describe_addon", _BOTH, "addon"),
    id="addonName",
    arn="addonArn",
    create=Call(
        "create_addon",
        {**_BOTH, "clientRequestToken": ONCE, "resolveConflicts": Wanted("resolveConflictsOnCreate")},
    ),
    fields=(
        Field("addonVersion", "addonVersion", sent="addonVersion", change="addon"),
        Field(
            "configurationValues",
            "configurationValues",
            sent="configurationValues",
            change="addon",
            form=DOCUMENT,
        ),
        Field(
            "podIdentityAssociation",
            "podIdentityAssociations",
            sent="podIdentityAssociations",
            change="addon",
            form=Form(normal=len),
        ),
    ),
    changes={"addon": Change("update_addon", {**_BOTH, "resolveConflicts": Wanted("resolveConflictsOnUpdate")})},
    delete=(Call("delete_addon", _BOTH),),
    states=States(
        "status",
        ready=frozenset({"ACTIVE"}),
        deleting=frozenset({"DELETING"}),
        failed=frozenset({"CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED"}),
        message="health.issues[0].message",
        steady=frozenset({"DEGRADED", "UPDATE_FAILED"}),
    ),
    tagging=Tagging(
        seen="tags",
        sent="tags",
        change=Call("tag_resource", {"resourceArn": Seen("addonArn"), "tags": TAGS}),
    ),
    facts=("addonName", "addonVersion", "createdAt"),
    actions=(
        *on(("eks:DescribeAddon", "eks:TagResource"), _ADDONS),
        *on(("eks:CreateAddon", "eks:TagResource"), CLUSTERS, Guard.REQUEST_TAG),
        *on(("eks:UpdateAddon", "eks:DeleteAddon"), _ADDONS, Guard.RESOURCE_TAG),
        *on(("eks:CreatePodIdentityAssociation",), CLUSTERS),
        *on(("eks:DeletePodIdentityAssociation",), ASSOCIATIONS),
        passed("pods.eks.amazonaws.com"),
    ),
)
