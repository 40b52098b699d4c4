"""``python -m sandbox.aws --port N --state DIR``"""

import argparse
import signal
import threading

from sandbox.aws.server import start


def main() -> None:
    parser = argparse.ArgumentParser(description="The AWS front door of the sandbox.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", default=None, help="folder of the snapshot; nothing is kept without it")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = start(port=options.port, state=options.state)
    print(f"The AWS front door answers at {server.url}", flush=True)
    stop.wait()
    server.stop()


if __name__ == "__main__":
    main()
