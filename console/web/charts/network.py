"""The network of a region as a diagram: zones, subnets, what lies across them, what stands around."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from django.utils.safestring import SafeString

from console.web.charts.svg import drawing, fit, joined, n, path, rect, text

KINDS = (("Public", "pub"), ("Private", "priv"), ("Database", "db"))


@dataclass(frozen=True, slots=True)
class Zone:
    """One availability zone with a CIDR block for each kind of subnet."""

    name: str
    public: str
    private: str
    database: str

    @property
    def cidrs(self) -> tuple[str, str, str]:
        return self.public, self.private, self.database


@dataclass(frozen=True, slots=True)
class Box:
    """`short` is the title in the narrow drawing."""

    title: str
    note: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Everything drawn. `ways_in` are at most three (dashed: only for a time), `services` at most six."""

    cidr: str
    place: str
    """"AWS eu-north-1 · account 111122223333"."""
    zones: Sequence[Zone]
    balancer: Box
    cluster: Box
    database: Box
    ways_in: Sequence[Box] = ()
    staff: Box | None = None
    services: Sequence[Box] = ()
    console: Box | None = None

    @property
    def label(self) -> str:
        across = ", ".join(box.title for box in (self.balancer, self.cluster, self.database) if box.title)
        subnets = "in each a public, a private and a database subnet"
        return f"VPC {self.cidr} with {len(self.zones)} zones, {subnets}; {across}"


def network(drawn: Network) -> SafeString:
    """The wide and the narrow drawing of the plan page."""
    return joined([_wide(drawn), _narrow(drawn)])


def _titled(x: float, y: float, width: float, box: Box, css: str = "box") -> list[SafeString]:
    return [
        rect(css, x, y, width, 46),
        text("th", x + 12, y + 19, fit(box.title, width - 20, 6.8)),
        text("t2", x + 12, y + 35, fit(box.note, width - 20)),
    ]


# --- wide ---

FRAME, ZONE_PITCH, ZONE_WIDTH = (205, 14, 649, 424), 214, 204
ROWS = ((78, 118), (206, 106), (322, 94))
BANDS = (("band-pub", 106, 36), ("band", 236, 58), ("band-db", 352, 44))


def _wide(drawn: Network) -> SafeString:
    x, y, width, height = FRAME
    parts = [
        rect("frame-l", x, y, width, height, 8),
        text("th", x + 16, y + 24, f"VPC {drawn.cidr}"),
        text("t2", x + width - 16, y + 24, drawn.place, "end"),
    ]
    left = 222 + (3 - len(drawn.zones)) * ZONE_PITCH / 2
    for number, zone in enumerate(drawn.zones):
        parts += _zone(left + number * ZONE_PITCH - 10, zone)
    across = left - 2 + 0, (len(drawn.zones) - 1) * ZONE_PITCH + 168
    for (css, top, tall), box in zip(BANDS, (drawn.balancer, drawn.cluster, drawn.database), strict=True):
        parts += _band(css, across[0] + 10, top, across[1], tall, box)
    parts += [*_ways_in(drawn, across[0] + 4), *_services(drawn, across[0] + 10 + across[1])]
    return drawing("dgm only-wide", 1088, 440, drawn.label, parts)


def _zone(x: float, zone: Zone) -> list[SafeString]:
    parts = [rect("zone", x, 50, ZONE_WIDTH, 376, 6), text("t2", x + ZONE_WIDTH / 2, 68, zone.name, "middle")]
    for (name, css), cidr, (y, height) in zip(KINDS, zone.cidrs, ROWS, strict=True):
        parts += [
            rect(f"box {css}", x + 8, y, ZONE_WIDTH - 16, height),
            text("", x + 18, y + 18, name),
            text("t2", x + ZONE_WIDTH - 18, y + 18, cidr, "end"),
        ]
    parts += [
        rect("box", x + 18, 158, ZONE_WIDTH - 36, 28, 4),
        text("", x + ZONE_WIDTH / 2, 176, "NAT gateway + Elastic IP", "middle"),
    ]
    return parts


def _band(css: str, x: float, y: float, width: float, height: float, box: Box) -> list[SafeString]:
    middle = y + height / 2 + 4
    room = width - 48 - len(box.title) * 7
    return [
        rect(css, x, y, width, height),
        text("th", x + 14, middle, box.title),
        text("t2", x + width - 14, middle, fit(box.note, room), "end"),
    ]


def _ways_in(drawn: Network, edge: float) -> list[SafeString]:
    parts: list[SafeString] = []
    for number, box in enumerate(drawn.ways_in[:2]):
        y = 86 + number * 66
        parts += _titled(1, y, 150, box)
        landing = 109 + number * 23
        bend = f"H166Q174 {y + 23} 174 {y + 15}V{landing + 8}Q174 {landing} 182 {landing}H{n(edge)}"
        parts += [path("wire", f"M151 {y + 23}{bend if number else f'H{n(edge)}'}"), _arrow(edge, landing)]
    if drawn.staff is not None:
        parts += _titled(1, 242, 150, drawn.staff)
        parts += [path("wire wire--dash", f"M151 265H{n(edge)}"), _arrow(edge, 265)]
    return parts


def _arrow(x: float, y: float) -> SafeString:
    return path("wire", f"m{n(x - 5)} {n(y - 4)} 5 4-5 4")


