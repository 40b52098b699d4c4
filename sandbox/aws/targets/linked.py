"""Service-linked roles: the first use of a service in an account makes one, in the caller's name."""

from sandbox.aws.credentials import iam
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import Need, arn


def service_linked_role(call: Call, service: str, name: str) -> list[Need]:
    if any(role.name == name for role in iam(call.account).roles.values()):
        return []
    resource = arn(call, "iam", f"role/aws-service-role/{service}/{name}", region=False)
    return [Need("iam:CreateServiceLinkedRole", resource, {"iam:awsservicename": (service,)})]


def make_linked_roles(call: Call, needs: list[Need]) -> None:
    """Create the roles that a call which succeeded has brought with it."""
    for need in needs:
        if need.action == "iam:CreateServiceLinkedRole" and call.operation != "CreateServiceLinkedRole":
            service, name = need.resource.split("/")[-2:]
            trust = (
                '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"'
                f'{service}"}},"Action":"sts:AssumeRole"}}]}}'
            )
            iam(call.account).create_role(
                role_name=name, assume_role_policy_document=trust, path=f"/aws-service-role/{service}/",
                permissions_boundary=None, description="", tags=[], max_session_duration="3600",
            )  # fmt: skip
