"""Secret that the region fills by itself: we make the place, and never see what is in it."""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import TAGS, Call, Change, Field, Kind, Raw, Tagging, Wanted, pairs

_SECRETS = regional("secretsmanager", "secret:byoc-*")
_ONE = {"SecretId": Wanted("name")}


def _find(subject: Subject) -> Raw | None:
    """One whose deletion is scheduled is still described, and is gone for us."""
    found = subject.ask("describe_secret", subject.fill(_ONE))
    return None if found.get("DeletedDate") else found


def _delete(subject: Subject) -> None:
    days = int(subject.wanted("recoveryWindowInDays") or 0)
    window = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    subject.ask("delete_secret", {**subject.fill(_ONE), **window})


KIND = Kind(
    name="Secret",
    service="secretsmanager",
    lookup=None,
    find=_find,
    id="ARN",
    arn="ARN",
    create=Call("create_secret", {"Name": Wanted("name")}),
    fields=(
        Field("description", "Description", sent="Description", change="secret"),
        Field("kmsKeyId", "KmsKeyId", sent="KmsKeyId", change="secret", refers="arn"),
    ),
    changes={"secret": Change("update_secret", _ONE)},
    before_delete=_delete,
    delete=(),
    tagging=Tagging(seen="Tags", sent="Tags", shape=pairs(), change=Call("tag_resource", {**_ONE, "Tags": TAGS})),
    facts=("Name", "LastChangedDate", "KmsKeyId"),
    actions=(
        *on(("secretsmanager:DescribeSecret", "secretsmanager:TagResource"), _SECRETS),
        *on(("secretsmanager:CreateSecret", "secretsmanager:TagResource"), _SECRETS, Guard.REQUEST_TAG),
        *on(("secretsmanager:UpdateSecret", "secretsmanager:DeleteSecret"), _SECRETS, Guard.RESOURCE_TAG),
    ),
)
