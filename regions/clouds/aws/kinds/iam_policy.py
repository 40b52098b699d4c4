"""Customer-managed policy; a changed document is a new version, of which IAM keeps five."""

from regions.clouds.aws.named import POLICIES, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ARN,
    DOCUMENT,
    NAME,
    TAGS,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Read,
    Seen,
    Tagging,
    pairs,
)

VERSIONS_KEPT = 5  # IAM quota "Managed policy versions"


def _new_version(subject: Subject) -> None:
    versions = _old_versions(subject)
    for version in versions[: max(0, len(versions) + 2 - VERSIONS_KEPT)]:
        subject.ask("delete_policy_version", {"PolicyArn": subject.arn, "VersionId": version})
    document = DOCUMENT.sent(subject.wanted("policy"))
    subject.ask(
        "create_policy_version",
        {"PolicyArn": subject.arn, "PolicyDocument": document, "SetAsDefault": True},
    )


def _old_versions(subject: Subject) -> list[str]:
    """All but the default one, oldest first."""
    versions = subject.ask("list_policy_versions", {"PolicyArn": subject.arn})["Versions"]
    ordered = sorted(versions, key=lambda one: int(one["VersionId"].removeprefix("v")))
    return [one["VersionId"] for one in ordered if not one["IsDefaultVersion"]]


def _delete_versions(subject: Subject) -> None:
    for version in _old_versions(subject):
        subject.ask("delete_policy_version", {"PolicyArn": subject.arn, "VersionId": version})


KIND = Kind(
    name="Policy",
    service="iam",
    lookup=Lookup(
        "get_policy",
        {"PolicyArn": ARN},
        "Policy",
        also=(
            Read(
                "get_policy_version",
                {"PolicyArn": ARN, "VersionId": Seen("DefaultVersionId")},
                "PolicyVersion.Document",
                "Document",
            ),
        ),
    ),
    id="Arn",
    derived_arn="arn:{partition}:iam::{account}:policy{path}{name}",
    create=Call("create_policy", {"PolicyName": NAME}),
    fields=(
        Field("path", "Path", sent="Path"),
        Field("description", "Description", sent="Description"),
        Field("policy", "Document", sent="PolicyDocument", change="document", form=DOCUMENT),
    ),
    changes={"document": Change(by=_new_version)},
    before_delete=_delete_versions,
    delete=(Call("delete_policy", {"PolicyArn": ARN}),),
    tagging=Tagging(
        seen="Tags", sent="Tags", shape=pairs(), change=Call("tag_policy", {"PolicyArn": ARN, "Tags": TAGS})
    ),
    facts=("PolicyName", "DefaultVersionId", "AttachmentCount"),
    actions=on(
        (
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListPolicyVersions",
            "iam:CreatePolicy",
            "iam:TagPolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicyVersion",
            "iam:DeletePolicy",
        ),
        POLICIES,
    ),
)
