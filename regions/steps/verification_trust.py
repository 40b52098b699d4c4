"""Trust: the role lets the control plane in with its external id, and nobody else."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from regions.clouds.errors import Category, CloudError
from regions.clouds.inspection import Ask, Inspector
from regions.models import CheckGroup
from regions.permissions.artefacts import artefact
from regions.permissions.bundle import current
from regions.permissions.identity import BUNDLE_TAG, MADE_WITH_TAG, RoleIdentity
from regions.permissions.trust import trust_policy, trust_problems
from regions.states import Verdict
from regions.steps.verification_checks import Check, looked, provider_facts
from regions.steps.verification_entry import Entry

ASSUME = Check(
    CheckGroup.TRUST,
    "trust:assume",
    "The role can be assumed with the external id",
    Verdict.PASS,
    "live, sts:AssumeRole",
)
WITHOUT = Check(
    CheckGroup.TRUST,
    "trust:without-external-id",
    "The role cannot be assumed without it",
    Verdict.PASS,
    "live, refused as it must be",
)
WRONG = Check(
    CheckGroup.TRUST,
    "trust:wrong-external-id",
    "The role cannot be assumed with a wrong one",
    Verdict.PASS,
    "live, refused as it must be",
)
POLICY = Check(
    CheckGroup.TRUST,
    "trust:policy",
    "The trust policy names one principal, with StringEquals",
    Verdict.PASS,
    "read, iam:GetRole",
)
VERSION = Check(
    CheckGroup.TRUST,
    "trust:version",
    "The role has the present permissions",
    Verdict.PASS,
    "read, tag of the role",
)
SELF = Check(
    CheckGroup.TRUST, "trust:itself", "The role cannot change itself", Verdict.PASS, "simulated, must be refused"
)
BOUNDARY = Check(
    CheckGroup.TRUST,
    "trust:boundary",
    "It makes no role without the boundary",
    Verdict.PASS,
    "simulated, must be refused",
)
FOREIGN = Check(
    CheckGroup.TRUST,
    "trust:foreign",
    "It changes nothing that does not carry its tag",
    Verdict.PASS,
    "simulated, must be refused",
)


@dataclass(frozen=True, slots=True)
class Trust:
    """The looks at one connection's trust, through a session that has been assumed."""

    entry: Entry
    inspector: Inspector

    @property
    def identity(self) -> RoleIdentity:
        return self.entry.identity

    def checks(self) -> Iterator[Check]:
        yield looked(WITHOUT, lambda: self._shut(WITHOUT, ""))
        yield looked(WRONG, lambda: self._shut(WRONG, secrets.token_urlsafe(24)))
        account = Check(
            CheckGroup.TRUST,
            "trust:account",
            f"The account is {self.identity.account_id}",
            Verdict.PASS,
            "live, sts:GetCallerIdentity",
        )
        yield looked(account, lambda: self._account(account))
        yield looked(POLICY, self._policy)
        yield looked(VERSION, self._version)
        own = Ask("iam:AttachRolePolicy", self.identity.role_arn, self._bounded())
        yield looked(SELF, lambda: self._denied(SELF, own))
        role = Ask("iam:CreateRole", f"arn:aws:iam::{self.identity.account_id}:role/byoc/check")
        yield looked(BOUNDARY, lambda: self._denied(BOUNDARY, role))
        network = f"arn:aws:ec2:{self.entry.region}:{self.identity.account_id}:vpc/check"
        yield looked(FOREIGN, lambda: self._denied(FOREIGN, Ask("ec2:DeleteVpc", network)))

    def _bounded(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        return (("iam:PermissionsBoundary", "string", (self.identity.boundary_arn,)),)

    def _shut(self, check: Check, external_id: str) -> Check:
        """Try to get in as somebody else would; getting in is the failure."""
        try:
            self.entry.enter(external_id=external_id)
        except CloudError as error:
            if error.category in (Category.REFUSED, Category.INVALID):
                return replace(check, facts={"provider": provider_facts(error)})
            raise
        how = "with a wrong external id" if external_id else "without any external id"
        return replace(
            check,
            verdict=Verdict.REFUSED,
            title=f"The role can be assumed {how}",
            method="live, let in",
            message=f"The role was assumed {how}: whoever learns its name could have the control plane enter"
            " the account for them. The console does not use such a role.",
            fix=self._trust_command(),
        )

    def _account(self, check: Check) -> Check:
        found = self.inspector.account_id()
        if found == self.identity.account_id:
            return check
        return replace(
            check,
            verdict=Verdict.REFUSED,
            title=f"The account is {found}",
            message=f"The role leads into account {found}, not {self.identity.account_id}.",
            fix=f"Run the stack in account {self.identity.account_id}.",
        )

    def _policy(self) -> Check:
        problems = trust_problems(self.inspector.role(self.identity.role_name).trust, self.identity)
        if not problems:
            return POLICY
        return replace(
            POLICY,
            verdict=Verdict.REFUSED,
            title="The trust policy is too wide",
            message=" ".join(problems),
            fix=self._trust_command(),
        )

    def _version(self) -> Check:
        tags = self.inspector.role(self.identity.role_name).tags
        held, made_with = tags.get(BUNDLE_TAG, ""), tags.get(MADE_WITH_TAG, "")
        present = current().stack_version[:12]
        facts = {"version": held, "present": present, "made_with": made_with}
        if held == present:
            return replace(VERSION, facts=facts)
        thing = artefact(made_with).thing
        return replace(
            VERSION,
            verdict=Verdict.WARNING,
            title="The role has older permissions",
            message=f"The {thing} was last run with permissions {held or 'of unknown version'}, "
            f"before the present {present}.",
            fix=f"Run the present {thing}.",
            facts=facts,
        )

    def _denied(self, check: Check, ask: Ask) -> Check:
        answer = self.inspector.simulate_role(self.identity.role_arn, [ask])[ask]
        if not answer.allowed:
            return replace(check, facts={"decision": answer.decision, "action": ask.action})
        return replace(
            check,
            verdict=Verdict.REFUSED,
            title=f"The role may {ask.action} where it must not",
            method="simulated, iam:SimulatePrincipalPolicy",
            message=f"{ask.action} on {ask.resource} is allowed. A policy beside the stack's own gives the role "
            "more than it asks for.",
            fix=f"aws iam list-attached-role-policies --role-name {self.identity.role_name}",
            facts={"decision": answer.decision, "action": ask.action},
        )

    def _trust_command(self) -> str:
        document = json.dumps(trust_policy(self.identity))
        return (
            f"aws iam update-assume-role-policy --role-name {self.identity.role_name} \\\n"
            f"  --policy-document '{document}'"
        )
