"""The same graph in Terraform, where that is installed: resources that only sleep, as many at once as may run."""

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.canvas import Graph

BINARY = "terraform"


def is_installed() -> bool:
    return shutil.which(BINARY) is not None


def run(graph: Graph) -> float:
    """Seconds of `terraform apply`; what it needs besides (`init`) is left out."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf.json").write_text(json.dumps({"resource": {"terraform_data": _resources(graph)}}))
        _call(folder, "init", "-input=false")
        started = time.perf_counter()
        _call(folder, "apply", "-auto-approve", "-input=false", f"-parallelism={len(graph)}")
        return time.perf_counter() - started


def _resources(graph: Graph) -> dict[str, object]:
    return {
        name: {
            "depends_on": [f"terraform_data.{need}" for need in needs],
            "provisioner": [{"local-exec": {"command": f"sleep {seconds}"}}],
        }
        for name, (needs, seconds) in graph.items()
    }


def _call(folder: str, *arguments: str) -> None:
    subprocess.run([BINARY, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
