"""Who may use the cluster: access entries, and the access policies associated with them."""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.kinds.eks_cluster import CLUSTERS
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ONCE,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Raw,
    Seen,
    Tagging,
    Wanted,
)

_ENTRIES = regional("eks", "access-entry/byoc-*/*")
_ENTRY = {"clusterName": Wanted("clusterName"), "principalArn": Wanted("principalArn", refers="arn")}
_POLICY = {**_ENTRY, "policyArn": Wanted("policyArn")}

ENTRY = Kind(
    name="AccessEntry",
    service="eks",
    lookup=Lookup("describe_access_entry", _ENTRY, "accessEntry"),
    id="principalArn",
    arn="accessEntryArn",
    create=Call("create_access_entry", {**_ENTRY, "clientRequestToken": ONCE}),
    fields=(
        Field("type", "type", sent="type"),
        Field(
            "kubernetesGroups",
            "kubernetesGroups",
            sent="kubernetesGroups",
            change="groups",
            form=UNORDERED,
        ),
    ),
    changes={"groups": Change("update_access_entry", _ENTRY)},
    adopts=lambda _subject: True,  # EKS makes some itself, and the cluster is ours
    delete=(Call("delete_access_entry", _ENTRY),),
    tagging=Tagging(
        seen="tags",
        sent="tags",
        change=Call("tag_resource", {"resourceArn": Seen("accessEntryArn"), "tags": TAGS}),
    ),
    facts=("principalArn", "kubernetesGroups", "type"),
    actions=(
        *on(("eks:DescribeAccessEntry", "eks:TagResource"), _ENTRIES),
        *on(("eks:CreateAccessEntry", "eks:TagResource"), CLUSTERS, Guard.REQUEST_TAG),
        *on(("eks:UpdateAccessEntry", "eks:DeleteAccessEntry"), _ENTRIES, Guard.RESOURCE_TAG),
    ),
)


def _find(subject: Subject) -> Raw | None:
    answer = subject.ask("list_associated_access_policies", subject.fill(_ENTRY))
    policy = subject.wanted("policyArn")
    found = next((one for one in answer["associatedAccessPolicies"] if one["policyArn"] == policy), None)
    return found and {**found, "associationId": f"{answer['principalArn']}/{policy}"}


ASSOCIATION = Kind(
    name="AccessPolicyAssociation",
    service="eks",
    lookup=None,
    find=_find,
    id="associationId",
    create=Call("associate_access_policy", _POLICY),
    fields=(
        Field("accessScope.type", "accessScope.type", sent="accessScope.type", change="scope"),
        Field(
            "accessScope.namespaces",
            "accessScope.namespaces",
            sent="accessScope.namespaces",
            change="scope",
            form=UNORDERED,
        ),
    ),
    changes={"scope": Change("associate_access_policy", _POLICY, whole=True)},
    delete=(Call("disassociate_access_policy", _POLICY),),
    facts=("policyArn", "accessScope"),
    actions=on(
        ("eks:ListAssociatedAccessPolicies", "eks:AssociateAccessPolicy", "eks:DisassociateAccessPolicy"),
        _ENTRIES,
    ),
)
