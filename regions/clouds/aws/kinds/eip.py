"""Elastic IP address."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.table import ID, Call, Field, Kind

KIND = Kind(
    name="EIP",
    service="ec2",
    lookup=found_by_tags("describe_addresses", "Addresses"),
    id="AllocationId",
    create=Call("allocate_address"),
    created_id="AllocationId",
    fields=(Field("domain", "Domain", sent="Domain"),),
    used=lambda _subject, raw: bool(raw.get("AssociationId")),
    delete=(Call("release_address", {"AllocationId": ID}),),
    tagging=tagged("elastic-ip"),
    facts=("PublicIp",),
    actions=(
        *reads("ec2:DescribeAddresses"),
        *creates("AllocateAddress", "elastic-ip"),
        *changes("ReleaseAddress", "elastic-ip"),
    ),
)
