"""Cutting a VPC into subnets, and keeping it clear of ranges already in use."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from regions.questionnaire.reading import NamedRange

PRIVATE_SPACE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918, and the shared address space of RFC 6598, which AWS accepts for a VPC."""
LARGEST_PREFIX, SMALLEST_PREFIX = 16, 20
PUBLIC_PREFIX, DATABASE_PREFIX = 24, 27
DATABASE_OFFSET = 1_024
PRIVATE_OFFSET = 2_048
"""Addresses from the start of the VPC; public subnets come first."""
AWS_RESERVED = 5
"""Addresses AWS keeps in every subnet (VPC user guide, "Subnet sizing")."""
BRIDGE = IPv4Network("172.17.0.0/16")
"""Docker's bridge on every node (EKS user guide, "VPC requirements")."""


@dataclass(frozen=True, slots=True)
class ZoneLayout:
    zone: str
    public: str
    private: str
    database: str


@dataclass(frozen=True, slots=True)
class NetworkLayout:
    vpc: str
    addresses: int
    private_usable: int
    """Addresses of one private subnet that nodes and pods can take."""
    zones: tuple[ZoneLayout, ...]
    kept_clear: tuple[NamedRange, ...] = ()
    """Ranges of the company that no subnet overlaps."""


def layout(
    vpc_cidr: str, private_prefix: int, zones: tuple[str, ...], kept_clear: tuple[NamedRange, ...] = ()
) -> NetworkLayout | None:
    """Subnets of each zone, or nothing when they do not fit the VPC."""
    vpc = IPv4Network(vpc_cidr)
    size = 1 << (32 - private_prefix)
    first = max(PRIVATE_OFFSET, size)
    if first + size * len(zones) > vpc.num_addresses:
        return None
    rows = tuple(
        ZoneLayout(
            zone,
            _subnet(vpc, place << (32 - PUBLIC_PREFIX), PUBLIC_PREFIX),
            _subnet(vpc, first + place * size, private_prefix),
            _subnet(vpc, DATABASE_OFFSET + (place << (32 - DATABASE_PREFIX)), DATABASE_PREFIX),
        )
        for place, zone in enumerate(zones)
    )
    return NetworkLayout(vpc_cidr, vpc.num_addresses, size - AWS_RESERVED, rows, kept_clear)


def _subnet(vpc: IPv4Network, offset: int, prefix: int) -> str:
    return str(IPv4Network((int(vpc.network_address) + offset, prefix)))


def is_private(network: IPv4Network) -> bool:
    return any(network.subnet_of(space) for space in PRIVATE_SPACE)


def overlapping(network: IPv4Network, taken: Iterable[NamedRange]) -> NamedRange | None:
    return next((item for item in taken if network.overlaps(item.network)), None)


def free_ranges(prefix: int, taken: tuple[NamedRange, ...], *, after: str = "10.0.0.0") -> Iterator[str]:
    """Private ranges of the size that collide with nothing, first those above `after`."""
    below: list[str] = []
    for space in PRIVATE_SPACE:
        if space.prefixlen > prefix:
            continue
        for network in space.subnets(new_prefix=prefix):
            if network.overlaps(BRIDGE) or overlapping(network, taken):
                continue
            if network.network_address > IPv4Address(after):
                yield str(network)
            else:
                below.append(str(network))
    yield from below
