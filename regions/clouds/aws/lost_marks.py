"""Resources that are found by their tags and lost them: told from gone ones by the id last seen."""

from collections.abc import Mapping
from typing import Any

from regions.clouds.aws.requests import search, tags_of
from regions.clouds.aws.subject import RESOURCE_TAG, Subject
from regions.clouds.aws.table import Raw, Source
from regions.clouds.errors import Category, CloudError

ID_FILTERS: Mapping[str, str] = {
    "EIP": "allocation-id",
    "InternetGateway": "internet-gateway-id",
    "NATGateway": "nat-gateway-id",
    "RouteTable": "route-table-id",
    "SecurityGroup": "group-id",
    "SecurityGroupEgressRule": "security-group-rule-id",
    "SecurityGroupIngressRule": "security-group-rule-id",
    "Subnet": "subnet-id",
    "TransitGatewayVPCAttachment": "transit-gateway-attachment-id",
    "VPC": "vpc-id",
    "VPCEndpointService": "service-id",
}
"""The filter of EC2 by which a kind is found without its tags."""


def find(subject: Subject, known_id: str) -> Raw | None:
    """The resource by the id last seen, if it is there and does not carry the tags it is found by."""
    lookup = subject.kind.lookup
    if not known_id or lookup is None or subject.kind.name not in ID_FILTERS:
        return None
    if Source.OWN_TAGS not in lookup.request.values():
        return None
    filters = [{"Name": ID_FILTERS[subject.kind.name], "Values": [known_id]}]
    try:
        found: list[Any] = search(lookup.items, subject.ask(lookup.method, {"Filters": filters})) or []
    except CloudError as error:
        if error.category is Category.NOT_FOUND:
            return None
        raise
    return subject.pick([one for one in found if _is_it(subject, one, known_id)])


def _is_it(subject: Subject, candidate: Raw, known_id: str) -> bool:
    """Another region's, or another resource's by now, is not ours to claim."""
    marked = tags_of(candidate.get("Tags")).get(RESOURCE_TAG)
    return str(search(subject.kind.id, candidate)) == known_id and marked in {None, subject.manifest.name}
