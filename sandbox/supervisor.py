"""Runs processes together: what they print is streamed with a prefix, and when one ends, all end."""

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from types import FrameType
from typing import TextIO

from sandbox.errors import SandboxError
from sandbox.process import Process, describe

POLL_SECONDS = 0.1
CHUNK_BYTES = 1 << 16
TIER_SECONDS = (5.0, 3.0, 3.0)  # patience with each tier when all are ended, 11 s at most
COLOURS = (36, 33, 35, 32, 34, 96, 93, 95, 92)  # ANSI foregrounds that read on dark and light


class Interrupted(Exception):
    """SIGINT, SIGTERM or SIGHUP arrived."""


@dataclass(slots=True)
class Printer:
    """Writes lines behind the name of the process they come from."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    width: int = 8
    _colours: dict[str, int] = field(default_factory=dict)

    def line(self, name: str, text: str) -> None:
        label = f"{name:<{self.width}}"
        if self.stream.isatty() and "NO_COLOR" not in os.environ:
            colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
            label = f"\x1b[{colour}m{label}\x1b[0m"
        try:
            self.stream.write(f"{label} | {text}\n")
            self.stream.flush()
        except OSError:
            return  # nobody reads any more; the processes are worth more than their words


class End(Enum):
    """What the end of a process means to the others."""

    FATAL = auto()
    FATAL_IF_FAILED = auto()
    SAID_IF_FAILED = auto()


@dataclass(slots=True)
class Member:
    process: Process
    tier: int
    """0 ends first; a tier is asked to end once the one before it has."""
    end: End
    rest: bytes = b""


@dataclass(slots=True)
class Supervisor:
    printer: Printer = field(default_factory=Printer)
    members: list[Member] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    interrupted: bool = False
    stopping: bool = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Catch signals; end every process on the way out."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(self, process: Process, *, tier: int, end: End = End.FATAL) -> None:
        process.start()
        self.adopt(process, tier=tier, end=end)

    def adopt(self, process: Process, *, tier: int, end: End = End.FATAL) -> None:
        """Take charge of a process that was started already."""
        member = Member(process, tier, end)
        self.members.append(member)
        if process.output:
            os.set_blocking(process.output.fileno(), False)
            self.selector.register(process.output, selectors.EVENT_READ, member)

    def finish(self, process: Process) -> None:
        """Run a process to its end; raise SandboxError if it fails."""
        self.start(process, tier=0, end=End.FATAL_IF_FAILED)
        while any(member.process is process for member in self.members):
            self.pump()

    def wait_until(
        self, ready: Callable[[], bool], what: str, *, seconds: float, every: float = POLL_SECONDS
    ) -> None:
        """Pass on what is printed until `ready`; raise SandboxError after `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.pump_for(every)
            if time.monotonic() > deadline:
                raise SandboxError(f"{what} was not ready within {seconds:.0f} s: its last lines are above.")

    def pump(self, *, seconds: float = POLL_SECONDS) -> None:
        """Pass on what was printed; raise if somebody asked to end or a process has ended."""
        if self.interrupted and not self.stopping:
            raise Interrupted
        events = self.selector.select(seconds)
        for key, _ in events:
            self._read(key.data)
        if not self.stopping:
            self._require_alive()

    def pump_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.pump(seconds=left)

    def stop(self) -> None:
        """End all, tier by tier; what does not end in time is killed."""
        self.stopping = True
        for tier, patience in enumerate(TIER_SECONDS):
            chosen = [member for member in self.members if member.tier == tier]
            for member in chosen:
                member.process.ask_to_stop()
            deadline = time.monotonic() + patience
            while any(member.process.running for member in chosen) and time.monotonic() < deadline:
                self.pump(seconds=0.02)
            for member in chosen:
                member.process.kill()
                self._close(member)
        self.members.clear()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.interrupted = True

    def _require_alive(self) -> None:
        for member in list(self.members):
            process = member.process
            if process.running:
                continue
            self._close(member)
            self.members.remove(member)
            if member.end is End.FATAL or (process.status and member.end is End.FATAL_IF_FAILED):
                raise SandboxError(self._obituary(process))
            if process.status:
                self.printer.line(process.name, f"{self._obituary(process)} The rest goes on without it.")

    def _obituary(self, process: Process) -> str:
        last = "".join(f"\n    {line}" for line in process.tail)
        return f"{process.name} {describe(process.status or 0)}. Its last lines:{last or ' none.'}"

    def _read(self, member: Member) -> bool:
        """Pass on what is there; tell whether there was anything."""
        output = member.process.output
        if output is None or output not in self.selector.get_map():
            return False
        try:
            chunk = os.read(output.fileno(), CHUNK_BYTES)
        except BlockingIOError:
            return False
        if not chunk:
            self.selector.unregister(output)
            return False
        *lines, member.rest = (member.rest + chunk).split(b"\n")
        for line in lines:
            self._say(member, line)
        return True

    def _say(self, member: Member, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        member.process.tail.append(text)
        self.printer.line(member.process.name, text)

    def _close(self, member: Member) -> None:
        """Pass on the last words and let go of the pipe."""
        output = member.process.output
        if output is None or output.closed:
            return
        while self._read(member):
            continue
        if output in self.selector.get_map():
            self.selector.unregister(output)
        if member.rest:
            self._say(member, member.rest)
            member.rest = b""
        output.close()
