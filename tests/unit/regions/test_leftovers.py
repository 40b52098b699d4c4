"""What a region leaves behind: what AWS's words stand for, what it costs, what is written down."""

from decimal import Decimal

import pytest

from console.kernel.scope import Scope
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.leftovers import sorted_by_arn
from regions.clouds.leftovers import Left
from regions.models import Leftover, Region
from regions.questionnaire.prices import EVERYWHERE, LOCAL
from regions.steps.leftover_sorts import SORTS, fix, monthly
from regions.steps.leftovers import as_manifest, total, write_down


def left(sort: str, identifier: str = "x-1", size: str = "", **tags: str) -> Left:
    return Left(sort, identifier, f"arn:{identifier}", "a look", tags, Decimal(size) if size else None)


@pytest.mark.parametrize(
    ("arn", "sort", "identifier"),
    [
        ("arn:aws:ec2:eu-central-1:1:elastic-ip/eipalloc-1", "ec2:elastic-ip", "eipalloc-1"),
        ("arn:aws:eks:eu-central-1:1:nodegroup/byoc-a/main/9f", "eks:nodegroup", "byoc-a/main/9f"),
        ("arn:aws:iam::1:role/byoc/byoc-a-cluster", "iam:role", "byoc-a-cluster"),
        ("arn:aws:iam::1:oidc-provider/o/id/1", "iam:oidc-provider", "arn:aws:iam::1:oidc-provider/o/id/1"),
        ("arn:aws:kms:eu-central-1:1:key/123", "kms:key", "123"),
        ("arn:aws:logs:eu-central-1:1:log-group:/byoc/a/platform", "logs:log-group", "/byoc/a/platform"),
        ("arn:aws:rds:eu-central-1:1:db:byoc-a-database", "rds:db", "byoc-a-database"),
        ("arn:aws:route53:::hostedzone/Z1", "route53:hostedzone", "Z1"),
        ("arn:aws:s3:::byoc-a-state-1", "s3:bucket", "byoc-a-state-1"),
        ("arn:aws:secretsmanager:eu-central-1:1:secret:rds!db-1", "secretsmanager:secret", "rds!db-1"),
    ],
)  # fmt: skip
def test_an_arn_says_what_a_thing_is_and_how_calls_take_it(arn: str, sort: str, identifier: str) -> None:
    assert sorted_by_arn(arn) == (sort, identifier)
    assert sort in SORTS


def test_what_the_table_names_exists() -> None:
    items = {item for sort in SORTS.values() for item, _ in sort.costs or ()} | {s.by_size for s in SORTS.values()}
    assert items - {""} <= set(EVERYWHERE) | set(LOCAL)
    assert {sort.kind for sort in SORTS.values()} - {""} <= set(KINDS)


@pytest.mark.parametrize(
    ("one", "costs"),
    [
        (left("ec2:elastic-ip"), "3.65"),
        (left("ec2:natgateway"), "37.96"),
        (left("kms:key"), "1.00"),
        (left("ec2:volume", size="100"), "9.52"),
        (left("ec2:vpc"), "0.00"),
    ],
)
def test_a_leftover_has_its_price_a_month(one: Left, costs: str) -> None:
    assert str(monthly(one, "eu-central-1")) == costs


@pytest.mark.parametrize("one", [left("ec2:volume"), left("s3:bucket"), left("sagemaker:notebook")])
def test_what_has_no_known_price_is_not_free(one: Left) -> None:
    assert monthly(one, "eu-central-1") is None


def test_a_price_that_the_place_lacks_is_not_known() -> None:
    assert monthly(left("ec2:natgateway"), "ap-south-2") is None


def test_each_leftover_comes_with_the_command_that_removes_it() -> None:
    assert fix(left("ec2:volume", "vol-1"), "eu-central-1") == (
        "aws ec2 delete-volume --volume-id vol-1 --region eu-central-1"
    )


def test_a_node_group_is_found_in_its_cluster() -> None:
    made = as_manifest(Region(), "NodeGroup", "byoc-a-cluster/main/9f", "Node group")
    assert (made.external_name, made.for_provider["clusterName"]) == ("main", "byoc-a-cluster")


@pytest.mark.django_db
def test_what_is_found_again_is_the_same_row_and_what_is_not_is_gone(alice_scope: Scope, region: Region) -> None:
    first = write_down(alice_scope, region, [left("ec2:elastic-ip", "eip-1"), left("kms:key", "key-1")])
    again = write_down(alice_scope, region, [left("ec2:elastic-ip", "eip-1")])
    assert [row.id for row in again] == [first[0].id]
    assert total(again) == Decimal("3.65")
    with alice_scope.entered():
        rows = Leftover.objects.visible_to(alice_scope).of_region(region.id)
        assert [row.external_id for row in rows.still_there()] == ["arn:eip-1"]
        assert rows.get(external_id="arn:key-1").gone_at
