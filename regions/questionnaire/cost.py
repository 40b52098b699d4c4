"""What the region costs a month at list price, less the contract's discount."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from regions.questionnaire import prices
from regions.questionnaire.answers import Answers
from regions.questionnaire.prices import HOURS_PER_MONTH
from regions.questionnaire.tiers import database_tier

CENT = Decimal("0.01")
ZONES = 3
NODE_VOLUME_GB = 100
LOG_GB_MONTH = 60
"""Assumed for the platform's own logs."""
BYTES_PER_OPERATION = 2_000
"""Assumed mean size of an event, with its envelope."""
CROSS_ZONE_SHARE = Decimal(2) / 3
"""Of traffic spread evenly over three zones, two thirds leave their zone."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """`monthly` is nothing where the price is unknown; money in USD with two decimals."""

    section: str
    item: str
    quantity: str
    unit_price: str | None
    unit: str
    monthly: str | None
    source: str
    date: str

    @property
    def amount(self) -> Decimal | None:
        return Decimal(self.monthly) if self.monthly is not None else None


@dataclass(frozen=True, slots=True)
class CostEstimate:
    currency: str
    rows: tuple[CostRow, ...]
    list_total: str
    """Of the rows whose price is known."""
    discount_percent: int
    total: str
    unknown: tuple[str, ...]
    """Items that the totals leave out because their price is not known here."""

    def of_section(self, section: str) -> tuple[CostRow, ...]:
        return tuple(row for row in self.rows if row.section == section)


def estimate(answers: Answers) -> CostEstimate:
    rows = (*_compute(answers), *_database(answers), *_network(answers), *_platform(answers))
    total = sum((Decimal(row.monthly) for row in rows if row.monthly), Decimal(0))
    discount = answers.number("discount_percent")
    return CostEstimate(
        currency="USD",
        rows=rows,
        list_total=_money(total),
        discount_percent=discount,
        total=_money(total * (100 - discount) / 100),
        unknown=tuple(row.item for row in rows if row.monthly is None),
    )


def _money(amount: Decimal) -> str:
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def _row(answers: Answers, section: str, label: str, item: str, count: int, quantity: str) -> CostRow:
    """`count` units of the price in a month; `quantity` says in words how many."""
    price = prices.price(item, answers.text("cloud_region"))
    known = price.amount is not None
    return CostRow(
        section=section,
        item=label,
        quantity=quantity,
        unit_price=str(price.amount) if known else None,
        unit=price.unit,
        monthly=_money(Decimal(count) * price.amount) if price.amount is not None else None,
        source=price.source,
        date=price.date,
    )


def _compute(answers: Answers) -> Iterator[CostRow]:
    nodes, size = answers.number("nodes_min"), answers.text("instance_type")
    yield _row(answers, "compute", f"Nodes, {nodes} × {size}", size, nodes * HOURS_PER_MONTH, "on demand")
    gigabytes = nodes * NODE_VOLUME_GB
    yield _row(answers, "compute", "Volumes of the nodes", "volume", gigabytes, f"{gigabytes:,} GB gp3")
    yield from _further_groups(answers)
    yield _row(answers, "compute", "EKS control plane", "eks", HOURS_PER_MONTH, "one cluster")


def _further_groups(answers: Answers) -> Iterator[CostRow]:
    """Counted at their least, as the first group is."""
    for line in answers.chosen("node_groups"):
        name, types, low, *_ = line.split(" ")
        size, nodes = types.partition(",")[0], int(low)
        if nodes:
            label = f"Nodes of {name}, {nodes} × {size}"
            yield _row(answers, "compute", label, size, nodes * HOURS_PER_MONTH, "on demand")
            gigabytes = nodes * NODE_VOLUME_GB
            yield _row(answers, "compute", f"Volumes of {name}", "volume", gigabytes, f"{gigabytes:,} GB gp3")


def _database(answers: Answers) -> Iterator[CostRow]:
    tier = database_tier(answers.number("operations_peak"))
    copies = 2 if answers.text("environment") == "production" else 1
    kind = "with standby" if copies == 2 else "single zone"
    name = f"RDS {tier.instance_class}, {kind}"
    yield _row(answers, "data", name, tier.instance_class, copies * HOURS_PER_MONTH, f"{copies} × 730 hours")
    storage = answers.number("storage_gib") * copies
    yield _row(answers, "data", "RDS storage", "database_storage", storage, f"{storage:,} GiB gp3, {kind}")
    crossing = _crossing_gb(answers.number("operations"))
    words = f"{crossing:,} GB, assumed from {answers.number('operations'):,} operations a second"
    yield _row(answers, "data", "Traffic between zones", "cross_zone", crossing * 2, words)


def _crossing_gb(operations: int) -> int:
    """GB a month that cross a zone; each GB is charged on both sides."""
    seconds = HOURS_PER_MONTH * 3_600
    return int(operations * BYTES_PER_OPERATION * seconds * CROSS_ZONE_SHARE / 1_000_000_000)


def _network(answers: Answers) -> Iterator[CostRow]:
    egress, hours = answers.number("egress_gb"), ZONES * HOURS_PER_MONTH
    if answers.text("vpc_owner") == "vendor":
        yield _row(answers, "network", f"NAT gateways, {ZONES}", "nat", hours, "one in each zone")
        yield _row(answers, "network", f"Elastic IPs, {ZONES}", "ipv4", hours, "one for each gateway")
    yield _row(answers, "connectivity", "Data through NAT", "nat_data", egress, f"{egress:,} GB")
    yield _row(answers, "connectivity", "Traffic out to the internet", "egress", egress, f"{egress:,} GB")
    hours = HOURS_PER_MONTH
    yield _row(answers, "connectivity", "Network load balancer", "load_balancer", hours, "without LCU hours")
    yield from _private_ways(answers)


def _private_ways(answers: Answers) -> Iterator[CostRow]:
    way, hours = answers.text("connectivity"), HOURS_PER_MONTH
    if way == "transit_gateway" and answers.text("vpc_owner") == "vendor":
        yield _row(answers, "connectivity", "Transit Gateway attachment", way, hours, "one VPC")
    if way == "privatelink":
        yield _row(answers, "connectivity", "PrivateLink endpoint", way, ZONES * hours, "one in each zone")


def _platform(answers: Answers) -> Iterator[CostRow]:
    kept = LOG_GB_MONTH * int(answers.text("log_retention_days")) // 30
    yield _row(answers, "observability", "Platform logs", "logs", LOG_GB_MONTH, f"{LOG_GB_MONTH} GB, assumed")
    yield _row(answers, "observability", "Logs kept", "logs_kept", kept, f"{kept} GB on average")
    if answers.text("key_owner") == "vendor":
        yield _row(answers, "encryption", "KMS key", "kms_key", 1, "one key")
    yield _row(answers, "encryption", "Database password", "secret", 1, "one secret")
    yield _row(answers, "certificates", "Route 53 zone", "dns_zone", 1, "one zone")
