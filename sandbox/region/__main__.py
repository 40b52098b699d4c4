"""The runtimes of all regions of the sandbox in one process: `python -m sandbox.region`, started by `make up`."""

import os
import signal
import sys
import time
from pathlib import Path
from threading import Event

from sandbox import frontdoor, ports
from sandbox.region.runtime import Runtime

POLL_SECONDS = 1.5


def main() -> int:
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    found = ports.derive(ports.parse(os.environ["PORT"]))
    runtime = Runtime(found.aws, Path(os.environ["SANDBOX_STATE"]) / "regions")
    while not frontdoor.ready(found.aws) and not stopping.is_set():
        time.sleep(0.5)
    while not stopping.wait(POLL_SECONDS):
        runtime.step()
    return 0


if __name__ == "__main__":
    sys.exit(main())
