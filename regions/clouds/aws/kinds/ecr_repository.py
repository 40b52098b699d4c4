"""ECR repository of the region's application images."""

from regions.clouds.aws.guards import Action, Guard, reads
from regions.clouds.aws.named import key_use, on, regional
from regions.clouds.aws.table import (
    ARN,
    NAME,
    TAGS,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Read,
    Tagging,
    Wanted,
    pairs,
)

_REPOSITORIES = regional("ecr", "repository/byoc-*")
_SCAN = "imageScanningConfiguration.scanOnPush"

KIND = Kind(
    name="Repository",
    service="ecr",
    lookup=Lookup(
        "describe_repositories",
        {"repositoryNames": [NAME]},
        "repositories",
        also=(Read("list_tags_for_resource", {"resourceArn": ARN}, "tags", "tags"),),
    ),
    id="repositoryName",
    derived_arn="arn:{partition}:ecr:{region}:{account}:repository/{name}",
    create=Call("create_repository", {"repositoryName": NAME}),
    fields=(
        Field("imageTagMutability", "imageTagMutability", sent="imageTagMutability", change="mutability"),
        Field(_SCAN, _SCAN, sent=_SCAN, change="scanning"),
        Field(
            "encryptionConfiguration.0.encryptionType",
            "encryptionConfiguration.encryptionType",
            sent="encryptionConfiguration.encryptionType",
        ),
        Field(
            "encryptionConfiguration.0.kmsKey",
            "encryptionConfiguration.kmsKey",
            sent="encryptionConfiguration.kmsKey",
            refers="arn",
        ),
    ),
    changes={
        "mutability": Change("put_image_tag_mutability", {"repositoryName": NAME}),
        "scanning": Change("put_image_scanning_configuration", {"repositoryName": NAME}),
    },
    delete=(Call("delete_repository", {"repositoryName": NAME, "force": Wanted("forceDelete")}),),
    tagging=Tagging(
        seen="tags",
        sent="tags",
        shape=pairs(),
        change=Call("tag_resource", {"resourceArn": ARN, "tags": TAGS}),
    ),
    facts=("repositoryUri", "imageTagMutability", "encryptionConfiguration"),
    actions=(
        *reads("ecr:DescribeRepositories"),
        *on(("ecr:ListTagsForResource", "ecr:TagResource"), _REPOSITORIES),
        Action("ecr:CreateRepository", guard=Guard.REQUEST_TAG),
        Action("ecr:CreateRepository", _REPOSITORIES, Guard.REQUEST_TAG),
        *on(
            ("ecr:PutImageTagMutability", "ecr:PutImageScanningConfiguration", "ecr:DeleteRepository"),
            _REPOSITORIES,
            Guard.RESOURCE_TAG,
        ),
        *key_use(),
    ),
)
