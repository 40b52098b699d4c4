"""EC2: identifiers in parameters name the resources; creations are about what they make and what they use."""

from collections.abc import Iterator, Sequence
from typing import Any

from moto.ec2.models import ec2_backends

from sandbox.aws.requests import Call
from sandbox.aws.targets.need import Need, arn, pass_role, request_keys, resource_keys, tag_pairs

CREATED = {
    "CreateVpc": "vpc", "CreateSubnet": "subnet", "CreateInternetGateway": "internet-gateway",
    "CreateNatGateway": "natgateway", "CreateRouteTable": "route-table", "AllocateAddress": "elastic-ip",
    "CreateSecurityGroup": "security-group", "CreateVpcEndpoint": "vpc-endpoint",
    "CreateVpcEndpointServiceConfiguration": "vpc-endpoint-service", "CreateFlowLogs": "vpc-flow-log",
    "CreateLaunchTemplate": "launch-template", "CreateNetworkInterface": "network-interface",
    "CreateVolume": "volume", "CreateSnapshot": "snapshot", "RunInstances": "instance",
    "CreateTransitGateway": "transit-gateway", "CreateTransitGatewayVpcAttachment": "transit-gateway-attachment",
    "CreateDhcpOptions": "dhcp-options", "CreateNetworkAcl": "network-acl", "CreateKeyPair": "key-pair",
    "CreateVpcPeeringConnection": "vpc-peering-connection", "CreateEgressOnlyInternetGateway":
    "egress-only-internet-gateway",
}  # fmt: skip
PARAMETERS = {
    "VpcId": "vpc", "SubnetId": "subnet", "InternetGatewayId": "internet-gateway", "NatGatewayId": "natgateway",
    "RouteTableId": "route-table", "AllocationId": "elastic-ip", "GroupId": "security-group",
    "VpcEndpointId": "vpc-endpoint", "NetworkInterfaceId": "network-interface", "InstanceId": "instance",
    "VolumeId": "volume", "SnapshotId": "snapshot", "LaunchTemplateId": "launch-template",
    "TransitGatewayId": "transit-gateway", "TransitGatewayAttachmentId": "transit-gateway-attachment",
    "TransitGatewayRouteTableId": "transit-gateway-route-table",
    "NetworkAclId": "network-acl", "DhcpOptionsId": "dhcp-options", "KeyPairId": "key-pair",
    "ServiceId": "vpc-endpoint-service", "SubnetIds": "subnet", "SecurityGroupIds": "security-group",
    "RouteTableIds": "route-table", "VpcEndpointIds": "vpc-endpoint", "InstanceIds": "instance",
    "FlowLogIds": "vpc-flow-log", "ServiceIds": "vpc-endpoint-service", "Groups": "security-group",
    "SecurityGroupRuleIds": "security-group-rule", "AddSubnetIds": "subnet", "RemoveSubnetIds": "subnet",
    "AddSecurityGroupIds": "security-group", "RemoveSecurityGroupIds": "security-group",
    "AddRouteTableIds": "route-table", "RemoveRouteTableIds": "route-table",
}  # fmt: skip
ONLY: dict[str, tuple[str, ...]] = {
    "CreateRoute": ("RouteTableId",), "ReplaceRoute": ("RouteTableId",), "DeleteRoute": ("RouteTableId",),
    "CreateFlowLogs": (), "ReleaseAddress": ("AllocationId",), "DescribeVpcAttribute": ("VpcId",),
    "RevokeSecurityGroupIngress": ("GroupId",), "RevokeSecurityGroupEgress": ("GroupId",),
}  # fmt: skip
PREFIXES = {
    "vpc": "vpc", "subnet": "subnet", "igw": "internet-gateway", "nat": "natgateway", "rtb": "route-table",
    "eipalloc": "elastic-ip", "sg": "security-group", "sgr": "security-group-rule", "vpce": "vpc-endpoint",
    "eni": "network-interface", "i": "instance", "vol": "volume", "snap": "snapshot", "lt": "launch-template",
    "tgw": "transit-gateway", "acl": "network-acl", "dopt": "dhcp-options", "key": "key-pair",
    "fl": "vpc-flow-log", "vpce-svc": "vpc-endpoint-service", "tgw-attach": "transit-gateway-attachment",
    "tgw-rtb": "transit-gateway-route-table",
}  # fmt: skip


