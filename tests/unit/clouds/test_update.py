"""A changed field changes the call that is made, kind by kind, against the AWS front door."""

import pytest

from regions.blueprints import blueprint
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.table import Field
from regions.clouds.errors import Category, CloudError
from tests.unit.blueprints.specs import VARIANTS
from tests.unit.clouds import driver
from tests.unit.clouds.conftest import Region
from tests.unit.clouds.mutations import (
    COMMON,
    PRIVATE_LINK,
    PUBLIC_ENDPOINT,
    TRANSIT_GATEWAY,
    Mutation,
    mutated,
    tag_mutations,
)

CHANGES_BY_ITSELF = {"attachment", "egress"}
"""Changes that mend what AWS or somebody else did, not what a manifest says."""


def apply(region: Region, mutation: Mutation, manifest: Manifest | None = None) -> None:
    wanted = manifest or mutated(region.manifests[mutation.manifest], mutation)
    region.manifests[mutation.manifest] = wanted
    region.calls.clear()
    driver.settle(region.client, wanted)
    made = [method for method, _ in region.calls]
    assert mutation.method in made, made


@pytest.mark.parametrize("mutation", [*COMMON, PUBLIC_ENDPOINT], ids=str)
def test_a_changed_field_is_sent_by_its_own_call_and_then_matches(region: Region, mutation: Mutation) -> None:
    apply(region, mutation)


def test_changed_tags_are_sent_for_every_kind_that_has_tags(region: Region) -> None:
    for mutation in tag_mutations(region.manifests):
        apply(region, mutation)


def test_the_alias_follows_another_key(region: Region) -> None:
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    tags = [{"TagKey": key, "TagValue": value} for key, value in region.manifests["encryption-key"].tags.items()]
    other = administrator.client("kms").create_key(Tags=[*tags[:3], *tags[4:]])["KeyMetadata"]["KeyId"]
    mutation = Mutation("encryption-key-alias", {"targetKeyId": other}, "update_alias")
    manifest = region.manifests[mutation.manifest]
    fields = {name: value for name, value in manifest.for_provider.items() if name != "targetKeyIdRef"}
    spec = {**manifest.body["spec"], "forProvider": {**fields, "targetKeyId": other}}
    apply(region, mutation, Manifest({**manifest.body, "spec": spec}))


def test_the_boundary_is_put_back_where_it_was_moved(region: Region) -> None:
    manifest = region.manifests["read-only-role"]
    iam = region.door.administrator(region.spec.account_id, region.spec.cloud_region).client("iam")
    iam.put_role_permissions_boundary(
        RoleName=manifest.external_name, PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    apply(region, Mutation("read-only-role", {}, "put_role_permissions_boundary"), manifest)


def test_the_role_cannot_move_a_boundary_itself(region: Region) -> None:
    manifest = region.manifests["elevated-role"].with_fields(
        permissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    with pytest.raises(CloudError) as refused:
        region.client.update(manifest, region.client.observe(manifest))
    assert refused.value.category is Category.REFUSED


def test_every_change_of_the_table_has_its_mutation() -> None:
    """A change nobody tries is a permission nobody proves."""
    manifests = {manifest.name: manifest for manifest in _every_manifest()}
    tried = {
        (manifests[one.manifest].kind, field.change)
        for one in (*COMMON, PUBLIC_ENDPOINT, *PRIVATE_LINK, *TRANSIT_GATEWAY)
        for field in KINDS[manifests[one.manifest].kind].fields
        if field.change and _names(field) & set(one.fields)
    } | {("Alias", "target"), ("Role", "boundary"), ("TransitGatewayRoute", "target"), ("Group", "key")}
    known = {
        (kind.name, change)
        for kind in KINDS.values()
        for change in kind.changes
        if change not in CHANGES_BY_ITSELF
    }
    missing = known - tried - {("SecurityGroupEgressRule", "rule")}
    assert missing == set()


def _names(field: Field) -> set[str]:
    """A field as a manifest may give it: by value or by reference."""
    name = field.path.split(".")[0]
    return {name, f"{name}Ref", f"{name.removesuffix('s')}Refs"}


def _every_manifest() -> list[Manifest]:
    return [manifest for spec in VARIANTS.values() for manifest in blueprint(spec)]


def test_an_immutable_difference_is_reported_and_nothing_is_called(region: Region) -> None:
    manifest = region.manifests["vpc"].with_fields(cidrBlock="10.9.0.0/16")
    seen = region.client.observe(manifest)
    region.calls.clear()
    region.client.update(manifest, seen)
    assert [(one.field, one.expected, one.immutable) for one in seen.differences] == [
        ("cidrBlock", "10.9.0.0/16", True)
    ]
    assert all(method.startswith("describe") for method, _ in region.calls)


def test_tags_that_others_added_are_left_alone(region: Region) -> None:
    manifest = region.manifests["internet-gateway"]
    gateway = region.client.observe(manifest).external_id
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    administrator.client("ec2").create_tags(Resources=[gateway], Tags=[{"Key": "finance", "Value": "theirs"}])
    assert region.client.observe(manifest).up_to_date
