"""Kinds of resource that hold what no plan can make again."""

from collections.abc import Mapping

DATA_OF: Mapping[str, str] = {
    "Bucket": "its objects",
    "Group": "its log lines",
    "Instance": "its databases",
    "Key": "whatever it alone can decrypt",
    "Repository": "its images",
    "Secret": "its value",
    "Vault": "its recovery points",
}
"""What is lost with each."""


def holds_data(kind: str) -> bool:
    return kind in DATA_OF
