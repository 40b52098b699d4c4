"""Walking along a chain: each link once, each event's text once, in batches; framework-free.

A batch that is in order costs two hashes an event. One that is not is looked at again, link by link, to say
what was done to it.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from console.audit import chain
from console.audit.findings import Findings, Kind

PACKED = struct.Struct("8s16s32s32s")
"""A link as the database packs it: seq, event id, digest, hash."""
NEIGHBOURS = 50
"""How far away a link is looked for that somebody moved."""


class Link(NamedTuple):
    seq: int
    event_id: bytes
    digest: bytes
    hash: bytes


@dataclass(slots=True)
class Walk:
    """A walk from link `seq`, whose hash is `hash`, onwards."""

    org_id: UUID
    seq: int = 0
    hash: bytes | None = chain.ZERO
    """None if the link before is gone."""
    checked: int = 0
    newest: bytes = bytes(16)
    """The greatest event id of the links seen; every event up to it has been taken."""
    unmatched: dict[bytes, bytes] = field(default_factory=dict)
    """Digests of events whose link has not come yet, by id."""
    missing: list[Link] = field(default_factory=list)
    """Links whose event has not been there."""
    findings: Findings = field(default_factory=Findings)

    def take(self, packed: bytes, events: Mapping[bytes, bytes], *, purged: bool = False) -> None:
        """Go along the next links. `events` holds the digests of all events up to the links' greatest id."""
        count = len(packed) // PACKED.size
        last = int.from_bytes(packed[-PACKED.size :][:8])
        known = {**self.unmatched, **events}
        reached = self._straight(packed, known, purged) if last - self.seq == count else None
        if reached is None:
            known = {**self.unmatched, **events}
            reached = self._closely(list(unpacked(packed)), known, purged)
        self.seq, self.hash, self.unmatched = last, reached, known
        self.checked += count

    def _straight(self, packed: bytes, known: dict[bytes, bytes], purged: bool) -> bytes | None:
        """Return the last hash, or None as soon as something is not in order. Everything waits for this loop."""
        sha256, before, org_id = hashlib.sha256, self.hash, self.org_id.bytes
        if before is None:
            return None
        for seq, event_id, digest, kept in PACKED.iter_unpack(packed):
            found = known.pop(event_id, None)
            if found != digest and not (purged and found is None):
                return None
            before = sha256(before + org_id + seq + event_id + digest).digest()
            if before != kept:
                return None
        return before

    def _closely(self, links: Sequence[Link], known: dict[bytes, bytes], purged: bool) -> bytes:
        before, expected = self.hash, self.seq + 1
        for place, link in enumerate(links):
            if link.seq != expected:
                self.gap(expected, link.seq)
                before = None
            if before is not None and self._hash(before, link.seq, link) != link.hash:
                self._misplaced(link, links[max(0, place - NEIGHBOURS) : place + NEIGHBOURS], before)
            self._event(link, known.pop(link.event_id, None), purged)
            before, expected = link.hash, link.seq + 1
        return links[-1].hash

    def _event(self, link: Link, found: bytes | None, purged: bool) -> None:
        if found is None and not purged:
            self.missing.append(link)
        elif found is not None and found != link.digest:
            self._say(
                link, Kind.CHANGED, "The event was changed: its text and salt are not those that were linked."
            )

    def gap(self, first: int, following: int) -> None:
        gone = f"Link {first} is gone" if following == first + 1 else f"Links {first} to {following - 1} are gone"
        self.findings.add(first, None, Kind.DELETED, f"{gone}: they were deleted, with what they covered.")

    def _misplaced(self, link: Link, around: Sequence[Link], before: bytes) -> None:
        """Say what was done to a link that does not follow the one before it."""
        if self.findings.full:
            self.findings.more += 1
            return
        hashes = [before, self.hash or before, *(each.hash for each in around)]
        if any(self._hash(each, link.seq, link) == link.hash for each in hashes):
            return  # it stands where it stood; the one before it does not, and has been named
        if any(self._hash(each, other.seq, link) == link.hash for other in around for each in hashes):
            self._say(link, Kind.REORDERED, "The link stands in another place than where it was made.")
        elif any(self._hash(before, link.seq, other) == other.hash for other in around):
            self._say(link, Kind.INSERTED, "The link was put in between: another one followed here.")
        else:
            self._say(
                link, Kind.CHANGED, "The link was changed: its hash does not follow from the link before it."
            )

    def _hash(self, before: bytes, seq: int, link: Link) -> bytes:
        head = before + self.org_id.bytes + chain.SEQ.pack(seq)
        return hashlib.sha256(head + link.event_id + link.digest).digest()

    def _say(self, link: Link, kind: Kind, sentence: str) -> None:
        self.findings.add(link.seq, UUID(bytes=link.event_id), kind, sentence)


def unpacked(packed: bytes) -> Iterator[Link]:
    for seq, event_id, digest, kept in PACKED.iter_unpack(packed):
        yield Link(int.from_bytes(seq), event_id, digest, kept)


def settle(walks: Sequence[Walk]) -> tuple[Findings, dict[bytes, bytes]]:
    """Match what neighbouring stretches have left over. Return the findings of all, and events without a link."""
    findings = Findings()
    events = {event_id: digest for walk in walks for event_id, digest in walk.unmatched.items()}
    for walk in walks:
        findings.extend(walk.findings)
        for link in walk.missing:
            found, event_id = events.pop(link.event_id, None), UUID(bytes=link.event_id)
            if found is None:
                findings.add(link.seq, event_id, Kind.DELETED, "The event was deleted; its link is still there.")
            elif found != link.digest:
                findings.add(link.seq, event_id, Kind.CHANGED, "The event was changed: it is not what was linked.")
    return findings, events
