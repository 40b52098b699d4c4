"""Stack, module and script: three spellings of one bundle."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from regions.permissions.artefacts import ARTEFACTS, CLOUDFORMATION, artefact
from regions.permissions.boundary import boundary_policy
from regions.permissions.bundle import current
from regions.permissions.trust import trust_policy
from tests.unit.permissions.hcl import as_json
from tests.unit.permissions.test_bundle import ME


def text(name: str) -> str:
    return ARTEFACTS[name].text(current(), ME)


def of_stack() -> list[Any]:
    resources = yaml.safe_load(text("cloudformation"))["Resources"]
    return [
        one["Properties"].get("PolicyDocument") or one["Properties"]["AssumeRolePolicyDocument"]
        for one in resources.values()
    ]


def of_module() -> list[Any]:
    return [
        as_json(written) for written in re.findall(r"= jsonencode\((.*?)\n  }\)", text("terraform"), re.DOTALL)
    ]


def of_script() -> list[Any]:
    return [json.loads(written) for written in re.findall(r"<<'JSON'\n(.*?)\nJSON\n", text("aws-cli"), re.DOTALL)]


def test_the_same_documents_are_in_all_of_them() -> None:
    wanted = [boundary_policy(ME), *(one.document for one in current().policies(ME)), trust_policy(ME)]
    assert of_stack() == wanted
    assert of_module() == wanted
    assert of_script() == wanted


@pytest.mark.parametrize("name", ARTEFACTS)
def test_each_names_the_role_its_version_and_how_it_was_made(name: str) -> None:
    written = text(name)
    for needed in (ME.role_name, ME.boundary_name, ME.connection_id, current().stack_version[:12], f"{name}"):
        assert needed in written
    assert "byoc:made-with" in written


@pytest.mark.parametrize("name", ["terraform", "aws-cli"])
def test_each_stops_in_another_account_before_anything_is_made(name: str) -> None:
    written = text(name)
    assert written.index("get-caller-identity" if name == "aws-cli" else "aws_caller_identity") < written.index(
        ME.boundary_name if name == "terraform" else "policy byoc-boundary"
    )
    assert f'account_id == "{ME.account_id}"' in written or "$found" in written


def test_the_script_is_a_posix_shell_script(tmp_path: Path) -> None:
    file = tmp_path / "role.sh"
    file.write_text(text("aws-cli"))
    assert subprocess.run(["sh", "-n", str(file)], check=False).returncode == 0


def test_names_are_quoted_so_that_nothing_in_them_is_run() -> None:
    assert "${" not in re.sub(r"\$\$\{", "", text("terraform"))
    outside = re.sub(r"<<'JSON'\n.*?\nJSON\n", "", text("aws-cli"), flags=re.DOTALL)
    assert "`" not in outside


@pytest.mark.parametrize("one", ARTEFACTS.values(), ids=ARTEFACTS)
def test_each_says_how_it_is_run_and_taken_away(one: Any) -> None:
    file = one.file(ME)
    assert file.endswith(f".{one.suffix}")
    assert file in one.make(ME, "eu-north-1", file)
    assert file in one.update(ME, "eu-north-1", file)
    assert re.search(r"delete|destroy", one.delete(ME, "eu-north-1", file))


def test_a_role_without_the_tag_is_taken_for_a_stacks() -> None:
    assert artefact("terraform").name == "terraform"
    assert artefact("") is CLOUDFORMATION
    assert artefact("by hand") is CLOUDFORMATION
