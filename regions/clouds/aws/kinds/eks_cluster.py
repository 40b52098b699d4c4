"""EKS cluster; EKS takes one kind of update at a time and answers ResourceInUse to a second."""

from typing import Any

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.named import key_use, on, passed, regional, service_linked
from regions.clouds.aws.requests import search
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ARN,
    NAME,
    ONCE,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    States,
    Tagging,
    Wanted,
)

CLUSTERS = regional("eks", "cluster/byoc-*")
_LOGGED = "logging.clusterLogging[?enabled].types[]"


def _change_logging(subject: Subject) -> None:
    wanted = list(subject.wanted("enabledClusterLogTypes"))
    dropped = sorted(set(search(_LOGGED, subject.seen) or []) - set(wanted))
    setups = [{"types": types, "enabled": on_} for types, on_ in ((wanted, True), (dropped, False)) if types]
    request = {"name": subject.manifest.external_name, "logging": {"clusterLogging": setups}}
    subject.ask("update_cluster_config", request)


def _key(subject: Subject) -> dict[str, Any]:
    """The key behind the alias: EKS keeps what it is given, and an alias may move."""
    named = subject.wanted("encryptionConfig.provider.keyArn")
    if not named:
        return {}
    found = subject.account.call("kms", "describe_key", {"KeyId": named})["KeyMetadata"]["Arn"]
    resources = list(subject.wanted("encryptionConfig.resources"))
    return {"encryptionConfig": [{"provider": {"keyArn": found}, "resources": resources}]}


KIND = Kind(
    name="Cluster",
    service="eks",
    lookup=Lookup("describe_cluster", {"name": NAME}, "cluster"),
    id="name",
    derived_arn="arn:{partition}:eks:{region}:{account}:cluster/{name}",
    create=Call(
        "create_cluster",
        {
            "name": NAME,
            "clientRequestToken": ONCE,
            "accessConfig.bootstrapClusterCreatorAdminPermissions": Wanted(
                "accessConfig.bootstrapClusterCreatorAdminPermissions"
            ),
            "logging.clusterLogging.0.enabled": True,
        },
    ),
    extra_request=_key,
    fields=(
        Field("version", "version", sent="version", change="version"),
        Field("roleArn", "roleArn", sent="roleArn", refers="arn"),
        Field(
            "vpcConfig.subnetIds",
            "resourcesVpcConfig.subnetIds",
            sent="resourcesVpcConfig.subnetIds",
            form=UNORDERED,
        ),
        Field(
            "vpcConfig.securityGroupIds",
            "resourcesVpcConfig.securityGroupIds",
            sent="resourcesVpcConfig.securityGroupIds",
            form=UNORDERED,
        ),
        Field(
            "vpcConfig.endpointPrivateAccess",
            "resourcesVpcConfig.endpointPrivateAccess",
            sent="resourcesVpcConfig.endpointPrivateAccess",
            change="endpoint",
        ),
        Field(
            "vpcConfig.endpointPublicAccess",
            "resourcesVpcConfig.endpointPublicAccess",
            sent="resourcesVpcConfig.endpointPublicAccess",
            change="endpoint",
        ),
        Field(
            "vpcConfig.publicAccessCidrs",
            "resourcesVpcConfig.publicAccessCidrs",
            sent="resourcesVpcConfig.publicAccessCidrs",
            change="endpoint",
            form=UNORDERED,
        ),
        Field(
            "enabledClusterLogTypes",
            _LOGGED,
            sent="logging.clusterLogging.0.types",
            change="logging",
            form=UNORDERED,
        ),
        Field(
            "encryptionConfig.resources",
            "encryptionConfig[0].resources",
            form=UNORDERED,
        ),
        Field(
            "accessConfig.authenticationMode",
            "accessConfig.authenticationMode",
            sent="accessConfig.authenticationMode",
        ),
    ),
    changes={
        "version": Change("update_cluster_version", {"name": NAME}),
        "endpoint": Change("update_cluster_config", {"name": NAME}, whole=True),
        "logging": Change(by=_change_logging),
    },
    delete=(Call("delete_cluster", {"name": NAME}),),
    states=States(
        "status",
        ready=frozenset({"ACTIVE"}),
        deleting=frozenset({"DELETING"}),
        failed=frozenset({"FAILED"}),
        message="health.issues[0].message",
    ),
    tagging=Tagging(seen="tags", sent="tags", change=Call("tag_resource", {"resourceArn": ARN, "tags": TAGS})),
    facts=("version", "endpoint", "platformVersion", "createdAt", "identity"),
    actions=(
        *on(("eks:DescribeCluster", "eks:TagResource"), CLUSTERS),
        *on(("eks:CreateCluster",), CLUSTERS, Guard.REQUEST_TAG),
        *on(
            ("eks:UpdateClusterVersion", "eks:UpdateClusterConfig", "eks:DeleteCluster"),
            CLUSTERS,
            Guard.RESOURCE_TAG,
        ),
        passed("eks.amazonaws.com"),
        service_linked("eks.amazonaws.com"),
        *key_use(),
    ),
)
