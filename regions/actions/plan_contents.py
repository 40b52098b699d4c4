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
class GroupRow:
    """The resources of one API group, `ec2` for example."""

    group: str
    count: int
    kinds: str
    """ "VPC, Subnet × 9"."""


@dataclass(frozen=True, slots=True)
class PlanContents:
    resources: tuple[Manifest, ...]
    groups: tuple[GroupRow, ...]
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
        groups=tuple(_group_rows(resources)),
        actions=tuple(actions),
        services=services,
        total=_total(services),
    )


def _group_rows(resources: Iterable[Manifest]) -> Iterable[GroupRow]:
    groups: dict[str, Counter[str]] = {}
    for manifest in resources:
        groups.setdefault(manifest.api_version.partition(".")[0], Counter())[manifest.kind] += 1
    for group, kinds in groups.items():
        words = (kind if count == 1 else f"{kind} × {count}" for kind, count in kinds.items())
        yield GroupRow(group, kinds.total(), ", ".join(words))


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
