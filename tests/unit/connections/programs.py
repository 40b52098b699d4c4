"""The customer's own programs, the AWS CLI and Terraform, where they are installed."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from regions.clouds.aws.session import Session

PLUGINS = Path("/opt/tf-plugins")


def environment(session: Session, url: str, home: Path) -> dict[str, str]:
    keys = session.client("iam")._request_signer._credentials
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "TF_CLI_CONFIG_FILE": os.devnull,
        "CHECKPOINT_DISABLE": "1",
    }


def has_aws() -> bool:
    return shutil.which("aws") is not None


def has_terraform() -> bool:
    """With the provider at hand: nothing is fetched from a registry."""
    return shutil.which("terraform") is not None and PLUGINS.is_dir()


def run(command: list[str], surroundings: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=dict(surroundings), capture_output=True, text=True, check=False, timeout=300
    )
