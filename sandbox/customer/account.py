"""The customer's way into an account of the sandbox's cloud."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from sandbox import frontdoor

CONFIG = Config(retries={"total_max_attempts": 3, "mode": "standard"}, connect_timeout=2, read_timeout=20)


@dataclass(frozen=True, slots=True)
class Account:
    """An administrator of `account_id`, looking at one AWS region."""

    port: int
    account_id: str
    region: str = "eu-central-1"

    def client(self, service: str) -> Any:
        keys = frontdoor.account(self.port, self.account_id)
        return boto3.client(
            service,  # type: ignore[call-overload]  # the stubs know services as literals alone
            endpoint_url=f"http://{frontdoor.HOST}:{self.port}",
            region_name=self.region,
            aws_access_key_id=keys["access_key_id"],
            aws_secret_access_key=keys["secret_access_key"],
            config=CONFIG,
        )
