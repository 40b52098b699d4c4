"""The cloud survives a restart, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.sandbox_aws.conftest import Account, Cloud
from tests.unit.sandbox_aws.test_eks import Ground, code, until

ROOT = Path(__file__).parents[3]


class Process(Cloud):
    """``python -m sandbox.aws``, as the sandbox runs it."""

    def __init__(self, folder: Path, port: int) -> None:
        command = [sys.executable, "-m", "sandbox.aws", "--port", str(port), "--state", str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait(timeout=30)


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_everything_is_there_after_a_restart(tmp_path: Path, free_port: int) -> None:
    first = Process(tmp_path, free_port)
    account = Account(first, first.ask("POST", "accounts", {"account_id": "333333333333"}))
    first.ask("PUT", "delays", {"cluster": 3600, "nat": 0})
    ground = Ground(account)
    ground.cluster()
    kms, s3 = account.client("kms"), account.client("s3", "us-east-1")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    pair = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
    account.client("acm").request_certificate(DomainName="x.example.com")
    s3.create_bucket(Bucket="byoc-kept")
    s3.put_object(Bucket="byoc-kept", Key="a", Body=b"kept")
    session = account.acting([{"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}])
    saved = Path(first.ask("POST", "snapshot")["saved"])
    assert saved.stat().st_mode & 0o777 == 0o600
    assert first.stop() == 0

    second = Process(tmp_path, free_port)
    assert Account(second, second.ask("POST", "accounts", {"account_id": "333333333333"})).keys == account.keys
    assert ground.status() == "CREATING"
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"secret"
    assert kms.sign(KeyId=pair, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256")["Signature"]
    assert s3.get_object(Bucket="byoc-kept", Key="a")["Body"].read() == b"kept"
    assert session.client("ec2").describe_vpcs()["Vpcs"]
    assert code(session.client("ec2").describe_subnets) == "UnauthorizedOperation"
    assert second.ask("GET", "delays")["cluster"] == 3600
    second.ask("POST", "reset")
    assert code(kms.list_keys) == "UnrecognizedClientException"
    assert second.stop() == 0


def test_the_control_surface_says_what_is_wrong(cloud: Any) -> None:
    answer = httpx.post(f"{cloud.url}/_sandbox/accounts", json={"account_id": "123"})
    assert (answer.status_code, answer.json()["error"]) == (400, "UnfitError: An account id has twelve digits.")
    assert httpx.get(f"{cloud.url}/_sandbox/nothing").status_code == 404
    since = time.time()
    cloud.account().client("ec2").describe_vpcs()
    calls = cloud.ask("GET", f"calls?since={since}")
    assert [item["operation"] for item in calls] == ["DescribeVpcs"]
    assert until(lambda: cloud.ask("GET", "ready"), {"ready": True})
