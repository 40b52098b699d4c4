"""The verifier that customers keep: one file, an export, and the checkpoints that they hold."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Organization
from console.audit.actions import checkpoints, retention
from console.audit.actions import events as audit
from console.dashboard.readings.audit_export import extent, lines_of
from console.dashboard.readings.audit_proof import VERIFIER, statement
from console.kernel.clock import now
from console.kernel.scope import Scope
from tests.unit.audit.test_checkpoints import happen

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Lines = list[dict[str, Any]]


class Kept:
    """What a customer keeps in a folder of their own."""

    def __init__(self, folder: Path, scope: Scope) -> None:
        self.folder = folder
        self.scope = scope

    def checkpoint(self) -> Path:
        with self.scope.entered():
            made = checkpoints.checkpoint(scope=self.scope)
            document = statement(made)
        file = self.folder / f"checkpoint-{document['says']['seq']}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        return file

    def export(self, *, after: int = 0) -> Path:
        with self.scope.entered():
            found = extent(scope=self.scope, after=after)
            content = b"".join(lines_of("jsonl", scope=self.scope, found=found, trail=None, at=now()))
        file = self.folder / f"after-{after}.jsonl"
        file.write_bytes(content)
        return file

    def judge(self, *files: Path) -> tuple[int, str]:
        """Run the file alone: no path, no environment of the console's leads it to anything else."""
        done = subprocess.run(
            [sys.executable, "-I", str(VERIFIER), *map(str, files)], cwd=self.folder, env={}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def kept(tmp_path: Path, alice_scope: Scope, acme: Organization) -> Kept:
    happen(alice_scope, acme, times=6)
    return Kept(tmp_path, alice_scope)


def edited(file: Path, edit: Callable[[Lines], Any]) -> Path:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    edit(lines)
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return file


def test_a_whole_export_fits_its_checkpoint(kept: Kept) -> None:
    held = kept.checkpoint()
    code, said = kept.judge(kept.export(), held)
    assert code == 0, said
    assert "All 7 links fit, through link 7" in said


def test_exports_that_go_on_from_each_other_fit(kept: Kept, acme: Organization) -> None:
    first = kept.export()
    happen(kept.scope, acme, times=3)
    second = kept.export(after=6)
    assert kept.judge(first, second)[0] == 0
    code, said = kept.judge(second, first)
    assert code == 1
    assert "does not go on" in said


def test_without_a_checkpoint_it_says_what_cannot_be_seen(kept: Kept) -> None:
    assert "a cut tail cannot be seen" in kept.judge(kept.export())[1]


TAMPERED: dict[str, tuple[Callable[[Lines], Any], str]] = {
    "a text": (
        lambda lines: lines[3].update(canonical=lines[3]["canonical"].replace("Alice", "Mallory")),
        "link 3",
    ),
    "a digest": (lambda lines: lines[3].update(digest="00" * 32), "link 3"),
    "a hash": (lambda lines: lines[3].update(hash="00" * 32), "link 3"),
    "an event id": (lambda lines: lines[3].update(event_id=lines[4]["event_id"]), "link 3"),
    "a line deleted": (lambda lines: lines.pop(3), "link 4"),
    "lines reordered": (lambda lines: lines.insert(3, lines.pop(4)), "link 4"),
    "an event taken out": (lambda lines: lines[3].update(canonical=None, salt=None), "link 3: its event is gone"),
    "the foot cut off": (lambda lines: lines.pop(), "no foot"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_done_to_an_export_is_named(kept: Kept, what: str) -> None:
    edit, sentence = TAMPERED[what]
    code, said = kept.judge(edited(kept.export(), edit))
    assert code == 1
    assert sentence in said


def test_a_cut_tail_is_found_from_the_kept_checkpoint_alone(kept: Kept) -> None:
    """The export is made to look whole, as the console itself could have made it after the cut."""
    held = kept.checkpoint()

    def cut(lines: Lines) -> None:
        del lines[5:-1]
        told = {"through": lines[-2]["seq"], "hash": lines[-2]["hash"]}
        lines[0]["head"].update(told)
        lines[-1]["foot"].update(told)

    short = edited(kept.export(), cut)
    assert kept.judge(short)[0] == 0
    code, said = kept.judge(short, held)
    assert code == 1
    assert "link 6: a checkpoint saw it, and the chain ends at link 4: its tail was cut." in said


def test_a_forged_checkpoint_is_refused(kept: Kept) -> None:
    held = kept.checkpoint()
    document = json.loads(held.read_text(encoding="utf-8"))
    document["statement"] = document["statement"].replace('"seq":6', '"seq":5')
    held.write_text(json.dumps(document), encoding="utf-8")
    assert kept.judge(kept.export(), held)[0] == 1


def test_a_purged_stretch_is_excused_by_its_signed_tombstone(
    tmp_path: Path, alice_scope: Scope, acme: Organization
) -> None:
    kept = Kept(tmp_path, alice_scope)
    happen(alice_scope, acme, times=5, age=timedelta(days=120))
    with alice_scope.entered():
        retention.set_retention(scope=alice_scope, days=100)
        retention.purge(scope=alice_scope)
        audit.record(alice_scope, "region:changed", acme)
    held = kept.checkpoint()
    code, said = kept.judge(kept.export(), held)
    assert code == 0, said
    code, said = kept.judge(kept.export())
    assert "no tombstone signed with a key that you trust" in said


def test_a_file_that_is_none_is_said_in_a_sentence(kept: Kept) -> None:
    file = kept.folder / "note.jsonl"
    file.write_text("hello", encoding="utf-8")
    code, said = kept.judge(file)
    assert code == 2
    assert "line 1, is not JSON" in said
    assert "Traceback" not in said
