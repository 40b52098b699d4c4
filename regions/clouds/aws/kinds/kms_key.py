"""KMS key; found by its tags among the account's keys, ended by a scheduled deletion."""

from typing import Any

from regions.clouds.aws.guards import Action, Guard, reads
from regions.clouds.aws.named import KEYS, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    DOCUMENT,
    ID,
    TAGS,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Raw,
    Read,
    States,
    Tagging,
    Wanted,
    pairs,
)

ROTATION = "{KeyRotationEnabled: KeyRotationEnabled, RotationPeriodInDays: RotationPeriodInDays}"


def _find(subject: Subject) -> Raw | None:
    """KMS has no filter: list the keys, and read the tags of each."""
    ours: list[Raw] = []
    marker: dict[str, Any] = {}
    while True:
        page = subject.ask("list_keys", {"Limit": 1000, **marker})
        described = (_described(subject, key["KeyId"]) for key in page["Keys"])
        ours += [found for found in described if found is not None]
        if not page.get("Truncated"):
            return subject.pick(ours)
        marker = {"Marker": page["NextMarker"]}


def _described(subject: Subject, identifier: str) -> Raw | None:
    tags = subject.ask("list_resource_tags", {"KeyId": identifier})["Tags"]
    if not subject.is_ours({"KeyId": identifier, "Tags": tags}):
        return None
    metadata = subject.ask("describe_key", {"KeyId": identifier})["KeyMetadata"]
    return {**metadata, "Tags": tags}


def _used(subject: Subject, raw: Raw) -> bool:
    """A name points to it."""
    return bool(subject.ask("list_aliases", {"KeyId": raw["KeyId"]})["Aliases"])


KIND = Kind(
    name="Key",
    service="kms",
    find=_find,
    lookup=Lookup(
        "list_keys",
        {},
        "Keys",
        also=(
            Read("get_key_policy", {"KeyId": ID, "PolicyName": "default"}, "Policy", "Policy"),
            Read("get_key_rotation_status", {"KeyId": ID}, ROTATION, "Rotation"),
        ),
    ),
    id="KeyId",
    arn="Arn",
    create=Call("create_key", {"KeyUsage": "ENCRYPT_DECRYPT"}),
    created_id="KeyMetadata.KeyId",
    fields=(
        Field("description", "Description", sent="Description", change="description"),
        Field("policy", "Policy", sent="Policy", change="policy", form=DOCUMENT),
        Field("enableKeyRotation", "Rotation.KeyRotationEnabled", change="rotation"),
        Field(
            "rotationPeriodInDays",
            "Rotation.RotationPeriodInDays",
            change="rotation",
            changed="RotationPeriodInDays",
        ),
    ),
    changes={
        "description": Change("update_key_description", {"KeyId": ID}),
        "policy": Change("put_key_policy", {"KeyId": ID, "PolicyName": "default"}),
        "rotation": Change("enable_key_rotation", {"KeyId": ID}, whole=True, after_create=True),
    },
    used=_used,
    delete=(
        Call(
            "schedule_key_deletion",
            {"KeyId": ID, "PendingWindowInDays": Wanted("deletionWindowInDays")},
        ),
    ),
    states=States("KeyState", ready=frozenset({"Enabled"}), gone=frozenset({"PendingDeletion"})),
    tagging=Tagging(
        seen="Tags",
        sent="Tags",
        shape=pairs("TagKey", "TagValue"),
        change=Call("tag_resource", {"KeyId": ID, "Tags": TAGS}),
    ),
    facts=("KeyId", "Description", "Rotation", "DeletionDate"),
    actions=(
        *reads("kms:ListKeys", "kms:ListResourceTags", "kms:DescribeKey"),
        *reads("kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases"),
        Action("kms:CreateKey", guard=Guard.REQUEST_TAG),
        Action("kms:TagResource", guard=Guard.REQUEST_TAG, detail="CreateKey"),
        *on(
            (
                "kms:TagResource",
                "kms:UpdateKeyDescription",
                "kms:PutKeyPolicy",
                "kms:EnableKeyRotation",
                "kms:ScheduleKeyDeletion",
            ),
            KEYS,
            Guard.RESOURCE_TAG,
        ),
    ),
)
