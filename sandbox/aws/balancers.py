"""Load balancers: the ARN says which kind it is, as policies rely on."""

from typing import Any

import moto.elbv2.models as elbv2
from moto.acm.models import acm_backends

from sandbox.aws import delays
from sandbox.aws.errors import AwsError
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


@before("elbv2", "CreateListener", "ModifyListener")
def check_certificate(call: Call) -> None:
    """A listener takes what ACM has issued, and nothing that is still to be proved."""
    for one in call.params.get("Certificates") or []:
        wanted = str(one.get("CertificateArn"))
        held = acm_backends[call.account][call.region]._certificates.get(wanted)
        if held is None:
            raise AwsError("CertificateNotFound", f"Certificate '{wanted}' not found", 400)
        if held.status != "ISSUED":
            message = f"The certificate '{wanted}' must have a fully-qualified domain name and be issued."
            raise AwsError("UnsupportedCertificate", message, 400)


def _modify(
    backend: Any, arn: str, port: Any, protocol: Any, ssl_policy: Any, certificates: Any, actions: Any
) -> Any:
    """moto knows no TLS here."""
    known = None if protocol == "TLS" else protocol
    listener = ORIGINAL["modify"](backend, arn, port, known, ssl_policy, certificates, actions)
    if protocol != "TLS":
        return listener
    listener.protocol = protocol
    if certificates:
        listener.certificate = certificates[0]["CertificateArn"]
        listener.certificates = [one["CertificateArn"] for one in certificates]
    return listener


ORIGINAL: dict[str, Any] = {}


def install() -> None:
    replace(elbv2, "make_arn_for_load_balancer", _arn)
    ORIGINAL["modify"] = replace(elbv2.ELBv2Backend, "modify_listener", _modify)
    ORIGINAL["create"] = replace(elbv2.ELBv2Backend, "create_load_balancer", _create)
