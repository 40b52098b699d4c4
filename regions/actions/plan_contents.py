"""What a plan would create and may do: its resources and its permissions, computed from the blueprint."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from regions.blueprints import blueprint
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.kinds import KINDS
from regions.questionnaire.plan import RegionPlan

VERBS = ("create", "read", "change", "delete")
READS = ("Describe", "Get", "List", "Head", "Simulate", "Lookup", "Decode")
CREATES = ("Create", "Run", "Allocate", "Import", "Register", "Put", "Request", "Generate", "Encrypt")
DELETES = ("Delete", "Terminate", "Release", "Deregister", "Schedule", "Remove", "Revoke")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """How many actions of each verb one AWS service is asked for."""

    service: str
    create: int
    read: int
    change: int
    delete: int

    @property
    def total(self) -> int:
        return self.create + self.read + self.change + self.delete


@dataclass(frozen=True, slots=True)
class KindRow:
    kind: str
    count: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanContents:
    resources: tuple[Manifest, ...]
    kinds: tuple[KindRow, ...]
    actions: tuple[str, ...]
    """`service:Action`, each once."""
    services: tuple[ServiceRow, ...]
    total: ServiceRow


def contents(plan: RegionPlan) -> PlanContents:
    resources = blueprint(plan.spec)
    present = dict.fromkeys(manifest.kind for manifest in resources)
    actions = sorted({action.name for kind in present for action in KINDS[kind].actions})
    services = tuple(_service_rows(actions))
    return PlanContents(
        resources=resources,
        kinds=tuple(_kind_rows(resources)),
        actions=tuple(actions),
        services=services,
        total=_total(services),
    )


def _kind_rows(resources: Iterable[Manifest]) -> Iterable[KindRow]:
    titles: dict[str, list[str]] = {}
    for manifest in resources:
        titles.setdefault(manifest.kind, []).append(manifest.title)
    return (KindRow(kind, len(names), tuple(names)) for kind, names in titles.items())


def _service_rows(actions: Iterable[str]) -> Iterable[ServiceRow]:
    counted = Counter((name.partition(":")[0], verb_of(name)) for name in actions)
    for service in sorted({service for service, _ in counted}):
        yield ServiceRow(service, *(counted[service, verb] for verb in VERBS))


def _total(rows: Iterable[ServiceRow]) -> ServiceRow:
    columns = [(row.create, row.read, row.change, row.delete) for row in rows]
    return ServiceRow("all", *(sum(numbers) for numbers in zip(*columns, strict=True)))


def verb_of(action: str) -> str:
    """Create, read, change or delete, by the first word of the action's name."""
    name = action.partition(":")[2]
    if name.startswith(READS):
        return "read"
    if name.startswith(CREATES):
        return "create"
    return "delete" if name.startswith(DELETES) else "change"
