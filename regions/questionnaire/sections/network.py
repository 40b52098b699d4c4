"""Address space, and the ways in and out."""

import re

from regions.questionnaire.answers import Answers
from regions.questionnaire.questions import Choice, Kind, Question, Section


def by_transit_gateway(answers: Answers) -> bool:
    return answers.text("connectivity") == "transit_gateway"


def transit_gateway_id(text: str) -> str:
    if re.fullmatch(r"tgw-[0-9a-f]{17}", text):
        return ""
    return (
        f"“{text[:40]}” is not the id of a Transit Gateway: one is tgw- and 17 hexadecimal digits, "
        "as in the AWS console under VPC, Transit gateways."
    )


NETWORK = Section(
    "network",
    "Network",
    "The address space of the new region and what it must not collide with.",
    (
        Question(
            "vpc_cidr",
            "CIDR of the VPC",
            Kind.CIDR,
            hint="A private range, /16 to /20. Three zones with a public, a private and a database subnet "
            "each are cut from it.",
            default="10.0.0.0/16",
            immutable=True,
        ),
        Question(
            "corporate_ranges",
            "Corporate ranges",
            Kind.RANGES,
            hint="One a line, with a name. The VPC and every other region of yours are checked against them.",
            placeholder="10.42.128.0/17  Frankfurt data centre",
            required=False,
        ),
        Question(
            "private_prefix",
            "Size of each private subnet",
            Kind.CHOICE,
            hint="Nodes and pods take their addresses here.",
            default="23",
            choices=(
                Choice("23", "/23", "507 usable addresses a zone."),
                Choice("22", "/22", "1,019 usable addresses a zone."),
                Choice("21", "/21", "2,043 usable addresses a zone."),
                Choice("20", "/20", "4,091 usable addresses a zone."),
            ),
            immutable=True,
        ),
        Question(
            "api_ranges",
            "Who may reach the Kubernetes API",
            Kind.RANGES,
            hint="Public ranges of your administrators, one a line, beside those of the control plane.",
            placeholder="203.0.113.0/24  Office",
            required=False,
        ),
    ),
)

CONNECTIVITY = Section(
    "connectivity",
    "Connectivity",
    "How your systems and the region reach each other.",
    (
        Question(
            "connectivity",
            "From your network to the region",
            Kind.CHOICE,
            default="internet",
            choices=(
                Choice("internet", "Internet", "TLS through a public load balancer."),
                Choice("privatelink", "AWS PrivateLink", "An endpoint in your VPC; an internal load balancer."),
                Choice("transit_gateway", "AWS Transit Gateway", "The VPC is attached to your gateway."),
            ),
        ),
        Question(
            "transit_gateway_id",
            "Id of the Transit Gateway",
            Kind.TEXT,
            hint="In the same AWS region, shared with the account above.",
            placeholder="tgw-0123456789abcdef0",
            asked_if=by_transit_gateway,
            check=transit_gateway_id,
        ),
        Question(
            "egress_gb",
            "Traffic out to the internet",
            Kind.INTEGER,
            hint="Your estimate for a month; it goes into the cost, nothing is limited.",
            default="500",
            unit="GB a month",
            high=1_000_000,
        ),
    ),
)
