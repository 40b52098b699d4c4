"""Pod identity: the role that a Kubernetes service account works with; EKS invents its id."""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.kinds.eks_cluster import CLUSTERS
from regions.clouds.aws.named import on, passed, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, ONCE, TAGS, Call, Change, Field, Kind, Raw, Seen, Tagging, Wanted

ASSOCIATIONS = regional("eks", "podidentityassociation/byoc-*/*")
_ACCOUNT = {
    "clusterName": Wanted("clusterName"),
    "namespace": Wanted("namespace"),
    "serviceAccount": Wanted("serviceAccount"),
}
_ONE = {"clusterName": Wanted("clusterName"), "associationId": ID}


def _find(subject: Subject) -> Raw | None:
    """A service account has at most one association."""
    found = subject.ask("list_pod_identity_associations", subject.fill(_ACCOUNT))["associations"]
    if not found:
        return None
    request = {name: found[0][name] for name in ("clusterName", "associationId")}
    return dict(subject.ask("describe_pod_identity_association", request)["association"])


KIND = Kind(
    name="PodIdentityAssociation",
    service="eks",
    lookup=None,
    find=_find,
    id="associationId",
    arn="associationArn",
    create=Call("create_pod_identity_association", {**_ACCOUNT, "clientRequestToken": ONCE}),
    fields=(Field("roleArn", "roleArn", sent="roleArn", change="role", refers="arn"),),
    changes={"role": Change("update_pod_identity_association", _ONE)},
    delete=(Call("delete_pod_identity_association", _ONE),),
    tagging=Tagging(
        seen="tags",
        sent="tags",
        change=Call("tag_resource", {"resourceArn": Seen("associationArn"), "tags": TAGS}),
    ),
    facts=("namespace", "serviceAccount", "roleArn"),
    actions=(
        *on(("eks:ListPodIdentityAssociations",), CLUSTERS),
        *on(("eks:DescribePodIdentityAssociation", "eks:TagResource"), ASSOCIATIONS),
        *on(("eks:CreatePodIdentityAssociation", "eks:TagResource"), CLUSTERS, Guard.REQUEST_TAG),
        *on(
            ("eks:UpdatePodIdentityAssociation", "eks:DeletePodIdentityAssociation"),
            ASSOCIATIONS,
            Guard.RESOURCE_TAG,
        ),
        passed("pods.eks.amazonaws.com"),
    ),
)
