import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sandbox import passwords, paths, quarters, testing
from sandbox.errors import SandboxError
from sandbox.postgres import PostgreSQL


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgreSQL]:
    """A server of this test's own; `tmp_path` lies under folders of mode 0700."""
    folder = tmp_path / f"own-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    server = PostgreSQL(
        testing.choose_ports(folder).postgres, quarters.find(folder), passwords.load(folder / "env"),
        durable=False, log=folder / "log",
    )  # fmt: skip
    yield server
    server.stop()
    shutil.rmtree(server.quarters.data)
    if server.quarters.data.parent != folder:
        server.quarters.data.parent.rmdir()


def start(server: PostgreSQL) -> None:
    server.start()
    deadline = time.monotonic() + 20
    while not server.ready():
        assert server.process.running, server.log and server.log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_data_survives_a_restart(postgres: PostgreSQL) -> None:
    start(postgres)
    with psycopg.connect(postgres.url("owner")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.stop()
    start(postgres)
    with psycopg.connect(postgres.url("owner")) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_application_and_engine_own_nothing_and_are_held_by_row_security(postgres: PostgreSQL) -> None:
    start(postgres)
    with psycopg.connect(postgres.url("superuser", "postgres")) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE 'byoc%' ORDER BY rolname"
        ).fetchall()
        owner = connection.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = 'byoc'")
        assert owner.fetchone() == ("byoc_owner",)
    assert rows == [
        ("byoc_app", False, False, False, False),
        ("byoc_engine", False, False, False, False),
        ("byoc_owner", False, False, True, False),
    ]


def test_the_application_may_not_make_tables(postgres: PostgreSQL) -> None:
    start(postgres)
    with (
        psycopg.connect(postgres.url("app")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")


def test_a_wrong_password_is_refused(postgres: PostgreSQL) -> None:
    start(postgres)
    wrong = postgres.url("app").replace(postgres.passwords.app, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_the_server_never_runs_as_root(postgres: PostgreSQL) -> None:
    start(postgres)
    user = Path(f"/proc/{postgres.process.pid}").stat().st_uid
    assert user != 0
    assert postgres.quarters.data.stat().st_uid == user
    assert postgres.quarters.data.stat().st_mode & 0o077 == 0
    if os.geteuid() == 0:
        assert not postgres.quarters.programs.is_relative_to(paths.ROOT)


def test_a_server_that_outlived_its_sandbox_is_ended_at_the_next_start(postgres: PostgreSQL) -> None:
    start(postgres)
    orphan = postgres.process
    again = PostgreSQL(postgres.port, postgres.quarters, postgres.passwords, durable=False, log=postgres.log)
    start(again)
    assert orphan.status == 0
    again.stop()


def test_data_of_another_release_is_refused_in_a_sentence(postgres: PostgreSQL) -> None:
    postgres.quarters.data.mkdir(parents=True)
    (postgres.quarters.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(SandboxError, match="PostgreSQL 15, not 18: make reset"):
        postgres.start()
