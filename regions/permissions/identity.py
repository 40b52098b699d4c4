"""The names of one connection that its policies are written with."""

from dataclasses import dataclass

from regions.clouds.aws.policies import Confines

PATH = "/byoc/"
CONNECTION_TAG = "byoc:connection"
BUNDLE_TAG = "byoc:bundle"
MADE_WITH_TAG = "byoc:made-with"


@dataclass(frozen=True, slots=True)
class RoleIdentity:
    account_id: str
    connection_id: str
    short: str
    """Ten hexadecimal digits that make derived names unique."""
    external_id: str
    principal_arn: str
    """The control plane's own principal, the only one that may assume the role."""

    @property
    def role_name(self) -> str:
        return f"byoc-deployment-{self.short}"

    @property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{self.account_id}:role{PATH}{self.role_name}"

    @property
    def boundary_name(self) -> str:
        return f"byoc-boundary-{self.short}"

    @property
    def boundary_arn(self) -> str:
        return f"arn:aws:iam::{self.account_id}:policy{PATH}{self.boundary_name}"

    @property
    def policies_arn(self) -> str:
        """Pattern of the role's own managed policies."""
        return f"arn:aws:iam::{self.account_id}:policy{PATH}{self.policy_name('*')}"

    def policy_name(self, number: int | str) -> str:
        return f"byoc-deployment-{self.short}-{number}"

    def tags(self, version: str, made_with: str) -> dict[str, str]:
        """What the role itself carries: whose it is, what it grants, and how its owner changes it."""
        return {CONNECTION_TAG: self.connection_id, BUNDLE_TAG: version[:12], MADE_WITH_TAG: made_with}

    def confines(self, region: str = "*") -> Confines:
        """The role acts on what carries the connection's tag."""
        ours = {CONNECTION_TAG: self.connection_id}
        return Confines(self.account_id, region, ours, self.boundary_arn, self.connection_id)

    @property
    def stack_name(self) -> str:
        return f"byoc-console-{self.short}"


EXAMPLE = RoleIdentity("000000000000", "connection", "0000000000", "external-id", "arn:aws:iam::111111111111:root")
"""Stands in where no connection is at hand: the version of a bundle is the same for every connection."""
