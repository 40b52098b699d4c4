"""Reading and printing manifests."""

import pytest
import yaml

from regions.blueprints import Manifest, blueprint, by_name, to_yaml
from tests.unit.blueprints.specs import production


def test_needs_are_references_and_what_the_annotation_adds() -> None:
    manifests = by_name(blueprint(production()))
    assert manifests["nat-gateway-a"].needs == ("nat-address-a", "public-a", "internet-gateway")
    assert set(manifests["cluster"].needs) >= {"cluster-role", "private-a", "private-b", "private-c"}


def test_two_manifests_of_one_name_are_refused() -> None:
    manifest = blueprint(production())[0]
    with pytest.raises(ValueError, match="two manifests are called vpc"):
        by_name([manifest, manifest])


def test_yaml_reads_back_as_the_same_documents_in_block_style() -> None:
    manifests = blueprint(production())
    text = to_yaml(manifests)
    assert [Manifest(body) for body in yaml.safe_load_all(text)] == list(manifests)
    assert "{" not in text.split("policy: |")[0]
    assert "&id" not in text


def test_changed_fields_make_another_manifest_and_leave_the_first() -> None:
    vpc = by_name(blueprint(production()))["vpc"]
    other = vpc.with_fields(enableDnsSupport=False)
    assert (vpc.for_provider["enableDnsSupport"], other.for_provider["enableDnsSupport"]) == (True, False)
    assert (other.name, other.tags) == (vpc.name, vpc.tags)


def test_people_read_a_title() -> None:
    assert by_name(blueprint(production()))["nat-gateway-a"].title == "NAT gateway a"
