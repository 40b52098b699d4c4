"""What the customer's own administrator finds in the account, never through the console."""

from collections import Counter
from typing import Any

from regions.blueprints.manifests import Manifest
from sandbox.customer.account import Account

REGION, RESOURCE = "byoc:region", "byoc:resource"
AUTOMATED_SNAPSHOT = ":snapshot:rds:"
GLOBAL_REGION = "us-east-1"  # IAM and Route 53 answer there


def tagged(port: int, account_id: str, cloud_region: str, region_id: str) -> Counter[str]:
    """How often each resource of the region is in the account, by the name that its tag says."""
    found: Counter[str] = Counter()
    for place in {cloud_region, GLOBAL_REGION}:
        account = Account(port, account_id, place)
        found.update(_tags_of(row)[RESOURCE] for row in _carrying(account, region_id))
    return found


def keys_pending_deletion(port: int, account_id: str, cloud_region: str) -> int:
    client = Account(port, account_id, cloud_region).client("kms")
    states = [
        client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in client.list_keys()["Keys"]
    ]
    return states.count("PendingDeletion")


def taggable(manifests: tuple[Manifest, ...]) -> Counter[str]:
    """Names of what the plan makes and tags, each once."""
    return Counter(manifest.name for manifest in manifests if "tags" in manifest.for_provider)


def _carrying(account: Account, region_id: str) -> list[dict[str, Any]]:
    """Resources with the region's tag that are there to stay."""
    pages = account.client("resourcegroupstaggingapi").get_paginator("get_resources")
    filters = [{"Key": REGION, "Values": [region_id]}]
    rows = [row for page in pages.paginate(TagFilters=filters) for row in page["ResourceTagMappingList"]]
    return [row for row in rows if not _goes_by_itself(account, row["ResourceARN"])]


def _goes_by_itself(account: Account, arn: str) -> bool:
    """Whether AWS made it, with the tags of the database, and deletes it with the database."""
    if AUTOMATED_SNAPSHOT in arn:
        return bool(account.client("rds").describe_db_instances()["DBInstances"])
    if ":kms:" not in arn:
        return False
    state = account.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]
    return bool(state == "PendingDeletion")


def _tags_of(row: dict[str, Any]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in row["Tags"]}
