"""Looks at a new region from outside, before anybody depends on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome, Retry, Who
from console.operations.steps import StepContext, StepSpec
from regions.blueprints.manifests import Manifest
from regions.clouds.errors import CloudError
from regions.clouds.inspection import Ask
from regions.clouds.ports import Observation
from regions.spec import RoleName
from regions.steps import clouds, failures
from regions.steps import smoke_judgement as judge
from regions.steps.region_work import RegionWork, work_on

LIMIT = 8
Look = Callable[[RegionWork], str]
"""Returns what is wrong, "" for nothing."""


@dataclass(frozen=True, slots=True)
class Test:
    name: str
    title: str
    kinds: tuple[str, ...]
    """It runs after all resources of these kinds, and only where there are any."""
    good: str
    asked_of: str = ""
    """The one resource it cannot do without, where a kind does not say enough."""


VIEW_ROLE = f"{RoleName.READ_ONLY.value}-role"
CLUSTER = Test("smoke-cluster", "Cluster is active", ("Cluster",), "The cluster answers as ACTIVE.")
NODES = Test("smoke-nodes", "Nodes in three zones", ("NodeGroup",), "The node group reaches three zones.")
DATABASE = Test(
    "smoke-database", "Database is available", ("Instance",), "The database is available and encrypted."
)
BUCKET = Test("smoke-bucket", "Bucket is private", ("BucketPublicAccessBlock",), "The bucket refuses the public.")
ZONE = Test("smoke-zone", "DNS zone is answered", ("Zone",), "DNS answers with the zone's own name servers.")
VIEW = Test(
    "smoke-view-role",
    "Read-only role deletes nothing",
    ("Role", "Policy", "RolePolicyAttachment"),
    "The read-only role looks and deletes nothing.",
    asked_of=VIEW_ROLE,
)
TESTS = (CLUSTER, NODES, DATABASE, BUCKET, ZONE, VIEW)


def steps(manifests: Sequence[Manifest]) -> tuple[StepSpec, ...]:
    names = {manifest.name for manifest in manifests}
    asked = (test for test in TESTS if not test.asked_of or test.asked_of in names)
    found = ((test, tuple(one.name for one in manifests if one.kind in test.kinds)) for test in asked)
    return tuple(
        StepSpec(test.name, test.title, f"region.{test.name}", needs, {"group": "Smoke tests"}, skippable=True)
        for test, needs in found
        if needs
    )


def _register(test: Test, look: Look, fix: Callable[[RegionWork], str] = lambda _work: "") -> None:
    @handler(f"region.{test.name}")
    def run(context: StepContext) -> Outcome:
        work = work_on(context)
        try:
            wrong = look(work)
        except CloudError as error:
            if failures.wants_a_new_session(error):
                clouds.accounts_of(work.region.cloud).forget(work.entry)
            return failures.answer(error, work.entry)
        if not wrong:
            return Done(test.good)
        return Retry(
            "SmokeTestFailed",
            timedelta(seconds=1),
            wrong,
            limit=LIMIT,
            who=Who.CUSTOMER if test is ZONE else Who.VENDOR,
            fix=fix(work),
        )


def _seen(work: RegionWork, *kinds: str) -> list[Observation]:
    client = work.client
    return [client.observe(manifest) for manifest in work.of_kind(*kinds)]


def _first(work: RegionWork, kind: str) -> Observation:
    return next(iter(_seen(work, kind)), Observation(exists=False))


def _subnets(work: RegionWork) -> list[Observation]:
    """Ours by their manifests; those of a VPC of the customer's as they are there."""
    own = (work.region.spec["network"] or {}).get("existing")
    if not own:
        return _seen(work, "Subnet")
    parts = work.inspector.inside(str(own["vpc_id"])).parts
    return [Observation(exists=True, external_id=one.id, facts={"AvailabilityZone": one.zone}) for one in parts]


def _zone(work: RegionWork) -> str:
    name = str(work.region.spec["dns_zone"])
    return judge.zone(_name_servers(work), clouds.resolver().name_servers(name))


def _name_servers(work: RegionWork) -> list[str]:
    return list(_first(work, "Zone").facts.get("NameServers", ()))


def _delegation(work: RegionWork) -> str:
    """The records that the customer adds to the parent zone."""
    name = str(work.region.spec["dns_zone"]).rstrip(".")
    return "\n".join(f"{name}. 300 IN NS {server.rstrip('.')}." for server in sorted(_name_servers(work)))


def _view_role(work: RegionWork) -> str:
    role = work.client.observe(work.manifest(VIEW_ROLE))
    if not role.exists:
        return "The read-only role is not there."
    asks = [Ask(action, "*") for action in (judge.READING, *judge.DELETING)]
    return judge.view_role(work.inspector.simulate_role(str(role.facts["arn"]), asks))


_register(CLUSTER, lambda work: judge.cluster(_first(work, "Cluster")))
_register(NODES, lambda work: judge.nodes(_first(work, "NodeGroup"), _subnets(work)))
_register(DATABASE, lambda work: judge.database(_first(work, "Instance")))
_register(BUCKET, lambda work: judge.bucket(_seen(work, "BucketPublicAccessBlock")))
_register(ZONE, _zone, _delegation)
_register(VIEW, _view_role)
