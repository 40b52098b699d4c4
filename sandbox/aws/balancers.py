"""Load balancers: the ARN says which kind it is, as policies rely on."""

from typing import Any

import moto.elbv2.models as elbv2

from sandbox.aws import delays
from sandbox.aws.extensions import before
from sandbox.aws.patching import replace
from sandbox.aws.requests import Call

KINDS = {"network": "net", "gateway": "gwy"}
SECONDS = 2.0


class Wanted:
    """The kind that the call being served asks for; calls are served one at a time."""

    kind = "app"


@before("elbv2", "CreateLoadBalancer")
def note_kind(call: Call) -> None:
    Wanted.kind = KINDS.get(str(call.params.get("Type")), "app")


def _arn(account_id: str, lb_id: str, name: str, region_name: str) -> str:
    place = f"arn:aws:elasticloadbalancing:{region_name}:{account_id}"
    return f"{place}:loadbalancer/{Wanted.kind}/{name}/{lb_id}"


def _create(backend: Any, *args: Any, **kwargs: Any) -> Any:
    balancer = ORIGINAL["create"](backend, *args, **kwargs)
    balancer.state = "provisioning"
    key = (backend.account_id, backend.region_name, balancer.arn)
    delays.later("elbv2", key, "active", min(SECONDS, delays.seconds_of("nat")))
    return balancer


@delays.on_due("elbv2")
def _settle(key: tuple[str, str, str], outcome: str) -> None:
    balancer = elbv2.elbv2_backends[key[0]][key[1]].load_balancers.get(key[2])
    if balancer is not None:
        balancer.state = outcome


ORIGINAL: dict[str, Any] = {}


def install() -> None:
    replace(elbv2, "make_arn_for_load_balancer", _arn)
    ORIGINAL["create"] = replace(elbv2.ELBv2Backend, "create_load_balancer", _create)
