"""What the pages of connections show, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from regions.actions.verification_targets import target_of
from regions.models import CheckGroup, Connection, ConnectionCheck, Region
from regions.permissions.artefacts import ARTEFACTS, Artefact, artefact
from regions.permissions.bundle import Bundle, tailored
from regions.permissions.cloudformation import quick_create
from regions.permissions.identity import RoleIdentity
from regions.states import ConnectionState, RegionState, Verdict
from regions.steps import publication
from regions.steps.verification import tally
from regions.steps.verification_entry import identity_of
from regions.steps.verification_judgement import decides
from regions.steps.verification_posture import GUARDS
from regions.steps.verification_quotas import QUOTAS
from regions.steps.verification_target import Target
from regions.views.permission_grid import CellDetail, Grid, grid

HEADLINES = {
    "RoleNotAssumable": "AWS does not let the control plane into the account",
    "ExternalIdNotDemanded": "The role lets in whoever knows its name",
    "WrongAccount": "The role belongs to another account",
    "TrustTooWide": "The role trusts more than the control plane",
    "RoleTooWide": "The role may do more than it asks for",
    "RolesRefused": "A role for people cannot be had as it was changed",
    "CannotTell": "Not every question could be answered",
    "CloudUnreachable": "AWS could not be reached",
    "VerificationEnded": "The last verification did not come to its end",
}
WAITING = frozenset({"CloudUnreachable", "VerificationEnded"})
"""Nothing is wrong with the role, as far as is known."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the connection, and the answer that says so."""

    title: str
    message: str
    state: str
    who: str
    check: ConnectionCheck | None
    others: tuple[ConnectionCheck, ...]

    @property
    def provider(self) -> dict[str, object]:
        return dict(self.check.facts.get("provider") or {}) if self.check else {}


@dataclass(frozen=True, slots=True)
class Way:
    """One artefact of this connection, with what its owner types."""

    artefact: Artefact
    identity: RoleIdentity
    region: str

    @property
    def file(self) -> str:
        return self.artefact.file(self.identity)

    @property
    def make(self) -> str:
        return self.artefact.make(self.identity, self.region, self.file)

    @property
    def update(self) -> str:
        return self.artefact.update(self.identity, self.region, self.file)

    @property
    def delete(self) -> str:
        return self.artefact.delete(self.identity, self.region, self.file)


@dataclass(frozen=True, slots=True)
class Setup:
    """How the customer makes, updates and deletes the role."""

    identity: RoleIdentity
    region: str
    link: str
    """Opens the AWS console with the stack filled in; empty until the template is published."""
    outdated_link: bool
    can_publish: bool
    policies: tuple[tuple[str, int], ...]
    actions: int
    version: str
    made_with: str

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(self._way(one) for one in ARTEFACTS.values())

    @property
    def made(self) -> Way:
        """How the role was made, as far as is known; the stack while it is not."""
        return self._way(artefact(self.made_with))

    def _way(self, one: Artefact) -> Way:
        return Way(one, self.identity, self.region)


@dataclass(frozen=True, slots=True)
class Reading:
    connection: Connection
    target: Target
    setup: Setup
    operation: Operation | None
    steps: Sequence[Step]
    checks: Sequence[ConnectionCheck]
    """All but those of permissions."""
    grid: Grid
    cell: CellDetail
    trouble: Trouble | None
    regions: Sequence[Region]
    may_manage: bool

    @property
    def going(self) -> bool:
        return self.operation is not None and not self.operation.ended

    @property
    def verifying(self) -> bool:
        return self.connection.state == ConnectionState.VERIFYING

    @property
    def asked(self) -> bool:
        """Whether there are answers to show."""
        return bool(self.checks)

    @property
    def to_be_made(self) -> bool:
        return self.connection.state in (ConnectionState.DRAFT, ConnectionState.REVOKED) or (
            self.connection.reason == "RoleNotAssumable"
        )

    @property
    def trust_and_place(self) -> list[ConnectionCheck]:
        wanted = (CheckGroup.TRUST, CheckGroup.PLACE)
        return [one for group in wanted for one in self.checks if one.group == group]

    @property
    def narrow(self) -> bool:
        """Whether the block is about a cell of the grid, which holds the fix."""
        return bool(self.trouble and self.trouble.check and self.trouble.check.group == CheckGroup.PERMISSION)

    @property
    def trust_line(self) -> str:
        return tally(self.trust_and_place).removesuffix(".")

    @property
    def announcement(self) -> str:
        done = sum(step.ended for step in self.steps)
        return f"{done} of {len(self.steps)} steps done"

    @property
    def quotas(self) -> list[ConnectionCheck]:
        return [one for one in self.checks if one.group == CheckGroup.QUOTA]

    @property
    def posture(self) -> list[ConnectionCheck]:
        return [one for one in self.checks if one.group == CheckGroup.POSTURE]

    @property
    def posture_line(self) -> str:
        on = sum(one.verdict == Verdict.PASS for one in self.posture)
        return f"{on} of {len(self.posture)} on, {self.target.cloud_region}"

    @property
    def present_regions(self) -> list[Region]:
        nothing = (RegionState.PLANNED, RegionState.DEPROVISIONED)
        return [region for region in self.regions if region.state not in nothing]

    @property
    def last_region_gone(self) -> bool:
        usable = self.connection.state in (ConnectionState.VERIFIED, ConnectionState.REFUSED)
        return bool(self.regions) and not self.present_regions and usable

    @property
    def outdated(self) -> bool:
        known = self.connection.bundle_version
        return bool(known) and known != self.setup.version

    @property
    def pill(self) -> str:
        """What the state's word does not say: how many answers are no pass."""
        if self.connection.reason != "ActionsRefused":
            return ""
        counted = self.grid.counted
        unknown = f", {counted['cannot_tell']} cannot tell" if counted["cannot_tell"] else ""
        return f"{counted['refused']} refused{unknown}"


