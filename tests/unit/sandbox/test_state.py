from pathlib import Path

import pytest

from sandbox import passwords
from sandbox.errors import SandboxError
from sandbox.postgres import PostgreSQL
from sandbox.quarters import Quarters
from sandbox.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


@pytest.fixture
def postgres(tmp_path: Path) -> PostgreSQL:
    home = Quarters(data=tmp_path / "postgres", programs=tmp_path, user=None)
    return PostgreSQL(1, home, passwords.load(tmp_path / "env"))


def fill(state: State, postgres: PostgreSQL) -> None:
    """Leave the traces of a sandbox that ran."""
    state.prepare(postgres)
    postgres.quarters.data.mkdir()
    (postgres.quarters.data / "PG_VERSION").write_text("18")
    (state.cloud / "aws.pickle").touch()
    state.started.touch()


def test_console_and_cloud_together_are_kept(state: State, postgres: PostgreSQL) -> None:
    fill(state, postgres)
    state.prepare(postgres)
    assert postgres.exists()


@pytest.mark.parametrize(("lost", "said"), [("aws/aws.pickle", "cloud"), ("postgres/PG_VERSION", "database")])
def test_one_without_the_other_is_refused(state: State, postgres: PostgreSQL, lost: str, said: str) -> None:
    fill(state, postgres)
    (state.folder / lost).unlink()
    with pytest.raises(SandboxError, match=f"{said} is gone, .* make reset"):
        state.prepare(postgres)


def test_an_interrupted_first_start_begins_anew(state: State, postgres: PostgreSQL) -> None:
    fill(state, postgres)
    state.started.unlink()
    state.prepare(postgres)
    assert not postgres.exists()
    assert list(state.cloud.iterdir()) == []


def test_a_checkout_runs_one_sandbox_at_a_time(state: State) -> None:
    with state.lock() as lock:
        lock.write("8123")
        lock.flush()
        with pytest.raises(SandboxError, match="runs already, with PORT=8123"):
            state.lock()


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = passwords.load(tmp_path / "env")
    assert passwords.load(tmp_path / "env") == first
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600