def needs(call: Call) -> list[Need]:
    action = f"ec2:{call.operation}"
    if call.operation in ("CreateTags", "DeleteTags"):
        return list(_tagging(call, action))
    if call.operation.startswith("Describe") and call.operation not in ONLY:
        return [Need(action)]
    return [*_created(call, action), *_existing(call, action), *_passed(call)] or [Need(action)]


def _backend(call: Call) -> Any:
    return ec2_backends[call.account][call.region]


def _created(call: Call, action: str) -> Iterator[Need]:
    kind = CREATED.get(call.operation)
    if kind is None:
        yield from _rules_with_tags(call)
        return
    by_kind = _tags_by_kind(call)
    tags = by_kind.get(kind, {})
    new = arn(call, "ec2", f"{kind}/*")
    yield Need(action, new, request_keys(tags))
    for tagged, pairs in by_kind.items():
        if pairs:
            yield _tag_at_create(call, tagged, pairs)


def _tags_by_kind(call: Call) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for item in call.params.get("TagSpecifications") or call.params.get("TagSpecification") or []:
        kind = str(item.get("ResourceType"))
        found.setdefault(kind, {}).update(tag_pairs(item.get("Tags") or []))
    return found


def _tag_at_create(call: Call, kind: str, tags: dict[str, str]) -> Need:
    keys = {**request_keys(tags), "ec2:createaction": (call.operation,)}
    return Need("ec2:CreateTags", arn(call, "ec2", f"{kind}/*"), keys)


def _rules_with_tags(call: Call) -> Iterator[Need]:
    for kind, tags in _tags_by_kind(call).items():
        if tags:
            yield Need(f"ec2:{call.operation}", arn(call, "ec2", f"{kind}/*"), request_keys(tags))
            yield _tag_at_create(call, kind, tags)


def _existing(call: Call, action: str) -> Iterator[Need]:
    for name in ONLY.get(call.operation, tuple(PARAMETERS)):
        value = call.params.get(name)
        for identifier in value if isinstance(value, list) else [value]:
            if isinstance(identifier, str) and identifier:
                yield existing(call, action, PARAMETERS[name], identifier)
    if call.operation in ("DisassociateRouteTable", "ReplaceRouteTableAssociation"):
        yield from _association(call, action)
    if call.operation == "DisassociateAddress":
        yield from _address(call, action)


def existing(call: Call, action: str, kind: str, identifier: str) -> Need:
    tags = tags_of(call, identifier)
    keys = {**resource_keys(tags, "ec2"), f"ec2:{kind.replace('-', '')}id": (identifier,)}
    return Need(action, arn(call, "ec2", f"{kind}/{identifier}"), keys)


def tags_of(call: Call, identifier: str) -> dict[str, str]:
    return {key: str(value or "") for key, value in _backend(call).tags.get(identifier, {}).items()}


def _association(call: Call, action: str) -> Iterator[Need]:
    wanted = call.params.get("AssociationId")
    for table in _backend(call).route_tables.values():
        if wanted in table._associations:
            yield existing(call, action, "route-table", table.id)
            yield existing(call, action, "subnet", table._associations[wanted])


def _address(call: Call, action: str) -> Iterator[Need]:
    wanted = call.params.get("AssociationId")
    for address in _backend(call).addresses:
        if address.association_id == wanted:
            yield existing(call, action, "elastic-ip", address.allocation_id)


def kind_of(identifier: str) -> str:
    prefix = identifier.rpartition("-")[0]
    return PREFIXES.get(prefix, prefix)


def _tagging(call: Call, action: str) -> Iterator[Need]:
    tags = tag_pairs(call.params.get("Tags") or [])
    for identifier in call.params.get("Resources") or []:
        need = existing(call, action, kind_of(identifier), identifier)
        yield Need(action, need.resource, {**need.keys, **request_keys(tags)})


def _passed(call: Call) -> Sequence[Need]:
    if call.operation == "CreateFlowLogs":
        return pass_role(call.params.get("DeliverLogsPermissionArn"), "vpc-flow-logs.amazonaws.com")
    profile = call.params.get("IamInstanceProfile") or {}
    return pass_role(profile.get("Arn"), "ec2.amazonaws.com") if call.operation == "RunInstances" else []
