"""What a change does to those who use the region, as data: kind, field, sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from regions.changes.data_kept import DATA_OF
from regions.changes.differing import Change, Verb


@dataclass(frozen=True, slots=True)
class Effect:
    kind: str
    path: str
    """The field, or what fields under it begin with; every field of the kind if empty."""
    sentence: str


UPDATES = (
    Effect("Instance", "instanceClass", "At once: a standby takes over and writes stop for a minute or two; "
           "without a standby the database is away for several."),
    Effect("Instance", "engineVersion", "At once: the database restarts; a new major version may take it away for "
           "half an hour."),
    Effect("Instance", "multiAz", "A standby is made from a snapshot; the database stays up."),
    Effect("Instance", "allocatedStorage", "No downtime; AWS takes no further change of size for six hours."),
    Effect("Instance", "backupRetentionPeriod", "Backups older than the new retention are deleted at once."),
    Effect("Instance", "parameterGroupName", "Takes effect when the database restarts."),
    Effect("NodeGroup", "scalingConfig", "Nodes come or go one by one; the autoscaler stays within the new span."),
    Effect("NodeGroup", "version", "Nodes are replaced one by one; apps move, each once."),
    Effect("Cluster", "version", "The control plane is replaced; apps keep running. It never goes back."),
    Effect("Cluster", "vpcConfig.publicAccessCidrs", "Who is not on the list no longer reaches the Kubernetes "
           "API; apps keep running."),
    Effect("Group", "retentionInDays", "Lines older than the new retention are deleted at once."),
)  # fmt: skip
"""In place, by field."""

REPLACED: dict[str, str] = {
    "NodeGroup": "Its nodes go; apps wait until the new ones are up.",
    "Instance": "The database is away until the new one is up, which is empty.",
}
"""What is away while a kind is made anew."""


def effects(change: Change) -> tuple[str, ...]:
    """Sentences, the gravest first; none where nobody notices."""
    match change.verb:
        case Verb.REPLACE:
            return tuple(_replaced(change))
        case Verb.DELETE:
            return tuple(_deleted(change))
        case Verb.UPDATE:
            return tuple(dict.fromkeys(_updated(change)))
    return ()


def _replaced(change: Change) -> Iterator[str]:
    fixed = ", ".join(each.field for each in change.fields if not each.in_place)
    yield f"Deleted and made anew: no call can change {fixed} in place."
    if change.comes_up_first:
        yield "The new one comes up first."
    elif change.kind in REPLACED:
        yield REPLACED[change.kind]
    yield from _lost(change.kind)


def _deleted(change: Change) -> Iterator[str]:
    yield from _lost(change.kind)


def _lost(kind: str) -> Iterator[str]:
    if kind in DATA_OF:
        yield f"Lost with it, for good: {DATA_OF[kind]}."


def _updated(change: Change) -> Iterator[str]:
    for effect in UPDATES:
        if effect.kind == change.kind and any(_under(each.field, effect.path) for each in change.fields):
            yield effect.sentence


def _under(field: str, path: str) -> bool:
    return not path or field == path or field.startswith(f"{path}.")
