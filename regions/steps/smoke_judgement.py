"""What the looks of the smoke tests must show; pure. Each judge returns what is wrong, "" for nothing."""

from collections.abc import Collection, Mapping, Sequence

from regions.clouds.inspection import Answer, Ask
from regions.clouds.ports import Observation

ZONES = 3
BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
READING = "ec2:DescribeVpcs"
DELETING = (
    "ec2:DeleteVpc",
    "ec2:DeleteSubnet",
    "eks:DeleteCluster",
    "rds:DeleteDBInstance",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "iam:DeleteRole",
    "kms:ScheduleKeyDeletion",
)


def cluster(seen: Observation) -> str:
    if not seen.exists:
        return "The cluster is not there."
    return "" if seen.state == "ACTIVE" else f"The cluster is {seen.state}, not ACTIVE."


def nodes(group: Observation, subnets: Sequence[Observation]) -> str:
    """The node group is active, and its subnets lie in three zones."""
    if not group.exists or group.state != "ACTIVE":
        return f"The node group is {group.state or 'not there'}, not ACTIVE."
    used = set(group.facts.get("subnets", ()))
    zones = {seen.facts.get("AvailabilityZone") for seen in subnets if seen.external_id in used}
    return "" if len(zones) >= ZONES else f"The node group reaches {len(zones)} of {ZONES} zones."


def database(seen: Observation) -> str:
    if not seen.exists or seen.state != "available":
        return f"The database is {seen.state or 'not there'}, not available."
    return "" if seen.facts.get("StorageEncrypted") else "The database's storage is not encrypted."


def bucket(blocks: Sequence[Observation]) -> str:
    """Every bucket refuses public access in all four ways."""
    if not blocks:
        return "Nothing keeps the public out of the bucket."
    open_ways = [name for seen in blocks for name in BLOCKS if not (seen.exists and seen.facts.get(name))]
    return f"The bucket does not refuse public access: {', '.join(open_ways)} is off." if open_ways else ""


def zone(expected: Collection[str], answered: Collection[str]) -> str:
    if not expected:
        return "The DNS zone is not there."
    if not answered:
        return "Nobody answers for the DNS zone: it is not delegated yet."
    wanted, found = _hosts(expected), _hosts(answered)
    return "" if wanted == found else f"DNS names other servers for the zone: {', '.join(sorted(found))}."


def _hosts(names: Collection[str]) -> set[str]:
    return {name.rstrip(".").lower() for name in names}


def view_role(answers: Mapping[Ask, Answer]) -> str:
    """The role for looking may look, and deletes nothing."""
    allowed = {ask.action for ask, answer in answers.items() if answer.allowed}
    if READING not in allowed:
        return f"The read-only role may not even look ({READING})."
    deleting = sorted(allowed - {READING})
    return f"The read-only role may delete: {', '.join(deleting)}." if deleting else ""
