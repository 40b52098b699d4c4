"""What a plan would create and may do: its resources, and the permission bundle they need."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from regions.blueprints import blueprint
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.verbs import Verb
from regions.permissions.bundle import Bundle, Grant, current
from regions.questionnaire.plan import RegionPlan


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """How many actions of each verb one AWS service is asked for."""

    service: str
    create: int
    read: int
    update: int
    delete: int


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
    bundle: Bundle
    used: tuple[Grant, ...]
    """Grants that this plan's resources, or the verification of the connection, make use of."""
    services: tuple[ServiceRow, ...]
    total: ServiceRow

    @property
    def beyond(self) -> tuple[Grant, ...]:
        """What we ask beyond the technical overview's services, each with its reason."""
        return tuple(grant for grant in self.bundle.grants if grant.beyond)


def contents(plan: RegionPlan) -> PlanContents:
    resources = blueprint(plan.spec)
    kinds, bundle = {manifest.kind for manifest in resources}, current()
    return PlanContents(
        resources=resources,
        groups=tuple(_groups(resources)),
        bundle=bundle,
        used=tuple(grant for grant in bundle.grants if not grant.kinds or kinds & set(grant.kinds)),
        services=tuple(_services(bundle.grants)),
        total=_row("all", Counter(grant.verb for grant in bundle.grants)),
    )


def _groups(resources: Iterable[Manifest]) -> Iterator[GroupRow]:
    groups: dict[str, Counter[str]] = {}
    for manifest in resources:
        groups.setdefault(manifest.api_version.partition(".")[0], Counter())[manifest.kind] += 1
    for group, kinds in groups.items():
        words = (kind if count == 1 else f"{kind} × {count}" for kind, count in kinds.items())
        yield GroupRow(group, kinds.total(), ", ".join(words))


def _services(grants: Iterable[Grant]) -> Iterator[ServiceRow]:
    counted: dict[str, Counter[Verb]] = {}
    for grant in grants:
        counted.setdefault(grant.service, Counter())[grant.verb] += 1
    for service in sorted(counted):
        yield _row(service, counted[service])


def _row(service: str, verbs: Counter[Verb]) -> ServiceRow:
    return ServiceRow(service, verbs[Verb.CREATE], verbs[Verb.READ], verbs[Verb.UPDATE], verbs[Verb.DELETE])
