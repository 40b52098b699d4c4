# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography"]
# ///
"""Judge an exported audit trail without the console that wrote it.

    python3 verify_audit.py audit.jsonl checkpoint.json

Takes exports as JSON Lines, in their order, and checkpoints that you kept. Recomputes every digest and every
link, and holds the end of the chain against the checkpoints. Ends with 0 if everything fits, with 1 and the
places that do not fit otherwise, with 2 if a file cannot be read.

    digest = SHA-256(salt | canonical text)
    hash   = SHA-256(hash before | organization | seq, 8 bytes big-endian | event id | digest)

The signatures are Ed25519 (RFC 8032). Keys come from the checkpoints that you kept, or from `--key HEX`.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ZERO = "00" * 32
CHECKPOINT, TOMBSTONE = "byoc-audit-checkpoint-v1", "byoc-audit-tombstone-v1"


class Unreadable(Exception):
    """A file is not what it should be."""


@dataclass
class Judgement:
    keys: set[str]
    """Public keys that are trusted, in hex."""
    findings: list[str] = field(default_factory=list)
    org_id: str = ""
    seq: int = 0
    hash: str = ZERO
    links: int = 0
    hashes: dict[int, str] = field(default_factory=dict)
    """Of the links that a checkpoint speaks of."""
    purged: list[int] = field(default_factory=list)
    excused: list[tuple[int, int]] = field(default_factory=list)

    def find(self, seq: int | str, sentence: str) -> None:
        self.findings.append(f"link {seq}: {sentence}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge an exported audit trail.")
    parser.add_argument(
        "files", nargs="+", type=Path, help="exports (.jsonl), in their order, and checkpoints (.json)"
    )
    parser.add_argument("--key", action="append", default=[], help="a public key of the console, in hex")
    asked = parser.parse_args(arguments)
    try:
        checkpoints = [_loaded(path) for path in asked.files if path.suffix == ".json"]
        judgement = judge([path for path in asked.files if path.suffix != ".json"], checkpoints, asked.key)
    except (OSError, Unreadable) as error:
        print(f"Cannot judge: {error}", file=sys.stderr)
        return 2
    return report(judgement, len(checkpoints))


def judge(exports: Iterable[Path], checkpoints: list[dict[str, Any]], keys: Iterable[str]) -> Judgement:
    trusted = {str(one["public_key"]).lower() for one in checkpoints} | {key.lower() for key in keys}
    judgement = Judgement(trusted)
    wanted = {int(json.loads(one["statement"])["seq"]) for one in checkpoints}
    for path in exports:
        with path.open(encoding="utf-8") as lines:
            _export(judgement, _documents(path, lines), wanted)
    _excuse(judgement)
    for one in checkpoints:
        _hold(judgement, one)
    return judgement


def _export(judgement: Judgement, documents: Iterator[dict[str, Any]], wanted: set[int]) -> None:
    head = next(documents, {}).get("head")
    if not head or head.get("format") != "byoc-audit-export":
        raise Unreadable("the first line is not the head of an export.")
    if not head["complete"]:
        raise Unreadable("this export was narrowed by filters: export the whole trail to judge it.")
    _begin(judgement, head)
    foot = None
    for document in documents:
        foot = document.get("foot")
        if foot:
            break
        _link(judgement, document)
        if judgement.seq in wanted:
            judgement.hashes[judgement.seq] = judgement.hash
    _end(judgement, head, foot)


def _begin(judgement: Judgement, head: dict[str, Any]) -> None:
    if judgement.org_id and judgement.org_id != head["org_id"]:
        raise Unreadable("the exports are of different organizations.")
    if judgement.seq == 0:
        judgement.seq, judgement.hash = head["after"], head["before_hash"]
    judgement.org_id = head["org_id"]
    if (head["after"], head["before_hash"]) != (judgement.seq, judgement.hash):
        judgement.find(head["after"], "this export does not go on where the one before ended.")
    if head["after"] == 0 and head["before_hash"] != ZERO:
        judgement.find(0, "the chain does not begin at its beginning.")


def _link(judgement: Judgement, line: dict[str, Any]) -> None:
    seq, before = line["seq"], judgement.seq
    if seq != before + 1:
        judgement.find(seq, f"it comes after link {before}: links are missing or in another order.")
    if line["salt"] is None or line["canonical"] is None:
        judgement.purged.append(seq)
    else:
        digest = hashlib.sha256(bytes.fromhex(line["salt"]) + line["canonical"].encode()).hexdigest()
        if digest != line["digest"]:
            judgement.find(seq, f"event {line['event_id']} was changed: it is not what was linked.")
        elif json.loads(line["canonical"]).get("id") != line["event_id"]:
            judgement.find(seq, f"another event stands under {line['event_id']}.")
    follows = (
        bytes.fromhex(judgement.hash) + UUID(judgement.org_id).bytes + int(seq).to_bytes(8, "big", signed=True)
    )
    follows += UUID(line["event_id"]).bytes + bytes.fromhex(line["digest"])
    if hashlib.sha256(follows).hexdigest() != line["hash"]:
        judgement.find(seq, "its hash does not follow from the link before.")
    judgement.seq, judgement.hash = seq, line["hash"]
    judgement.links += 1


def _end(judgement: Judgement, head: dict[str, Any], foot: dict[str, Any] | None) -> None:
    if foot is None:
        judgement.find(judgement.seq, "the export has no foot: it was cut off.")
        return
    if (judgement.seq, judgement.hash) != (head["through"], head["hash"]):
        judgement.find(judgement.seq, f"the export promised links through {head['through']}.")
    for one in foot.get("signed", []):
        said = _said(judgement, one, TOMBSTONE)
        if said:
            judgement.excused.append((said["from_seq"], said["through_seq"]))


def _excuse(judgement: Judgement) -> None:
    for seq in judgement.purged:
        if not any(first <= seq <= last for first, last in judgement.excused):
            judgement.find(seq, "its event is gone, and no tombstone signed with a key that you trust says why.")


def _hold(judgement: Judgement, checkpoint: dict[str, Any]) -> None:
    said = _said(judgement, checkpoint, CHECKPOINT)
    if said is None:
        judgement.find("?", "a checkpoint was not signed with its key.")
    elif said["org_id"] != judgement.org_id:
        judgement.find(said["seq"], "a checkpoint is of another organization.")
    elif said["seq"] > judgement.seq:
        judgement.find(
            said["seq"], f"a checkpoint saw it, and the chain ends at link {judgement.seq}: its tail was cut."
        )
    elif judgement.hashes.get(said["seq"], said["hash"]) != said["hash"]:
        judgement.find(said["seq"], "a checkpoint saw another hash: what comes before was written anew.")


def _said(judgement: Judgement, signed: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """What a signed statement says, if it is of this kind and one of the trusted keys signed it."""
    said: dict[str, Any] = json.loads(signed["statement"])
    key = str(signed["public_key"]).lower()
    if said.get("kind") != kind or key not in judgement.keys:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signed["signature"]), signed["statement"].encode()
        )
    except (InvalidSignature, ValueError):
        return None
    return said


def _documents(path: Path, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            document = json.loads(line)
        except ValueError:
            raise Unreadable(f"{path.name}, line {number}, is not JSON.") from None
        yield document


def _loaded(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise Unreadable(f"{path.name} is not JSON.") from None
    if not {"statement", "signature", "public_key"} <= document.keys():
        raise Unreadable(f"{path.name} is not a checkpoint.")
    return document


def report(judgement: Judgement, checkpoints: int) -> int:
    for finding in judgement.findings:
        print(finding)
    if judgement.findings:
        print(f"{len(judgement.findings)} places do not fit.")
        return 1
    held = (
        f"held against {checkpoints} checkpoints"
        if checkpoints
        else "without a checkpoint: a cut tail cannot be seen"
    )
    print(f"All {judgement.links} links fit, through link {judgement.seq} with hash {judgement.hash}; {held}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
