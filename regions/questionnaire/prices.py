"""List prices of AWS as versioned data: what, where, per which unit, from where, as of when."""

from dataclasses import dataclass
from decimal import Decimal

VERSION = "2025-06"
HOURS_PER_MONTH = 730
"""AWS's own month."""

EC2 = "https://aws.amazon.com/ec2/pricing/on-demand/"
EBS = "https://aws.amazon.com/ebs/pricing/"
EKS = "https://aws.amazon.com/eks/pricing/"
VPC = "https://aws.amazon.com/vpc/pricing/"
RDS = "https://aws.amazon.com/rds/postgresql/pricing/"
ELB = "https://aws.amazon.com/elasticloadbalancing/pricing/"
KMS = "https://aws.amazon.com/kms/pricing/"
DNS = "https://aws.amazon.com/route53/pricing/"
LOGS = "https://aws.amazon.com/cloudwatch/pricing/"
TGW = "https://aws.amazon.com/transit-gateway/pricing/"
LINK = "https://aws.amazon.com/privatelink/pricing/"
SECRETS = "https://aws.amazon.com/secrets-manager/pricing/"


@dataclass(frozen=True, slots=True)
class Price:
    """USD for one `unit`; `amount` is nothing where we do not know the price."""

    item: str
    region: str
    amount: Decimal | None
    unit: str
    source: str
    date: str = "2025-06-30"


EVERYWHERE: dict[str, tuple[str, str, str]] = {
    "eks": ("0.10", "cluster-hour", EKS),
    "ipv4": ("0.005", "address-hour", VPC),
    "cross_zone": ("0.01", "GB each way", EC2),
    "kms_key": ("1.00", "key-month", KMS),
    "dns_zone": ("0.50", "zone-month", DNS),
    "secret": ("0.40", "secret-month", SECRETS),
}
"""The same in every commercial AWS region that is offered."""

COLUMNS = {"us-east-1": 0, "us-east-2": 0, "us-west-2": 0, "eu-west-1": 1, "eu-central-1": 2}
LOCAL: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    "m5.2xlarge": ("node-hour", EC2, ("0.384", "0.428", "0.46")),
    "m5.4xlarge": ("node-hour", EC2, ("0.768", "0.856", "0.92")),
    "volume": ("GB-month", EBS, ("0.08", "0.088", "0.0952")),
    "nat": ("gateway-hour", VPC, ("0.045", "0.048", "0.052")),
    "nat_data": ("GB", VPC, ("0.045", "0.048", "0.052")),
    "load_balancer": ("hour", ELB, ("0.0225", "0.0252", "0.027")),
    "egress": ("GB", EC2, ("0.09", "0.09", "0.09")),
    "logs": ("GB", LOGS, ("0.50", "0.57", "0.63")),
    "logs_kept": ("GB-month", LOGS, ("0.03", "", "")),
    "transit_gateway": ("attachment-hour", TGW, ("0.05", "", "")),
    "privatelink": ("endpoint-hour", LINK, ("0.01", "", "")),
    "db.t4g.medium": ("instance-hour", RDS, ("0.065", "", "")),
    "db.r6g.large": ("instance-hour", RDS, ("0.225", "", "")),
    "db.r6g.xlarge": ("instance-hour", RDS, ("0.45", "", "")),
    "db.r6g.2xlarge": ("instance-hour", RDS, ("0.899", "", "")),
    "db.r6g.4xlarge": ("instance-hour", RDS, ("1.798", "", "")),
    "database_snapshot": ("GB-month", RDS, ("0.095", "", "")),
    "database_storage": ("GB-month", RDS, ("0.115", "0.127", "0.137")),
}
"""By column of `COLUMNS`; empty is unknown, never free. A standby doubles instance and storage."""


def price(item: str, region: str) -> Price:
    """An item that no list names has no known price."""
    if item in EVERYWHERE:
        amount, unit, source = EVERYWHERE[item]
        return Price(item, region, Decimal(amount), unit, source)
    if item not in LOCAL:
        return Price(item, region, None, "", "")
    unit, source, amounts = LOCAL[item]
    known = amounts[COLUMNS[region]] if region in COLUMNS else ""
    return Price(item, region, Decimal(known) if known else None, unit, source)
