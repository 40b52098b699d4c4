"""PrivateLink: the endpoint service in front of the load balancer, and who may connect to it."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, ONCE, UNORDERED, Call, Change, Field, Kind, Raw, States, Wanted
from regions.clouds.errors import Category, CloudError


def _delete(subject: Subject) -> None:
    """AWS answers 200 and lists what it did not delete."""
    answer = subject.ask("delete_vpc_endpoint_service_configurations", {"ServiceIds": [subject.id]})
    for item in answer.get("Unsuccessful", []):
        raise CloudError(
            code=item["Error"]["Code"],
            status=400,
            message=item["Error"]["Message"],
            operation="ec2:DeleteVpcEndpointServiceConfigurations",
            request_id=answer["ResponseMetadata"].get("RequestId", ""),
            category=Category.CONFLICT,
        )


KIND = Kind(
    name="VPCEndpointService",
    service="ec2",
    lookup=found_by_tags("describe_vpc_endpoint_service_configurations", "ServiceConfigurations"),
    id="ServiceId",
    create=Call("create_vpc_endpoint_service_configuration", {"ClientToken": ONCE}),
    created_id="ServiceConfiguration.ServiceId",
    fields=(
        Field("acceptanceRequired", "AcceptanceRequired", sent="AcceptanceRequired", change="acceptance"),
        Field(
            "networkLoadBalancerArns",
            "NetworkLoadBalancerArns",
            sent="NetworkLoadBalancerArns",
            form=UNORDERED,
            refers="arn",
        ),
    ),
    changes={"acceptance": Change("modify_vpc_endpoint_service_configuration", {"ServiceId": ID})},
    before_delete=_delete,
    delete=(),
    states=States(
        "ServiceState",
        ready=frozenset({"Available"}),
        deleting=frozenset({"Deleting"}),
        gone=frozenset({"Deleted"}),
        failed=frozenset({"Failed"}),
    ),
    tagging=tagged("vpc-endpoint-service"),
    facts=("ServiceName", "AvailabilityZones", "AcceptanceRequired"),
    actions=(
        *reads("ec2:DescribeVpcEndpointServiceConfigurations"),
        *creates("CreateVpcEndpointServiceConfiguration", "vpc-endpoint-service"),
        *changes("ModifyVpcEndpointServiceConfiguration", "vpc-endpoint-service"),
        *changes("DeleteVpcEndpointServiceConfigurations", "vpc-endpoint-service"),
    ),
)


def _find_principal(subject: Subject) -> Raw | None:
    service, principal = subject.wanted("vpcEndpointServiceId"), subject.wanted("principalArn")
    answer = subject.ask("describe_vpc_endpoint_service_permissions", {"ServiceId": service})
    if principal not in {one["Principal"] for one in answer["AllowedPrincipals"]}:
        return None
    return {"Principal": principal, "PermissionId": f"{service}/{principal}"}


PRINCIPAL = Kind(
    name="VPCEndpointServiceAllowedPrincipal",
    service="ec2",
    lookup=None,
    find=_find_principal,
    id="PermissionId",
    create=Call(
        "modify_vpc_endpoint_service_permissions",
        {"ServiceId": Wanted("vpcEndpointServiceId"), "AddAllowedPrincipals": [Wanted("principalArn")]},
    ),
    delete=(
        Call(
            "modify_vpc_endpoint_service_permissions",
            {
                "ServiceId": Wanted("vpcEndpointServiceId"),
                "RemoveAllowedPrincipals": [Wanted("principalArn")],
            },
        ),
    ),
    facts=("Principal",),
    actions=(
        *reads("ec2:DescribeVpcEndpointServicePermissions"),
        *changes("ModifyVpcEndpointServicePermissions", "vpc-endpoint-service"),
    ),
)
