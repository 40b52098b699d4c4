"""Makes the cloud slow or failing, by rules of the front door."""

from dataclasses import dataclass
from typing import Any

from sandbox import frontdoor

USUAL_DELAYS = {"cluster": 20.0, "nodegroup": 15.0, "rds": 25.0, "nat": 5.0}  # seconds
SLOW_FACTOR = 3
EVERYTHING = {"service": ".*", "action": ".*"}
ADDRESS_QUOTA = ("ec2", "L-0263D0A3", 5)  # service, code and AWS's default of "EC2-VPC Elastic IPs"


@dataclass(frozen=True, slots=True)
class Weather:
    name: str
    title: str
    effect: str
    note: str
    rules: tuple[dict[str, Any], ...]
    slow_factor: float = 1


WEATHERS = (
    Weather(
        name="slow",
        title="Slow cloud",
        effect="Every call takes 2 s, and EKS, RDS and NAT gateways stay in CREATING three times as long.",
        note="Steps wait, no worker is held, nothing fails.",
        rules=({**EVERYTHING, "kind": "delay", "rate": 1.0, "delay_seconds": 2.0},),
        slow_factor=SLOW_FACTOR,
    ),
    Weather(
        name="failing",
        title="Fail 10 % of calls",
        effect="Throttling, server errors, and answers lost after the call took effect.",
        note="Operations go on by themselves and leave no duplicate.",
        rules=(
            {**EVERYTHING, "kind": "throttle", "rate": 0.04},
            {**EVERYTHING, "kind": "error", "rate": 0.03},
            {**EVERYTHING, "kind": "lost_answer", "rate": 0.03},
        ),
    ),
    Weather(
        name="down",
        title="The cloud is down",
        effect="Every call is answered with 503.",
        note="Steps retry and say so; they go on once the cloud is back.",
        rules=({**EVERYTHING, "kind": "error", "rate": 1.0, "code": "ServiceUnavailable", "status": 503},),
    ),
)


def choose(port: int, name: str) -> Weather | None:
    """Set the weather of that name; any other name is fine weather."""
    weather = next((one for one in WEATHERS if one.name == name), None)
    factor = weather.slow_factor if weather else 1
    frontdoor.call(port, "PUT", "faults", list(weather.rules) if weather else [])
    frontdoor.call(port, "PUT", "delays", {kind: usual * factor for kind, usual in USUAL_DELAYS.items()})
    return weather


def current(port: int) -> str:
    """Name of the weather whose rules are set, "" in fine weather, "other" for rules set by hand."""
    rules = frontdoor.call(port, "GET", "faults")
    if not rules:
        return ""
    kinds = [(rule["kind"], rule["rate"]) for rule in rules]
    known = {one.name: [(rule["kind"], rule["rate"]) for rule in one.rules] for one in WEATHERS}
    return next((name for name, wanted in known.items() if wanted == kinds), "other")


def limit_addresses(port: int, *, account_id: str, region: str, to_none: bool) -> None:
    """Let the account have no further Elastic IP, or AWS's default again."""
    service, code, usual = ADDRESS_QUOTA
    body = {"account_id": account_id, "region": region, "service": service, "code": code}
    frontdoor.call(port, "PUT", "quotas", {**body, "value": 0 if to_none else usual})
