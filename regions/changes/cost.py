"""What resources cost a month by themselves, from their manifests; traffic is in the plan's estimate alone."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from regions.blueprints.aws.logs import CLUSTER_LOGS, DATABASE_LOGS
from regions.blueprints.manifests import Manifest
from regions.changes.differing import Change
from regions.questionnaire.cost import CENT, LOG_GB_MONTH, ZONES
from regions.questionnaire.prices import HOURS_PER_MONTH, price

PLATFORM_LOGS = frozenset({"platform-logs", CLUSTER_LOGS, DATABASE_LOGS})
"""They share the platform's logs evenly; what flow logs hold goes with the traffic, which is not counted."""
DAYS_A_MONTH = 30

Amounts = Iterator[tuple[str, int | Decimal]]
"""Items of the price list, and how many units of each in a month."""


@dataclass(frozen=True, slots=True)
class Delta:
    """USD a month at list price less the contract's discount; `unknown` names what has no known price."""

    before: Decimal
    after: Decimal
    unknown: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def _nodes(group: Manifest, many: int) -> Amounts:
    size = str(group.for_provider["instanceTypes"][0])
    yield size, many * HOURS_PER_MONTH
    yield "volume", many * int(group.for_provider.get("diskSize", 0))


def _node_group(group: Manifest) -> Amounts:
    return _nodes(group, int(group.for_provider["scalingConfig"]["minSize"]))


def _database(instance: Manifest) -> Amounts:
    fields = instance.for_provider
    copies = 2 if fields.get("multiAz") else 1
    yield str(fields["instanceClass"]), copies * HOURS_PER_MONTH
    yield "database_storage", copies * int(fields["allocatedStorage"])
    if fields.get("manageMasterUserPassword"):
        yield "secret", 1


def _log_group(group: Manifest) -> Amounts:
    if group.name not in PLATFORM_LOGS:
        return
    days = int(group.for_provider.get("retentionInDays", DAYS_A_MONTH))
    share = Decimal(LOG_GB_MONTH) / len(PLATFORM_LOGS)
    yield "logs", share
    yield "logs_kept", share * days / DAYS_A_MONTH


def _by_the_hour(item: str, many: int = 1) -> Callable[[Manifest], Amounts]:
    def amounts(_manifest: Manifest) -> Amounts:
        yield item, many * HOURS_PER_MONTH

    return amounts


def _by_the_month(item: str) -> Callable[[Manifest], Amounts]:
    def amounts(_manifest: Manifest) -> Amounts:
        yield item, 1

    return amounts


PRICED: Mapping[str, Callable[[Manifest], Amounts]] = {
    "Cluster": _by_the_hour("eks"),
    "EIP": _by_the_hour("ipv4"),
    "Group": _log_group,
    "Instance": _database,
    "Key": _by_the_month("kms_key"),
    "LB": _by_the_hour("load_balancer"),
    "NATGateway": _by_the_hour("nat"),
    "NodeGroup": _node_group,
    "TransitGatewayVPCAttachment": _by_the_hour("transit_gateway"),
    "VPCEndpointService": _by_the_hour("privatelink", ZONES),
    "Zone": _by_the_month("dns_zone"),
}
"""Kinds that AWS charges for by being there; all others cost nothing until they are used."""


def monthly(manifest: Manifest) -> Decimal | None:
    """USD at list price; nothing where the price is unknown."""
    amounts = PRICED[manifest.kind](manifest) if manifest.kind in PRICED else ()
    return _sum(amounts, _place(manifest))


def at_most(manifest: Manifest) -> Decimal | None:
    """As `monthly`, with every node that the autoscaler may start."""
    if manifest.kind != "NodeGroup":
        return monthly(manifest)
    return _sum(_nodes(manifest, int(manifest.for_provider["scalingConfig"]["maxSize"])), _place(manifest))


def _place(manifest: Manifest) -> str:
    return str(manifest.for_provider.get("region", ""))


def _sum(amounts: Iterable[tuple[str, int | Decimal]], place: str) -> Decimal | None:
    total = Decimal(0)
    for item, many in amounts:
        known = price(item, place).amount
        if known is None:
            return None
        total += known * many
    return total.quantize(CENT, ROUND_HALF_UP)


def change_of(change: Change, discount_percent: int = 0) -> Decimal | None:
    """What one change adds or saves a month."""
    sides = [monthly(side) if side else Decimal(0) for side in (change.before, change.after)]
    before, after = sides
    return None if before is None or after is None else less(after - before, discount_percent)


def delta(before: Iterable[Manifest], after: Iterable[Manifest], discount_percent: int = 0) -> Delta:
    """The whole region before and after; what has no known price on one side is left out of both."""
    old, new = list(before), list(after)
    unknown = {each.name: each.title for each in [*old, *new] if monthly(each) is None}
    return Delta(
        before=total(old, monthly, discount_percent, without=unknown),
        after=total(new, monthly, discount_percent, without=unknown),
        unknown=tuple(unknown.values()),
    )


def total(
    manifests: Iterable[Manifest],
    price_of: Callable[[Manifest], Decimal | None] = monthly,
    discount_percent: int = 0,
    *,
    without: Container[str] = (),
) -> Decimal:
    """What is known of the whole."""
    known = (price_of(each) or Decimal(0) for each in manifests if each.name not in without)
    return less(sum(known, Decimal(0)), discount_percent)


def less(amount: Decimal, discount_percent: int) -> Decimal:
    return (amount * (100 - discount_percent) / 100).quantize(CENT, ROUND_HALF_UP)
