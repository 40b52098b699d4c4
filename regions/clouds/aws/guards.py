"""The IAM actions that our verbs make AWS evaluate, and how narrowly each can be granted."""

from dataclasses import dataclass
from enum import StrEnum


class Guard(StrEnum):
    """The condition under which an action can be granted and still do its work."""

    ANY = "any"
    """None: reads, and calls whose resource patterns already confine them."""
    REQUEST_TAG = "request_tag"
    """The request carries our tags: creation. On tagging actions `detail` names the call that creates."""
    RESOURCE_TAG = "resource_tag"
    """The resource carries our tags: changes and deletion."""
    LENT = "lent"
    """The customer's own resource, which they lend to this connection by the tag `byoc:lent-to`."""
    PASSED_TO = "passed_to"
    """iam:PassRole, to the service named in `detail` (`iam:PassedToService`)."""
    BOUNDARY = "boundary"
    """The role carries our permissions boundary (`iam:PermissionsBoundary`)."""
    SERVICE_LINKED = "service_linked"
    """iam:CreateServiceLinkedRole, for the service named in `detail` (`iam:AWSServiceName`)."""
    FOR_AWS_RESOURCE = "for_aws_resource"
    """Only when an AWS service asks on our behalf (`kms:GrantIsForAWSResource`)."""
    VIA_SERVICE = "via_service"
    """A key is used only through the service named in `detail` (`kms:ViaService`)."""
    ENCRYPTION_CONTEXT = "encryption_context"
    """A key is used only with an encryption context that names us (`kms:EncryptionContext:`)."""


@dataclass(frozen=True, slots=True, order=True)
class Action:
    """`resources` are ARN patterns with the placeholders {account} and {region}."""

    name: str
    resources: tuple[str, ...] = ("*",)
    guard: Guard = Guard.ANY
    detail: str = ""


def reads(*names: str) -> tuple[Action, ...]:
    """Describe and list actions: they take no resource, or are harmless on any."""
    return tuple(Action(name) for name in names)