def read(*, scope: Scope, connection: Connection, wanted_cell: str = "") -> Reading:
    checks = ConnectionCheck.objects.visible_to(scope).of(connection.id)
    operations = Operation.objects.visible_to(scope).on_target(connection.id).newest_first()
    operation = operations.prefetch_related("steps").first()
    target = target_of(scope=scope, connection=connection)
    counted = grid(checks.cell_counts(), wanted_cell)
    others = sorted(checks.of_no_cell(), key=_place_in_list)
    return Reading(
        connection=connection,
        target=target,
        setup=setup(connection, target.cloud_region, tailored(target.tailoring)),
        operation=operation,
        steps=sorted(operation.steps.all(), key=lambda step: step.position) if operation else (),
        checks=others,
        grid=counted,
        cell=CellDetail(counted.chosen, tuple(checks.in_cell(*counted.chosen))),
        trouble=_trouble(connection, others, list(checks.refused_cells())),
        regions=list(connection.regions.visible_to(scope).newest_first()),
        may_manage=scope.allows(Permission.CONNECTION_MANAGE),
    )


ORDER = (
    *(f"trust:{name}" for name in ("assume", "without-external-id", "wrong-external-id", "account", "policy")),
    *(f"trust:{name}" for name in ("version", "itself", "boundary", "foreign")),
    *(f"place:{name}" for name in ("zones", "instances", "database", "network", "leftovers", "dedicated", "keys")),
    *(f"quota:{quota.code}" for quota in QUOTAS),
    *(f"posture:{guard.name}" for guard in GUARDS),
)


def _place_in_list(check: ConnectionCheck) -> tuple[int, str]:
    found = (number for number, name in enumerate(ORDER) if check.name.startswith(name))
    return next(found, len(ORDER)), check.name


def setup(connection: Connection, region: str, bundle: Bundle) -> Setup:
    identity = identity_of(connection)
    url = connection.template_url
    return Setup(
        identity=identity,
        region=region,
        link=quick_create(url, stack_name=identity.stack_name, region=region) if url else "",
        outdated_link=bool(url) and connection.template_version != bundle.stack_version,
        can_publish=publication.possible(connection),
        policies=tuple((one.name, one.size) for one in bundle.policies(identity)),
        actions=len(bundle.grants),
        version=bundle.version,
        made_with=connection.made_with,
    )


def _trouble(
    connection: Connection, checks: Sequence[ConnectionCheck], refused: Sequence[ConnectionCheck]
) -> Trouble | None:
    reason = connection.reason
    if reason in WAITING:
        check = next((one for one in checks if one.name == "trust:assume"), None)
        return Trouble(HEADLINES[reason], connection.message, "waiting", "you", check, ())
    if connection.state != ConnectionState.REFUSED:
        return None
    ill = [
        one
        for one in (*checks, *refused)
        if decides(one) and one.verdict in (Verdict.REFUSED, Verdict.CANNOT_TELL)
    ]
    ill.sort(key=lambda one: (one.verdict != Verdict.REFUSED, one.id))
    check = next((one for one in ill if one.message == connection.message), ill[0] if ill else None)
    others = tuple(one for one in ill if one is not check)
    title = HEADLINES.get(reason) or _counted(len(ill))
    return Trouble(title, connection.message, "failed", "your cloud team", check, others)


def _counted(many: int) -> str:
    return f"{many} actions of the role are refused" if many != 1 else "One action of the role is refused"
