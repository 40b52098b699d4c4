"""Address space, and the ways in and out."""

import re

from regions.questionnaire.answers import Answers
from regions.questionnaire.questions import Choice, Kind, Question, Section

VPC_ID = re.compile(r"vpc-[0-9a-f]{17}")
PRINCIPAL = re.compile(r"arn:aws:iam::\d{12}:(root|(role|user)/[\w+=,.@/-]{1,512})")


def in_own_vpc(answers: Answers) -> bool:
    """The region stands in a VPC of the customer's."""
    return answers.text("vpc_owner") == "customer"


def in_new_vpc(answers: Answers) -> bool:
    return not in_own_vpc(answers)


def in_own_vpc_with_public_side(answers: Answers) -> bool:
    return in_own_vpc(answers) and answers.text("connectivity") == "internet"


def by_private_link(answers: Answers) -> bool:
    return answers.text("connectivity") == "privatelink"


def by_new_attachment(answers: Answers) -> bool:
    return by_transit_gateway(answers) and in_new_vpc(answers)


def vpc_id(text: str) -> str:
    if VPC_ID.fullmatch(text):
        return ""
    return f"“{text[:40]}” is not the id of a VPC: one is vpc- and 17 hexadecimal digits."


def principal(text: str) -> str:
    if PRINCIPAL.fullmatch(text):
        return ""
    return f"“{text[:60]}” is not the ARN of an account, a role or a user, as in arn:aws:iam::111122223333:root."


def gateway_table_id(text: str) -> str:
    if re.fullmatch(r"tgw-rtb-[0-9a-f]{17}", text):
        return ""
    return f"“{text[:40]}” is not the id of a gateway's route table: one is tgw-rtb- and 17 hexadecimal digits."


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
            "vpc_owner",
            "Whose VPC",
            Kind.CHOICE,
            default="vendor",
            choices=(
                Choice("vendor", "A new one", "Nine subnets, gateways and routes are made for the region alone."),
                Choice("customer", "One of yours", "Its subnets, gateways and routes stay yours; we check them."),
            ),
            immutable=True,
        ),
        Question(
            "vpc_id",
            "Id of your VPC",
            Kind.TEXT,
            hint="You lend it to us by a tag; verification says which.",
            placeholder="vpc-0123456789abcdef0",
            asked_if=in_own_vpc,
            check=vpc_id,
            immutable=True,
        ),
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
            "private_subnets",
            "Your private subnets",
            Kind.RANGES,
            hint="For nodes and pods. Range and id, one a line, one in each zone, in the order of the zones.",
            placeholder="10.0.8.0/21  subnet-0123456789abcdef0",
            asked_if=in_own_vpc,
            immutable=True,
        ),
        Question(
            "database_subnets",
            "Your database subnets",
            Kind.RANGES,
            hint="As above. They need no way out.",
            placeholder="10.0.4.0/27  subnet-0123456789abcdef0",
            asked_if=in_own_vpc,
            immutable=True,
        ),
        Question(
            "public_subnets",
            "Your public subnets",
            Kind.RANGES,
            hint="As above, for the load balancer that faces the internet.",
            placeholder="10.0.0.0/24  subnet-0123456789abcdef0",
            asked_if=in_own_vpc_with_public_side,
            immutable=True,
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
            asked_if=in_new_vpc,
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
        Question(
            "api_afterwards",
            "The Kubernetes API once the region has joined",
            Kind.CHOICE,
            default="open",
            choices=(
                Choice("open", "Stays open to these ranges", "And to the control plane, for upgrades."),
                Choice("closed", "Closes to the outside", "It answers inside the VPC alone."),
            ),
        ),
        Question(
            "flow_logs",
            "Log of connections",
            Kind.CHOICE,
            hint="VPC flow logs, kept as long as the platform's logs.",
            default="rejected",
            choices=(
                Choice("none", "None"),
                Choice("rejected", "What was refused"),
                Choice("all", "Everything", "Costs grow with traffic."),
            ),
            asked_if=in_new_vpc,
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
            asked_if=by_new_attachment,
            check=transit_gateway_id,
        ),
        Question(
            "gateway_ranges",
            "Ranges behind the gateway",
            Kind.RANGES,
            hint="Routes to these lead through the gateway. Empty: all private ranges do.",
            placeholder="10.42.0.0/16  Frankfurt data centre",
            required=False,
            asked_if=by_transit_gateway,
        ),
        Question(
            "gateway_route_table_id",
            "Route table of the gateway",
            Kind.TEXT,
            hint="Where the way to the region is written, lent to us by a tag. Empty: the gateway learns it.",
            placeholder="tgw-rtb-0123456789abcdef0",
            required=False,
            asked_if=by_new_attachment,
            check=gateway_table_id,
        ),
        Question(
            "principals",
            "Who may connect by PrivateLink",
            Kind.LINES,
            hint="ARNs of accounts, roles or users, one a line. Empty: the region's own account.",
            placeholder="arn:aws:iam::111122223333:root",
            required=False,
            asked_if=by_private_link,
            check=principal,
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
