"""One child process: started in a session of its own, read by lines, ended without fail."""

import ctypes
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

TAIL_LINES = 20
PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(slots=True)
class Process:
    """A command and, once started, the child that runs it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    user: int | None = None
    """Numeric user (and group) to run as; only root may set it."""
    stop_signal: signal.Signals = signal.SIGTERM
    log: Path | None = None
    """File that takes the output; without one it is read from `output`."""
    child: subprocess.Popen[bytes] | None = None
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))

    def start(self) -> None:
        target = self.log.open("ab") if self.log else None
        try:
            self.child = subprocess.Popen(
                list(self.command),
                env=dict(os.environ) if self.environment is None else dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=target or subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(self.stop_signal),  # noqa: PLW1509 - the supervisor has one thread
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        finally:
            if target:
                target.close()

    @property
    def output(self) -> IO[bytes] | None:
        return self.child.stdout if self.child else None

    @property
    def pid(self) -> int:
        return self.child.pid if self.child else 0

    @property
    def status(self) -> int | None:
        """Exit status, negative for a signal; None while it runs or before it started."""
        return self.child.poll() if self.child else None

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def ask_to_stop(self) -> None:
        if self.running:
            self._signal(self.stop_signal)

    def kill(self) -> None:
        """End the child and everything in its session's group."""
        self._signal(signal.SIGKILL)
        if self.child:
            self.child.wait()

    def stop(self, *, timeout: float = 10) -> None:
        """Ask, wait `timeout` seconds, then kill."""
        self.ask_to_stop()
        if self.child:
            try:
                self.child.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self.child is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.child.pid, number)
            else:
                self.child.send_signal(number)
        except ProcessLookupError:
            return


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    prctl = _libc.prctl

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))

    return arrange


def describe(status: int) -> str:
    """Say an exit status in words."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
