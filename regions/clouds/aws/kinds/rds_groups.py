"""Subnet group and parameter group of the database."""

from typing import Any

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.named import on, regional
from regions.clouds.aws.table import (
    ARN,
    NAME,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Form,
    Kind,
    Lookup,
    Read,
    Tagging,
    pairs,
)

_SUBNET_GROUPS = regional("rds", "subgrp:byoc-*")
_PARAMETER_GROUPS = regional("rds", "pg:byoc-*")
_TAGS = Read("list_tags_for_resource", {"ResourceName": ARN}, "TagList", "TagList")
_TAGGING = Tagging(
    seen="TagList",
    sent="Tags",
    shape=pairs(),
    change=Call("add_tags_to_resource", {"ResourceName": ARN, "Tags": TAGS}),
)


def _settings(parameters: Any) -> list[tuple[str, str]]:
    return sorted((one["name"], str(one["value"])) for one in parameters or [])


def _sent(parameters: Any) -> list[dict[str, str]]:
    return [
        {"ParameterName": one["name"], "ParameterValue": one["value"], "ApplyMethod": one["applyMethod"]}
        for one in parameters
    ]


SUBNET_GROUP = Kind(
    name="SubnetGroup",
    service="rds",
    lookup=Lookup("describe_db_subnet_groups", {"DBSubnetGroupName": NAME}, "DBSubnetGroups", also=(_TAGS,)),
    id="DBSubnetGroupName",
    derived_arn="arn:{partition}:rds:{region}:{account}:subgrp:{name}",
    create=Call("create_db_subnet_group", {"DBSubnetGroupName": NAME}),
    fields=(
        Field(
            "description",
            "DBSubnetGroupDescription",
            sent="DBSubnetGroupDescription",
            change="group",
        ),
        Field("subnetIds", "Subnets[].SubnetIdentifier", sent="SubnetIds", change="group", form=UNORDERED),
    ),
    changes={"group": Change("modify_db_subnet_group", {"DBSubnetGroupName": NAME}, whole=True)},
    delete=(Call("delete_db_subnet_group", {"DBSubnetGroupName": NAME}),),
    tagging=_TAGGING,
    facts=("DBSubnetGroupName", "SubnetGroupStatus"),
    actions=(
        *on(
            ("rds:DescribeDBSubnetGroups", "rds:ListTagsForResource", "rds:AddTagsToResource"),
            _SUBNET_GROUPS,
        ),
        *on(("rds:CreateDBSubnetGroup", "rds:AddTagsToResource"), _SUBNET_GROUPS, Guard.REQUEST_TAG),
        *on(("rds:ModifyDBSubnetGroup", "rds:DeleteDBSubnetGroup"), _SUBNET_GROUPS, Guard.RESOURCE_TAG),
    ),
)

PARAMETER_GROUP = Kind(
    name="ParameterGroup",
    service="rds",
    lookup=Lookup(
        "describe_db_parameter_groups",
        {"DBParameterGroupName": NAME},
        "DBParameterGroups",
        also=(
            _TAGS,
            Read(
                "describe_db_parameters",
                {"DBParameterGroupName": NAME, "Source": "user"},
                "Parameters[?ParameterValue].{name: ParameterName, value: ParameterValue}",
                "Parameters",
            ),
        ),
    ),
    id="DBParameterGroupName",
    derived_arn="arn:{partition}:rds:{region}:{account}:pg:{name}",
    create=Call("create_db_parameter_group", {"DBParameterGroupName": NAME}),
    fields=(
        Field("family", "DBParameterGroupFamily", sent="DBParameterGroupFamily"),
        Field("description", "Description", sent="Description"),
        Field(
            "parameter",
            "Parameters",
            change="parameters",
            changed="Parameters",
            form=Form(normal=_settings, sent=_sent, partial=True),
        ),
    ),
    changes={"parameters": Change("modify_db_parameter_group", {"DBParameterGroupName": NAME}, after_create=True)},
    delete=(Call("delete_db_parameter_group", {"DBParameterGroupName": NAME}),),
    tagging=_TAGGING,
    facts=("DBParameterGroupFamily", "Parameters"),
    actions=(
        *on(
            (
                "rds:DescribeDBParameterGroups",
                "rds:DescribeDBParameters",
                "rds:ListTagsForResource",
                "rds:AddTagsToResource",
            ),
            _PARAMETER_GROUPS,
        ),
        *on(("rds:CreateDBParameterGroup", "rds:AddTagsToResource"), _PARAMETER_GROUPS, Guard.REQUEST_TAG),
        *on(
            ("rds:ModifyDBParameterGroup", "rds:DeleteDBParameterGroup"),
            _PARAMETER_GROUPS,
            Guard.RESOURCE_TAG,
        ),
    ),
)
