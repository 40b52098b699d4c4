"""Each size with the answer it follows from."""

from collections.abc import Iterator
from datetime import time

from regions.questionnaire.answers import Answers
from regions.questionnaire.plan import SizingRow
from regions.questionnaire.tiers import APP_INSTANCE_MB, NODE_TYPES, database_tier

STORAGE_GROWTH = 2.5
DAY_MINUTES = 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def sizing(answers: Answers, zones: tuple[str, ...]) -> tuple[SizingRow, ...]:
    return (
        *_database(answers),
        _nodes(answers),
        SizingRow("Zones", ", ".join(zones), "fixed after provisioning", "every region spans three zones"),
        _recovery(answers),
        _maintenance(answers),
    )


def storage_limit(storage_gib: int) -> int:
    return int(storage_gib * STORAGE_GROWTH)


def _database(answers: Answers) -> Iterator[SizingRow]:
    peak = answers.number("operations_peak")
    tier = database_tier(peak)
    yield SizingRow(
        "Database",
        tier.instance_class,
        f"{tier.vcpu} vCPU, {tier.memory_gb} GB",
        f"{peak:,} operations a second at peak answered; {tier.operations_per_second:,} supported",
    )
    storage = answers.number("storage_gib")
    grows = f"grows to {storage_limit(storage):,} GiB by itself"
    yield SizingRow("Storage", f"{storage:,} GiB gp3", grows, "as answered")


def _nodes(answers: Answers) -> SizingRow:
    node = NODE_TYPES[answers.text("instance_type")]
    apps, each = answers.number("apps"), answers.number("instances_per_app")
    return SizingRow(
        "Nodes",
        f"{node.name}, {answers.number('nodes_min')} to {answers.number('nodes_max')}",
        f"{node.vcpu} vCPU, {node.memory_gb} GB each",
        f"{apps:,} apps × {each:,} instances × {APP_INSTANCE_MB:,} MB",
    )


def _recovery(answers: Answers) -> SizingRow:
    data = f"RPO {answers.number('data_rpo_minutes')} min, RTO {answers.number('data_rto_hours')} h"
    lost, back = answers.number("kubernetes_rpo_hours"), answers.number("kubernetes_rto_hours")
    kept = f"backups of {answers.number('backup_days')} days"
    return SizingRow("Recovery", data, f"Kubernetes RPO {lost} h, RTO {back} h", kept)


def _maintenance(answers: Answers) -> SizingRow:
    first, last = (
        f"{DAYS[moment // DAY_MINUTES % 7].capitalize()} {_clock(moment)}" for moment in _minutes(answers)
    )
    return SizingRow("Maintenance", f"{first} to {last}", "UTC, weekly", "as answered")


def _minutes(answers: Answers) -> tuple[int, int]:
    """Begin and end of the maintenance in minutes after Monday 00:00; the end may pass the week's."""
    clock = time.fromisoformat(answers.text("maintenance_start"))
    begin = DAYS.index(answers.text("maintenance_day")) * DAY_MINUTES + clock.hour * 60 + clock.minute
    return begin, begin + answers.number("maintenance_hours") * 60


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}"


def maintenance_window(answers: Answers) -> str:
    """`ddd:hh24:mi-ddd:hh24:mi` in UTC, as RDS takes it."""
    ends = [f"{DAYS[moment // DAY_MINUTES % 7]}:{_clock(moment)}" for moment in _minutes(answers)]
    return "-".join(ends)


def backup_window(answers: Answers) -> str:
    """An hour each day that begins an hour after maintenance ends: RDS refuses windows that overlap."""
    _, end = _minutes(answers)
    return f"{_clock(end + 60)}-{_clock(end + 120)}"
