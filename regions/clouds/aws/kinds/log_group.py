"""CloudWatch log group."""

from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ARN,
    NAME,
    TAGS,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Raw,
    Read,
    Tagging,
)

_GROUPS = regional("logs", "log-group:/byoc/*", "log-group:/aws/eks/byoc-*", "log-group:/aws/rds/instance/byoc-*")


def _find(subject: Subject) -> Raw | None:
    """The prefix is a filter of AWS's; names that merely begin with it are others'."""
    name = subject.manifest.external_name
    groups = subject.ask("describe_log_groups", {"logGroupNamePrefix": name})["logGroups"]
    return subject.pick([group for group in groups if group["logGroupName"] == name])


def _claim(subject: Subject) -> None:
    """A service made it in our name, without the tag that lets us delete it."""
    if subject.only:
        subject.call(_TAG)


_TAG = Call("tag_resource", {"resourceArn": ARN, "tags": TAGS})
KIND = Kind(
    name="Group",
    service="logs",
    find=_find,
    lookup=Lookup(
        "describe_log_groups",
        {},
        "logGroups",
        also=(Read("list_tags_for_resource", {"resourceArn": ARN}, "tags", "tags"),),
    ),
    id="logGroupName",
    derived_arn="arn:{partition}:logs:{region}:{account}:log-group:{name}",
    create=Call("create_log_group", {"logGroupName": NAME}),
    fields=(
        Field("retentionInDays", "retentionInDays", change="retention", changed="retentionInDays"),
        Field("kmsKeyId", "kmsKeyId", sent="kmsKeyId", change="key", refers="arn"),
    ),
    changes={
        "retention": Change("put_retention_policy", {"logGroupName": NAME}, after_create=True),
        "key": Change("associate_kms_key", {"logGroupName": NAME}),
    },
    adopts=lambda subject: not subject.seen["tags"],  # EKS and RDS make theirs themselves where none is there
    before_delete=_claim,
    delete=(Call("delete_log_group", {"logGroupName": NAME}),),
    tagging=Tagging(seen="tags", sent="tags", change=_TAG),
    facts=("logGroupName", "retentionInDays", "storedBytes"),
    actions=(
        Action("logs:DescribeLogGroups"),
        *on(("logs:ListTagsForResource", "logs:TagResource"), _GROUPS),
        *on(("logs:CreateLogGroup", "logs:TagResource"), _GROUPS, Guard.REQUEST_TAG),
        *on(
            ("logs:PutRetentionPolicy", "logs:AssociateKmsKey", "logs:DeleteLogGroup"),
            _GROUPS,
            Guard.RESOURCE_TAG,
        ),
    ),
)
