"""The role made by each of the three artefacts is the role that verification wants."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from console.kernel.errors import NotFound
from regions.actions import connections
from regions.permissions.bundle import current
from regions.states import ConnectionState, Verdict
from regions.steps.verification_entry import identity_of
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.connections import programs
from tests.unit.connections.aws_stand_in import aws
from tests.unit.connections.conftest import Customer

Run = Callable[..., "CompletedProcess[str]"]

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("without_people"),
]


def written(customer: Customer, name: str, folder: Path) -> Path:
    file, text = connections.artefact_of(customer.connection, name)
    place = folder / file
    place.write_text(text)
    return place


def verified_as_made_with(customer: Customer, name: str) -> None:
    customer.verify()
    connection = customer.connection
    assert connection.state == ConnectionState.VERIFIED, connection.message
    assert connection.made_with == name
    assert connection.bundle_version == current().version
    assert customer.check("trust:version").verdict == Verdict.PASS


def test_the_stack(customer: Customer) -> None:
    customer.make_role()
    verified_as_made_with(customer, "cloudformation")


@pytest.fixture
def stand_in(customer: Customer, door: FrontDoor, tmp_path: Path) -> Iterator[Run]:
    """Runs the script with an `aws` of ours in the path."""
    with aws(customer.admin, tmp_path / "bin") as folder:
        surroundings = programs.environment(customer.admin, door.url, tmp_path)
        yield partial(_sh, {**surroundings, "PATH": f"{folder}:{surroundings['PATH']}"}, tmp_path)


def _sh(surroundings: dict[str, str], folder: Path, *words: str) -> "CompletedProcess[str]":
    return programs.run(["sh", *words], surroundings, folder)


def test_the_script_run_once_run_again_and_run_to_delete(
    customer: Customer, stand_in: Run, tmp_path: Path
) -> None:
    file = str(written(customer, "aws-cli", tmp_path))
    made = stand_in(file)
    assert made.returncode == 0, made.stderr
    assert "Verify the connection now." in made.stdout
    customer.narrow("ec2:CreateNatGateway")
    again = stand_in(file)
    assert again.returncode == 0, again.stderr
    verified_as_made_with(customer, "aws-cli")
    gone = stand_in(file, "delete")
    assert gone.returncode == 0, gone.stderr
    assert customer.iam.list_policies(Scope="Local")["Policies"] == []
    customer.verify()
    assert customer.connection.reason == "RoleNotAssumable"


def test_the_script_with_the_cli_where_it_is_installed(
    customer: Customer, door: FrontDoor, tmp_path: Path
) -> None:
    """What the stand-in takes on trust: that the CLI knows every option the script gives it."""
    if programs.has_aws():
        surroundings = programs.environment(customer.admin, door.url, tmp_path)
        made = _sh(surroundings, tmp_path, str(written(customer, "aws-cli", tmp_path)))
        assert made.returncode == 0, made.stderr
        role = customer.iam.get_role(RoleName=customer.role)["Role"]
        assert {"Key": "byoc:made-with", "Value": "aws-cli"} in role["Tags"]


def test_the_script_refuses_another_account(customer: Customer, door: FrontDoor, tmp_path: Path) -> None:
    other = door.administrator("399999999999", "eu-central-1")
    with aws(other, tmp_path / "bin") as folder:
        surroundings = {**programs.environment(other, door.url, tmp_path), "PATH": f"{folder}:/usr/bin:/bin"}
        made = _sh(surroundings, tmp_path, str(written(customer, "aws-cli", tmp_path)))
    assert made.returncode == 1
    assert f"belongs to account {customer.account_id}" in made.stderr
    assert other.client("iam").list_policies(Scope="Local")["Policies"] == []


def test_the_module(customer: Customer, door: FrontDoor, tmp_path: Path) -> None:
    """Applied where Terraform and its provider are installed; its resources are counted in any case."""
    file = written(customer, "terraform", tmp_path).rename(tmp_path / "main.tf")
    kinds = re.findall(r'^resource "(\w+)"', file.read_text(), re.MULTILINE)
    policies = len(current().policies(identity_of(customer.connection)))
    assert sorted(kinds) == sorted(
        ["aws_iam_role"] + ["aws_iam_policy"] * (policies + 1) + ["aws_iam_role_policy_attachment"] * policies
    )
    if not programs.has_terraform():
        return
    surroundings = programs.environment(customer.admin, door.url, tmp_path)
    for command in ("fmt -check", f"init -plugin-dir={programs.PLUGINS}", "apply -auto-approve"):
        done = programs.run(["terraform", *command.split()], surroundings, tmp_path)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    verified_as_made_with(customer, "terraform")


@pytest.mark.usefixtures("trust_alone")
def test_the_owner_is_told_to_delete_what_they_made_it_with(
    customer: Customer, stand_in: Run, tmp_path: Path
) -> None:
    stand_in(str(written(customer, "aws-cli", tmp_path)))
    customer.verify()
    with customer.scope.entered():
        operation = connections.verify_role_gone(scope=customer.scope, connection=customer.connection)
    customer.finish(operation)
    with customer.scope.entered():
        step = operation.steps.get()
    assert "deletes the script" in step.message
    assert step.fix.endswith(".sh delete")


def test_there_is_no_fourth_way(customer: Customer) -> None:
    with pytest.raises(NotFound, match="no such way"):
        connections.artefact_of(customer.connection, "pulumi")
