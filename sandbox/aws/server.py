"""Starting and stopping the front door."""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer

from sandbox.aws import services, snapshot
from sandbox.aws.credentials import vendor_keys
from sandbox.aws.door import Door
from sandbox.aws.state import DELAYS, MEMORY, State

SNAPSHOT_SECONDS = 10.0


class QuietHandler(MotoRequestHandler):
    """Keeps connections open, and says nothing about each request: calls are recorded elsewhere."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece

    def log_request(self, *_: object) -> None:
        return

    def handle_expect_100(self) -> bool:
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def run_wsgi(self) -> None:
        """Answer one request and keep the connection, as werkzeug's own does not: the door has read the body."""
        self.environ = environ = self.make_environ()
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return self.wfile.write

        body = b"".join(self.server.app(environ, start))
        if not begun:  # the client shall hear nothing
            self.close_connection = True
            return
        status, headers = begun[0]
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server:
    """A running front door. Several in one process see the same cloud, since moto's memory is the process's."""

    running: ClassVar[int] = 0

    def __init__(self, door: Door, http: BaseWSGIServer, folder: Path | None) -> None:
        self.door = door
        self.port = int(http.server_port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._http = http
        self._folder = folder
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=http.serve_forever, name="aws-http", daemon=True)]
        if folder:
            self._threads.append(threading.Thread(target=self._keep, name="aws-snapshot", daemon=True))
        Server.running += 1
        for thread in self._threads:
            thread.start()

    def _keep(self) -> None:
        while not self._stopping.wait(SNAPSHOT_SECONDS):
            if self.door.dirty.is_set():
                self.save()

    def save(self) -> None:
        """Write the snapshot; calls wait only while it is taken, not while it is written."""
        if self._folder:
            self.door.dirty.clear()
            with self.door.lock:
                data = snapshot.contents()
            snapshot.write(data, self._folder)

    def stop(self) -> None:
        if self._stopping.is_set():
            return
        self._stopping.set()
        Server.running -= 1
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join(timeout=5)
        self.save()


def start(port: int = 0, state: Path | str | None = None, delays: Mapping[str, float] | None = None) -> Server:
    """Serve on loopback. ``state`` is the folder of the snapshot; ``delays`` are seconds by slow kind."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder = Path(state) if state else None
    services.extend()
    if not Server.running:
        BackendDict.reset()
        MEMORY.replace(State())
        snapshot.Place.folder = folder
        if folder:
            snapshot.load(folder)
    MEMORY.state.delays = {**DELAYS, **MEMORY.state.delays, **(delays or {})}
    vendor_keys()
    door = Door()
    http = ThreadedWSGIServer("127.0.0.1", port, door, handler=QuietHandler)
    http.daemon_threads = True
    return Server(door, http, folder)
