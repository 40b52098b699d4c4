"""The three ways to make the role: the same bundle as a stack, as a module, as a script."""

from collections.abc import Callable
from dataclasses import dataclass

from regions.permissions import cli_script, cloudformation, terraform
from regions.permissions.bundle import Bundle
from regions.permissions.identity import RoleIdentity

Command = Callable[[RoleIdentity, str, str], str]
"""Identity, AWS region, file."""


@dataclass(frozen=True, slots=True)
class Artefact:
    name: str
    """What the role's tag `byoc:made-with` says."""
    title: str
    thing: str
    """What its owner calls it, within a sentence."""
    suffix: str
    media_type: str
    text: Callable[[Bundle, RoleIdentity], str]
    make: Command
    update: Command
    delete: Command

    def file(self, identity: RoleIdentity) -> str:
        return f"{identity.stack_name}.{self.suffix}"


CLOUDFORMATION = Artefact(
    cloudformation.NAME,
    "CloudFormation",
    "stack",
    "yaml",
    "application/yaml",
    cloudformation.template,
    make=lambda identity, region, file: cloudformation.create_command(identity, region=region, file=file),
    update=lambda identity, region, file: cloudformation.update_command(identity, region=region, file=file),
    delete=lambda identity, region, _file: cloudformation.delete_command(identity, region=region),
)
TERRAFORM = Artefact(
    terraform.NAME,
    "Terraform",
    "module",
    "tf",
    "text/plain",
    terraform.module,
    make=lambda identity, region, file: terraform.apply_command(identity, region=region, file=file),
    update=lambda identity, region, file: terraform.apply_command(identity, region=region, file=file),
    delete=lambda _identity, region, _file: terraform.delete_command(region),
)
AWS_CLI = Artefact(
    cli_script.NAME,
    "AWS CLI",
    "script",
    "sh",
    "text/x-shellscript",
    cli_script.script,
    make=lambda _identity, _region, file: cli_script.run_command(file),
    update=lambda _identity, _region, file: cli_script.run_command(file),
    delete=lambda _identity, _region, file: cli_script.delete_command(file),
)
ARTEFACTS = {one.name: one for one in (CLOUDFORMATION, TERRAFORM, AWS_CLI)}


def artefact(made_with: str) -> Artefact:
    """What made a role, by its tag; the stack where the tag is missing or says something else."""
    return ARTEFACTS.get(made_with, CLOUDFORMATION)
