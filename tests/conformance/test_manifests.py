"""Every manifest of every kind of region is one that Crossplane's API server would accept."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from regions.blueprints import blueprint, to_yaml
from regions.clouds.aws.kinds import KINDS
from regions.questionnaire.sample import sample_plan
from tests.conformance.crds import MISSING, REASON, reasons, validator
from tests.unit.blueprints.specs import VARIANTS

pytestmark = pytest.mark.skipif(MISSING, reason=REASON)


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_manifests_are_valid_by_the_official_schemas(variant: str) -> None:
    found = {one.name: reasons(one.body) for one in blueprint(VARIANTS[variant])}
    assert {name: why for name, why in found.items() if why} == {}


def test_every_kind_of_the_adapter_is_emitted_by_some_region() -> None:
    emitted = {one.kind for spec in VARIANTS.values() for one in blueprint(spec)}
    assert emitted == set(KINDS)


def test_the_sample_plan_is_printed_as_valid_documents_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("manifests", "--sample")
    printed = capsys.readouterr().out
    assert printed == to_yaml(blueprint(sample_plan().spec))
    _valid_documents(printed)


@pytest.mark.parametrize("exported", [True, False])
def test_a_plans_document_is_printed_as_valid_documents_and_nothing_else(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, exported: bool
) -> None:
    """As the plan's page exports it, with its digest, or bare."""
    plan = replace(sample_plan(), spec=VARIANTS["privatelink"])
    file = tmp_path / "plan.json"
    document = plan.to_document()
    file.write_text(json.dumps({"digest": plan.digest(), "number": 1, "plan": document} if exported else document))
    call_command("manifests", str(file))
    printed = capsys.readouterr().out
    assert printed == to_yaml(blueprint(plan.spec))
    kinds = [one["kind"] for one in _valid_documents(printed)]
    assert "VPCEndpointService" in kinds


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (None, "cannot be read"),
        ("---\nkind: VPC\n", "is not a plan's JSON document"),
        ('{"spec": {}}', "is not a plan's JSON document"),
        ("[]", "is not a plan's JSON document"),
    ],
)
def test_what_is_no_plan_is_told_in_a_sentence(tmp_path: Path, written: str | None, sentence: str) -> None:
    file = tmp_path / "plan.json"
    if written is not None:
        file.write_text(written)
    with pytest.raises(CommandError, match=sentence):
        call_command("manifests", str(file))


def _valid_documents(printed: str) -> list[dict[str, Any]]:
    """All that was printed: YAML, one document a resource, each with its kind at the start of a line."""
    documents = list(yaml.safe_load_all(printed))
    assert len(documents) >= 40
    assert printed.count("\nkind: ") == len(documents)
    assert [reason for one in documents for reason in validator().errors(one)] == []
    return documents


def test_a_manifest_that_leaves_out_its_provider_would_be_noticed() -> None:
    """Left out, Crossplane takes the cluster-wide default: another tenant's credentials."""
    for manifest in blueprint(VARIANTS["production"]):
        assert manifest.body["spec"]["providerConfigRef"] == {"kind": "ProviderConfig", "name": "default"}
        assert manifest.namespace == "byoc-a1b2c3d4e5"
