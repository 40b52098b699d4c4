import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.process import Process
from sandbox.supervisor import End, Interrupted, Printer, Supervisor

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]\n" + FOREVER
WITH_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {FOREVER!r}])\n" + FOREVER


def python(name: str, code: str) -> Process:
    return Process(name=name, command=[sys.executable, "-c", code])


@contextmanager
def supervised() -> Iterator[tuple[Supervisor, io.StringIO]]:
    said = io.StringIO()
    supervisor = Supervisor(Printer(said))
    with supervisor.running():
        yield supervisor, said


def die(supervisor: Supervisor, name: str, code: str) -> None:
    """Start a process and wait for what its end does to the others."""
    supervisor.start(python(name, code), tier=1)
    supervisor.pump_for(10)


def send(supervisor: Supervisor, pid: int, number: signal.Signals) -> None:
    os.kill(pid, number)
    supervisor.pump_for(10)


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_when_one_process_ends_all_end_and_it_is_said_which_and_why() -> None:
    with supervised() as (supervisor, _):
        supervisor.start(steady := python("steady", FOREVER), tier=0)
        with pytest.raises(SandboxError) as end:
            die(supervisor, "shaky", "print('out of ink'); raise SystemExit(3)")
        assert steady.running
    assert "shaky ended with status 3" in str(end.value)
    assert "out of ink" in str(end.value)
    assert not steady.running


def test_a_killed_process_is_said_to_be_killed() -> None:
    with supervised() as (supervisor, _):
        supervisor.start(steady := python("steady", FOREVER), tier=0)
        with pytest.raises(SandboxError, match="steady was ended by SIGKILL"):
            send(supervisor, steady.pid, signal.SIGKILL)


def test_lines_are_streamed_behind_the_name_of_their_process() -> None:
    with supervised() as (supervisor, said), pytest.raises(SandboxError):
        die(supervisor, "talker", "print('one\\ntwo', end='')")
    assert said.getvalue() == "talker   | one\ntalker   | two\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(number: signal.Signals) -> None:
    with supervised() as (supervisor, _):
        supervisor.start(first := python("first", FOREVER), tier=0)
        supervisor.start(last := python("last", FOREVER), tier=2)
        with pytest.raises(Interrupted):
            send(supervisor, os.getpid(), number)
    assert not first.running
    assert not last.running


def test_what_does_not_listen_is_killed_in_time() -> None:
    with supervised() as (supervisor, said):
        supervisor.start(deaf := python("deaf", DEAF), tier=2)
        wait_for(lambda: "up" in said.getvalue(), supervisor)
        began = time.monotonic()
    assert deaf.status == -signal.SIGKILL
    assert time.monotonic() - began < 5


def test_grandchildren_end_too() -> None:
    with supervised() as (supervisor, said):
        supervisor.start(parent := python("parent", WITH_CHILD), tier=0)
        wait_for(lambda: said.getvalue().count("up") == 2, supervisor)
        group = parent.pid
    wait_until_gone(group)


def test_an_end_with_status_0_is_normal_for_what_may_finish() -> None:
    with supervised() as (supervisor, _):
        supervisor.start(python("once", "pass"), tier=0, end=End.SAID_IF_FAILED)
        supervisor.pump_for(0.5)
        assert supervisor.members == []


def test_a_failure_of_what_may_finish_is_said_and_the_rest_goes_on() -> None:
    with supervised() as (supervisor, said):
        supervisor.start(steady := python("steady", FOREVER), tier=0)
        supervisor.start(python("once", "raise SystemExit('no paper')"), tier=0, end=End.SAID_IF_FAILED)
        wait_for(lambda: "goes on without it" in said.getvalue(), supervisor)
        assert steady.running
    assert "no paper" in said.getvalue()


def test_a_step_that_fails_stops_the_start() -> None:
    with pytest.raises(SandboxError, match="migrate ended with status 1"), supervised() as (supervisor, _):
        supervisor.finish(python("migrate", "raise SystemExit('no table')"))


def test_waiting_ends_with_a_sentence() -> None:
    with pytest.raises(SandboxError, match="The console was not ready within 0 s"), supervised() as (it, _):
        it.wait_until(lambda: False, "The console", seconds=0.1)


def test_children_die_with_a_killed_supervisor() -> None:
    code = (
        "from sandbox.process import Process; import sys, time\n"
        f"p = Process('c', [sys.executable, '-c', {FOREVER!r}]); p.start()\n"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    parent = python("parent", code)
    parent.start()
    assert parent.output
    child = int(parent.output.readline())
    parent.kill()
    parent.output.close()
    wait_until_gone(child)


def wait_for(condition: Callable[[], bool], supervisor: Supervisor, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        supervisor.pump()
        assert time.monotonic() < deadline


def wait_until_gone(pid: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and not _is_zombie(pid):
        time.sleep(0.02)
        assert time.monotonic() < deadline


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
