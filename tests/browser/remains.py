"""Where a value could have been left behind: everything that the console and its servers keep or say."""

import base64
import gzip
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
import redis
from psycopg import sql

from sandbox import passwords, quarters
from sandbox.customer.account import Account
from sandbox.postgres import DATABASE, PostgreSQL
from sandbox.valkey import Valkey
from tests.browser.living import Living

REGIONS = "regions"
"""Of the sandbox's folder: what regions themselves keep, where a value is meant to be."""
SHORTEST = 12


def spellings(value: str) -> set[bytes]:
    """A value in clear, in hexadecimal, in a URL, and in base64 wherever in a longer text it begins."""
    raw = value.encode()
    plain = {raw, quote(value, safe="").encode(), quote_plus(value).encode(), raw.hex().encode()}
    plain |= {raw.hex().upper().encode()}
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * shift + raw).rstrip(b"=")
            plain.add(text[4 if shift else 0 : -2])  # the ends depend on what stands beside it
    return {one for one in plain if len(one) >= SHORTEST}


def traces(needles: Mapping[str, str], places: Iterator[tuple[str, bytes]]) -> list[str]:
    """Every place in which one of the values stands, in any spelling; the values are named by their keys."""
    known = [(name, one) for name, value in needles.items() for one in spellings(value)]
    return sorted({f"{place}: {name}" for place, content in places for name, one in known if one in content})


def everywhere(sandbox: Living, account: Account) -> Iterator[tuple[str, bytes]]:
    yield "the database's dump", dumped(sandbox)
    yield from stored_files(sandbox)
    yield from cached(sandbox)
    yield from objects(account)


def dumped(sandbox: Living) -> bytes:
    """What `pg_dump` writes; binary columns are in hexadecimal there."""
    server = _postgres(sandbox)
    command = [str(quarters.packaged_programs() / "pg_dump"), "-d", server.url("superuser", DATABASE)]
    return subprocess.run(command, capture_output=True, check=True, env=dict(os.environ)).stdout


def stored_files(sandbox: Living) -> Iterator[tuple[str, bytes]]:
    """The state of the sandbox, logs of every process included, and the files of the database as they lie."""
    data = _postgres(sandbox).quarters.data
    for folder in (sandbox.folder, data):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and REGIONS not in file.relative_to(folder).parts:
                content = _read(file)
                yield f"the file {file.relative_to(folder)}", content


def _read(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except FileNotFoundError:  # the database's own temporary files come and go
        return b""
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def cached(sandbox: Living) -> Iterator[tuple[str, bytes]]:
    """Every key of Valkey with its serialized value: messages, sessions, cache."""
    server = Valkey(sandbox.ports.valkey, sandbox.folder / "valkey", passwords.load(sandbox.folder / "env"))
    with redis.Redis.from_url(server.url(0)) as client:
        for key in client.scan_iter():
            yield f"Valkey's {key!r}", key + (client.dump(key) or b"")


def objects(account: Account) -> Iterator[tuple[str, bytes]]:
    """Every version of every object in the customer's account."""
    client = account.client("s3")
    for bucket in client.list_buckets()["Buckets"]:
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"]):
            for row in page.get("Versions", []):
                place = {"Bucket": bucket["Name"], "Key": row["Key"], "VersionId": row["VersionId"]}
                body = client.get_object(**place)["Body"].read()
                yield f"the object {row['Key']} of {bucket['Name']}", body


def kept_by_regions(sandbox: Living) -> bytes:
    return b"\n".join(_read(file) for file in (sandbox.folder / REGIONS).rglob("*") if file.is_file())


def _postgres(sandbox: Living) -> PostgreSQL:
    secrets = passwords.load(sandbox.folder / "env")
    return PostgreSQL(sandbox.ports.postgres, quarters.find(sandbox.folder), secrets)


@contextmanager
def refusing_rows(sandbox: Living, table: str) -> Iterator[None]:
    """Meanwhile the database refuses every new row of a table."""
    with psycopg.connect(_postgres(sandbox).url("superuser", DATABASE), autocommit=True) as connection:
        name = sql.Identifier(table)
        connection.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT refused CHECK (false) NOT VALID").format(name))
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT refused").format(name))
