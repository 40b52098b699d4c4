"""A managed policy attached to one of our roles."""

from typing import Any

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.named import ANY_ROLES, ROLES, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import Call, Kind, Raw, Wanted

_BOTH = {"RoleName": Wanted("role"), "PolicyArn": Wanted("policyArn", refers="arn")}


def _find(subject: Subject) -> Raw | None:
    role, policy = subject.wanted("role"), subject.wanted("policyArn", refers="arn")
    marker: dict[str, Any] = {}
    while True:
        page = subject.ask("list_attached_role_policies", {"RoleName": role, **marker})
        if any(one["PolicyArn"] == policy for one in page["AttachedPolicies"]):
            return {"AttachmentId": f"{role}/{policy}", "RoleName": role, "PolicyArn": policy}
        if not page.get("IsTruncated"):
            return None
        marker = {"Marker": page["Marker"]}


KIND = Kind(
    name="RolePolicyAttachment",
    service="iam",
    lookup=None,
    find=_find,
    id="AttachmentId",
    create=Call("attach_role_policy", _BOTH),
    delete=(Call("detach_role_policy", _BOTH),),
    facts=("RoleName", "PolicyArn"),
    actions=(
        *on(("iam:ListAttachedRolePolicies",), ANY_ROLES),
        *on(("iam:AttachRolePolicy", "iam:DetachRolePolicy"), ROLES, Guard.BOUNDARY),
    ),
)
