"""Every action that writes leaves an audit event: read from the sources, call by call.

An action is a public function of a module in a folder `actions`. What it calls is followed through the modules of
all actions, so that a private function may write and its caller record.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.guards import sources

WRITES = frozenset(
    {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "claim_name"}
)
RECORDS = frozenset({"console.audit.actions.events.record", "console.audit.actions.events.record_platform"})
SILENT = {
    "accounts.actions.second_factors.begin_enrolment": "a secret that nobody has confirmed changes nothing yet",
    "accounts.actions.sign_ins.end_sessions": "part of acts that are recorded, and sessions end by themselves",
    "console.audit.actions.checkpoints.checkpoint_grown": "a checkpoint is itself the signed record",
    "console.audit.actions.signing_keys.signer": "the first key is made by its first use",
    "regions.actions.resources.make": "part of requesting a region",
    "regions.actions.resources.replace": "part of changing a region",
    "secrets_app.actions.deliveries.aim": "part of every change of a secret",
    "secrets_app.actions.deliveries.aim_at": "part of a region's joining",
    "secrets_app.actions.deliveries.drop_confirmed": "the rest of a deletion that is recorded",
    "secrets_app.actions.deliveries.look_soon": "says when to look, nothing else",
    "secrets_app.actions.keys.policy_of": "writes the defaults that hold without it",
    "secrets_app.actions.secret_versions.append": "part of every change of a secret",
    "secrets_app.actions.secret_versions.end": "part of every change of a secret",
    "secrets_app.actions.watching.claim": "says who looks when; what is seen is recorded",
    "secrets_app.actions.watching.keep_current": "derived from the regions, whose changes are recorded",
}
"""Actions that write without an event, each with its reason."""

Name = str
"""`package.module.function`"""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sources.python_files("console", "accounts", "secrets_app", "regions"):
        if path.parent.name == "actions" and path.name != "__init__.py":
            yield ".".join(path.relative_to(sources.ROOT).with_suffix("").parts), path


@cache
def imported(path: Path) -> dict[str, str]:
    """What the names of a module mean: `from a.b import c as d` makes `d` mean `a.b.c`."""
    found = {}
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def called(node: ast.Call, module: str, path: Path) -> Name:
    known = imported(path)
    match node.func:
        case ast.Name(id=name):
            return known.get(name, f"{module}.{name}")
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in known:
            return f"{known[owner]}.{name}"
    return ""


@cache
def functions() -> dict[Name, tuple[frozenset[Name], bool]]:
    """What each function of the actions calls, and whether it writes by itself."""
    found = {}
    for module, path in modules():
        for function in sources.tree(path).body:
            if isinstance(function, ast.FunctionDef):
                calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
                names = frozenset(called(node, module, path) for node in calls)
                writes = any(isinstance(node.func, ast.Attribute) and node.func.attr in WRITES for node in calls)
                found[f"{module}.{function.name}"] = (names, writes)
    return found


@cache
def reached(name: Name) -> frozenset[Name]:
    """Every function that a call of `name` may come to, itself included."""
    seen, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += functions().get(current, (frozenset(), False))[0]
    return frozenset(seen)


def writes(name: Name) -> bool:
    return name in functions() and functions()[name][1]


def writing() -> list[Name]:
    return [
        name
        for name in functions()
        if not name.rpartition(".")[2].startswith("_") and any(writes(each) for each in reached(name))
    ]


@pytest.mark.parametrize("name", [name for name in writing() if name not in SILENT])
def test_an_action_that_writes_records_it(name: Name) -> None:
    assert reached(name) & RECORDS, f"{name} writes and leaves no audit event"


def test_the_guard_sees_the_actions() -> None:
    """Else it would prove nothing."""
    assert len(writing()) > 60
    assert "regions.actions.regions.request" in writing()
    assert "secrets_app.actions.secrets.reveal" in functions()


def test_what_is_silent_is_there_and_writes() -> None:
    assert set(SILENT) <= set(writing())


def test_whoever_reveals_records_it() -> None:
    """Reading a secret's value writes nothing, and yet is an event."""
    assert reached("secrets_app.actions.secrets.reveal") & RECORDS