def _services(drawn: Network, edge: float) -> list[SafeString]:
    parts: list[SafeString] = []
    if drawn.console is not None:
        parts += [
            *_titled(916, 14, 171, drawn.console, "band"),
            path("wire", "M1001 60V82"),
            path("wire", "m997 77 4 5 4-5"),
        ]
    for number, box in enumerate(drawn.services[:6]):
        y = 86 + number * 56
        parts += _titled(916, y, 171, box)
        parts.append(path("wire wire--soft", f"M{n(edge)} 265H884V{y + 23}H916"))
    return parts


# --- narrow: zones below each other, the parts across them as columns ---


def _narrow(drawn: Network) -> SafeString:
    height = 78 + len(drawn.zones) * 106
    parts = [rect("frame-l", 1, 1, 356, height - 2, 6), text("th", 344, 19, f"VPC {drawn.cidr}", "end")]
    for number, zone in enumerate(drawn.zones):
        y = 66 + number * 106
        parts += [rect("zone", 6, y, 346, 98), text("t2", 18, y + 18, zone.name)]
    columns = zip(
        (12, 128, 244),
        ("band-pub", "band", "band-db"),
        (drawn.balancer, drawn.cluster, drawn.database),
        strict=True,
    )
    for x, css, box in columns:
        parts += [
            rect(css, x, 26, 102, height - 34),
            text("th", x + 51, 48, fit(box.short or box.title, 96, 7), "middle"),
        ]
    for number, zone in enumerate(drawn.zones):
        parts += _cells(18, 116, 92 + number * 106, 90, 58, zone)
        parts.append(text("t2", 18, 84 + number * 106, zone.name))
    return drawing("dgm only-narrow", 358, height, drawn.label, parts)


def _cells(x: float, step: float, y: float, width: float, height: float, zone: Zone) -> list[SafeString]:
    parts: list[SafeString] = []
    for number, ((name, css), cidr) in enumerate(zip(KINDS, zone.cidrs, strict=True)):
        parts += _subnet(x + number * step, y, width, height, name, css, cidr)
    return parts


def _subnet(x: float, y: float, width: float, height: float, name: str, css: str, cidr: str) -> list[SafeString]:
    middle = x + width / 2
    return [
        rect(f"box {css}", x, y, width, height, 4),
        text("th", middle, y + height / 2 - 3, name, "middle"),
        text("t2", middle, y + height / 2 + 12, cidr, "middle"),
    ]


# --- beside a form: the cut of the range alone ---


def subnets(cidr: str, zones: Sequence[Zone]) -> SafeString:
    """The small drawing of the questionnaire's effect panel."""
    addresses = f"{IPv4Network(cidr).num_addresses:,} addresses"
    label = f"VPC {cidr} with {len(zones)} zones; in each a public, a private and a database subnet"
    pitch = 324 / max(len(zones), 1)
    parts = [
        rect("frame-l", 0.5, 0.5, 343, 199, 6),
        text("th", 12, 21, "VPC"),
        text("t2", 42, 21, cidr),
        text("t2", 332, 21, addresses, "end"),
    ]
    for number, zone in enumerate(zones):
        x = 10 + number * pitch
        parts += [rect("zone", x + 2, 32, pitch - 4, 158), text("t2", x + pitch / 2, 47, zone.name, "middle")]
        for line, ((name, css), block) in enumerate(zip(KINDS, zone.cidrs, strict=True)):
            parts += _subnet(x + 8, 54 + line * 45, pitch - 16, 40, name, css, block)
    return drawing("dgm", 344, 200, label, parts)


SERIES = {"public": "k3", "private": "k1", "database": "k2"}


def address_space(
    cidr: str, parts: Sequence[tuple[str, str]], taken: Sequence[tuple[str, str]] = ()
) -> SafeString:
    """A bar of one range: its subnets (kind, block) and what others hold of it (name, block)."""
    whole = IPv4Network(cidr)
    drawn = [rect("space", 0, 8, 344, 20, 4)]
    drawn += [rect(SERIES[kind], *_span(whole, IPv4Network(block)), 20, 2) for kind, block in parts]
    clashes = [(name, IPv4Network(block)) for name, block in taken if whole.overlaps(IPv4Network(block))]
    for name, block in clashes:
        x, _, width = _span(whole, block)
        drawn += [rect("taken", x, 4, width, 28, 3), text("limit-t", min(x, 344 - len(name) * 6), 46, name)]
    if not any(_span(whole, block)[0] < 60 for _, block in clashes):
        drawn.append(text("ax", 0, 46, str(whole.network_address)))
    says = (
        "; ".join(f"{block} is taken by {name}" for name, block in clashes) or "nothing of it is taken by others"
    )
    return drawing("dgm", 344, 50, f"Address space {cidr}: {says}", drawn)


def _span(whole: IPv4Network, block: IPv4Network) -> tuple[float, float, float]:
    """x, y and width of a block in the bar, held inside it."""
    scale = 344 / whole.num_addresses
    start = max((int(block.network_address) - int(whole.network_address)) * scale, 0)
    end = min((int(block.broadcast_address) + 1 - int(whole.network_address)) * scale, 344)
    return start, 8, max(end - start - 1, 2)
