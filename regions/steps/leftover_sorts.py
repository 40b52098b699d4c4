"""What AWS's words in an ARN stand for: who removes such a thing, what it costs a month, and by which command."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from regions.clouds.leftovers import Left
from regions.questionnaire.prices import HOURS_PER_MONTH, price

CENT = Decimal("0.01")
FREE: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sort:
    title: str
    kind: str = ""
    """The kind that removes it; empty where the role may not, since the cluster made it and not we."""
    costs: tuple[tuple[str, int], ...] | None = None
    """Items of the price list and units a month; nothing where that is not known, empty where it is free."""
    by_size: str = ""
    """Item of the price list that counts gigabytes."""
    command: str = ""
    """`{id}`, `{arn}`, `{region}`"""


SORTS: Mapping[str, Sort] = {
    "acm:certificate": Sort("Certificate", "", FREE, command="acm delete-certificate --certificate-arn {arn}"),
    "backup:backup-plan": Sort("Backup plan", "", FREE, command="backup delete-backup-plan --backup-plan-id {id}"),
    "backup:backup-vault": Sort("Backup vault", command="backup delete-backup-vault --backup-vault-name {id}"),
    "ec2:elastic-ip": Sort(
        "Elastic IP", "EIP", (("ipv4", HOURS_PER_MONTH),), command="ec2 release-address --allocation-id {id}"
    ),
    "ec2:instance": Sort("EC2 instance", command="ec2 terminate-instances --instance-ids {id}"),
    "ec2:internet-gateway": Sort("Internet gateway", "InternetGateway", FREE),
    "ec2:launch-template": Sort(
        "Launch template", "", FREE, command="ec2 delete-launch-template --launch-template-id {id}"
    ),
    "ec2:natgateway": Sort("NAT gateway", "NATGateway", (("nat", HOURS_PER_MONTH),)),
    "ec2:network-interface": Sort(
        "Network interface", "", FREE, command="ec2 delete-network-interface --network-interface-id {id}"
    ),
    "ec2:route-table": Sort("Route table", "RouteTable", FREE),
    "ec2:security-group": Sort("Security group", "SecurityGroup", FREE),
    "ec2:snapshot": Sort("EBS snapshot", command="ec2 delete-snapshot --snapshot-id {id}"),
    "ec2:subnet": Sort("Subnet", "Subnet", FREE),
    "ec2:transit-gateway-attachment": Sort(
        "Transit gateway attachment", "TransitGatewayVPCAttachment", (("transit_gateway", HOURS_PER_MONTH),)
    ),
    "ec2:volume": Sort("EBS volume", by_size="volume", command="ec2 delete-volume --volume-id {id}"),
    "ec2:vpc": Sort("VPC", "VPC", FREE),
    "ec2:vpc-flow-log": Sort("Flow log", "", FREE, command="ec2 delete-flow-logs --flow-log-ids {id}"),
    "ec2:vpc-endpoint-service": Sort("Endpoint service", "VPCEndpointService", FREE),
    "ecr:repository": Sort("Image registry", "Repository"),
    "eks:addon": Sort("Add-on", "", FREE),
    "eks:cluster": Sort("EKS cluster", "Cluster", (("eks", HOURS_PER_MONTH),)),
    "eks:nodegroup": Sort("Node group", "NodeGroup"),
    "eks:podidentityassociation": Sort("Pod identity", "", FREE),
    "elasticloadbalancing:loadbalancer": Sort(
        "Load balancer", "", (("load_balancer", HOURS_PER_MONTH),),
        command="elbv2 delete-load-balancer --load-balancer-arn {arn}",
    ),
    "elasticloadbalancing:targetgroup": Sort(
        "Target group", "", FREE, command="elbv2 delete-target-group --target-group-arn {arn}"
    ),
    "iam:oidc-provider": Sort("OIDC provider", "OpenIDConnectProvider", FREE),
    "iam:policy": Sort("IAM policy", "Policy", FREE),
    "iam:role": Sort("IAM role", "Role", FREE),
    "kms:alias": Sort("Name of a key", "Alias", FREE),
    "kms:key": Sort("KMS key", "Key", (("kms_key", 1),)),
    "logs:log-group": Sort("Log group", "Group", by_size="logs_kept"),
    "rds:db": Sort("RDS database", "Instance"),
    "rds:pg": Sort("Parameter group", "ParameterGroup", FREE),
    "rds:snapshot": Sort(
        "Database snapshot", by_size="database_snapshot",
        command="rds delete-db-snapshot --db-snapshot-identifier {id}",
    ),
    "rds:subgrp": Sort("Subnet group", "SubnetGroup", FREE),
    "route53:hostedzone": Sort("DNS zone", "", (("dns_zone", 1),), command="route53 delete-hosted-zone --id {id}"),
    "s3:bucket": Sort("Bucket", "Bucket"),
    "secretsmanager:secret": Sort(
        "Secret", "", (("secret", 1),), command="secretsmanager delete-secret --secret-id {arn}"
    ),
}  # fmt: skip
UNKNOWN = Sort("Something")
LIST_COMMAND = "resourcegroupstaggingapi get-resources --resource-arn-list {arn}"


def sort_of(left: Left) -> Sort:
    return SORTS.get(left.sort, UNKNOWN)


def title_of(left: Left) -> str:
    known = SORTS.get(left.sort)
    return known.title if known else left.sort


def monthly(left: Left, cloud_region: str) -> Decimal | None:
    """USD at list price; nothing where size or price is not known, which is not the same as free."""
    sort = sort_of(left)
    costs: tuple[tuple[str, int | Decimal], ...] | None = sort.costs
    if sort.by_size:
        costs = ((sort.by_size, left.gigabytes),) if left.gigabytes is not None else None
    if costs is None:
        return None
    total = Decimal(0)
    for item, units in costs:
        amount = price(item, cloud_region).amount
        if amount is None:
            return None
        total += amount * units
    return total.quantize(CENT, ROUND_HALF_UP)


def fix(left: Left, cloud_region: str) -> str:
    command = (sort_of(left).command or LIST_COMMAND).format(id=left.id, arn=left.arn or left.id)
    return f"aws {command} --region {cloud_region}"
