"""A plane moves to another root while its regions talk: at no moment may two of them fail to."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.actions import planes
from accounts.models import Organization, User
from console.audit.models import AuditEvent
from console.encryption import keyring
from console.kernel import queue
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations import handlers
from console.operations.actions import operations
from console.operations.engine.shift import EngineConfig, Shift
from console.operations.models import Operation, Step
from console.operations.outcomes import Wait
from console.operations.states import OperationState, StepState
from secrets_app.actions import authorities, certificates, recipients
from secrets_app.actions.certificates import NameNotTyped
from secrets_app.models import AuthorityState, CertificateAuthority, Level, TrustBundle
from secrets_app.steps import root_rotation
from secrets_app.steps.root_rotation import RootSwitched
from tests.unit.certificates.handshakes import HandshakeRefused, both_ways
from tests.unit.certificates.world import World

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def no_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda job, **_ids: None)
    monkeypatch.setattr(root_rotation, "LOOK_AGAIN", timedelta(0))


@pytest.fixture
def talking(world: World) -> World:
    """Frankfurt and Dublin each run the app ledger and call one another."""
    with world.scope.entered():
        for region in world.regions:
            certificates.issue(
                scope=world.scope, region_id=region.recipient.region_id, app="ledger", project="core"
            )
    world.settle()
    both_ways(*world.regions)
    return world


def rotate(world: World) -> Operation:
    with world.scope.entered():
        return authorities.rotate_root(scope=world.scope, plane_id=world.plane.id, typed_name="main")


def work() -> None:
    """One short shift of the engine: what is due is done, waits are asked once or a few times."""
    Shift(EngineConfig(shift=timedelta(milliseconds=150), horizon=timedelta(0), threads=1)).work()


def step(world: World, operation: Operation, name: str) -> Step:
    with world.scope.entered():
        found: Step = Step.objects.visible_to(world.scope).of_operation(operation).get(name=name)
    return found


def state(world: World, operation: Operation) -> str:
    with world.scope.entered():
        return str(Operation.objects.visible_to(world.scope).get(pk=operation.pk).state)


def go_on(world: World, operation: Operation, *, until: Callable[[], bool], probe: Callable[[], None]) -> None:
    """Engine and regions take turns; after every single step of either, the regions call one another."""
    for _ in range(60):
        work()
        probe()
        if until():
            return
        world.turn(before=probe)
        probe()
    raise AssertionError(f"it does not end: {[(s.name, s.state, s.message) for s in all_steps(world, operation)]}")


def all_steps(world: World, operation: Operation) -> list[Step]:
    with world.scope.entered():
        return list(Step.objects.visible_to(world.scope).of_operation(operation).in_order())


def roots(world: World) -> dict[str, str]:
    with world.scope.entered():
        rows = CertificateAuthority.objects.visible_to(world.scope).with_certificate().in_order()
        return {row.name: row.state for row in rows}


def test_regions_talk_both_ways_throughout_a_rotation(talking: World) -> None:
    calls = []

    def probe() -> None:
        both_ways(*talking.regions)
        calls.append(1)

    operation = rotate(talking)
    go_on(talking, operation, until=lambda: state(talking, operation) == "succeeded", probe=probe)

    assert len(calls) > 20
    assert roots(talking) == {"main root 1": AuthorityState.REMOVED, "main root 2": AuthorityState.ISSUING}
    with talking.scope.entered():
        new = CertificateAuthority.objects.visible_to(talking.scope).issuing().with_certificate().get()
        old = CertificateAuthority.objects.visible_to(talking.scope).get(state=AuthorityState.REMOVED)
        bundles = list(TrustBundle.objects.visible_to(talking.scope).order_by("version"))
        assert new.private_key
    leaves = [row for row in talking.certificates(level=Level.LEAF) if row.state == "valid"]
    assert old.private_key is None
    assert [len(bundle.roots) for bundle in bundles] == [1, 2, 1]
    assert bundles[-1].roots == [new.certificate.fingerprint]
    assert {leaf.issuer.issuer_id for leaf in leaves if leaf.issuer} == {new.certificate_id}
    for region in talking.regions:
        assert region.certificates.holds.trusted == bundles[-1].pem


def test_a_region_that_is_away_holds_the_rotation_and_is_named(talking: World) -> None:
    dublin = talking.regions[1]
    dublin.asleep = True
    operation = rotate(talking)
    for _ in range(4):
        work()
        talking.turn()
    held = step(talking, operation, "trusted")
    assert held.state == StepState.WAITING
    assert held.message == (
        "1 of 2 regions have confirmed; waits for dublin. dublin has not confirmed that it trusts the new root."
    )
    assert held.progress == 50
    assert roots(talking)["main root 2"] == AuthorityState.PREPARED

    dublin.asleep = False
    go_on(
        talking,
        operation,
        until=lambda: state(talking, operation) == "succeeded",
        probe=lambda: both_ways(*talking.regions),
    )


def test_a_region_that_falls_asleep_after_the_switch_keeps_the_old_root_trusted(talking: World) -> None:
    frankfurt, dublin = talking.regions
    operation = rotate(talking)
    go_on(
        talking,
        operation,
        until=lambda: step(talking, operation, "switch").state == StepState.SUCCEEDED,
        probe=lambda: both_ways(frankfurt, dublin),
    )
    dublin.asleep = True
    for _ in range(6):
        work()
        talking.turn(before=lambda: both_ways(frankfurt, dublin))
    held = step(talking, operation, "moved")
    assert held.state == StepState.WAITING
    assert "dublin" in held.message
    assert roots(talking)["main root 1"] == AuthorityState.RETIRING
    dublin.asleep = False
    go_on(
        talking,
        operation,
        until=lambda: state(talking, operation) == "succeeded",
        probe=lambda: both_ways(frankfurt, dublin),
    )


def test_a_region_that_joins_meanwhile_trusts_both_and_is_waited_for(talking: World) -> None:
    operation = rotate(talking)
    work()
    talking.turn()
    stockholm = talking.add("stockholm")
    with talking.scope.entered():
        region_id = stockholm.recipient.region_id

    def probe() -> None:
        both_ways(*talking.regions[:2])
        if "ledger.core" in stockholm.certificates.holds.leaves:
            both_ways(talking.regions[0], stockholm)
            both_ways(talking.regions[1], stockholm)

    talking.turn(3, before=probe)
    with talking.scope.entered():
        certificates.issue(scope=talking.scope, region_id=region_id, app="ledger", project="core")
    go_on(talking, operation, until=lambda: state(talking, operation) == "succeeded", probe=probe)
    talking.settle()
    both_ways(stockholm, talking.regions[0])


def test_cancelled_before_the_switch_it_leaves_nothing_behind(talking: World) -> None:
    frankfurt, dublin = talking.regions
    dublin.asleep = True
    operation = rotate(talking)
    for _ in range(3):
        work()
        talking.turn()
    with talking.scope.entered():
        operations.cancel(scope=talking.scope, operation=operation)
    work()
    assert state(talking, operation) == OperationState.CANCELLED
    dublin.asleep = False
    talking.turn(4, before=lambda: both_ways(frankfurt, dublin))
    assert roots(talking) == {"main root 1": AuthorityState.ISSUING, "main root 2": AuthorityState.REMOVED}
    with talking.scope.entered():
        gone = CertificateAuthority.objects.visible_to(talking.scope).get(number=2)
    assert gone.private_key is None
    for region in talking.regions:
        assert region.certificates.holds.trusted.count("BEGIN CERTIFICATE") == 1
    again = rotate(talking)
    go_on(talking, again, until=lambda: state(talking, again) == "succeeded", probe=lambda: None)
    assert roots(talking)["main root 3"] == AuthorityState.ISSUING


def test_after_the_switch_it_cannot_be_cancelled(talking: World) -> None:
    operation = rotate(talking)
    go_on(
        talking,
        operation,
        until=lambda: step(talking, operation, "switch").state == StepState.SUCCEEDED,
        probe=lambda: None,
    )
    with talking.scope.entered(), pytest.raises(RootSwitched, match="no way back"):
        operations.cancel(scope=talking.scope, operation=operation)
    assert state(talking, operation) not in {OperationState.CANCELLING, OperationState.CANCELLED}


def test_killed_in_any_step_it_goes_on_where_it_was(talking: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies after the handler's commit and before the result: the step runs again, harmlessly."""

    def dies_once(name: str) -> None:
        handler = handlers.find(name)
        assert handler is not None
        died: list[str] = []

        def dying(context: object) -> object:
            answer = handler(context)  # type: ignore[arg-type]
            if not died:
                died.append(name)
                return Wait(timedelta(0), "the worker died")
            return answer

        monkeypatch.setitem(handlers._handlers, name, dying)

    for spec in root_rotation.steps():
        dies_once(spec.handler)
    operation = rotate(talking)
    go_on(
        talking,
        operation,
        until=lambda: state(talking, operation) == "succeeded",
        probe=lambda: both_ways(*talking.regions),
    )
    assert roots(talking) == {"main root 1": AuthorityState.REMOVED, "main root 2": AuthorityState.ISSUING}
    with talking.scope.entered():
        assert TrustBundle.objects.visible_to(talking.scope).count() == 3


def test_the_plane_has_one_rotation_at_a_time(talking: World) -> None:
    rotate(talking)
    with pytest.raises(operations.OperationGoingOn):
        rotate(talking)


def test_the_short_name_is_typed(talking: World) -> None:
    with talking.scope.entered(), pytest.raises(NameNotTyped):
        authorities.rotate_root(scope=talking.scope, plane_id=talking.plane.id, typed_name="Main")


def test_an_auditor_does_not_rotate(talking: World, bob: User, scope_of: Callable[..., Scope]) -> None:
    with talking.scope.entered():
        acme = Organization.objects.get(pk=talking.scope.org_id)
    scope = scope_of(bob, acme)
    with scope.entered(), pytest.raises(Refused):
        authorities.rotate_root(scope=scope, plane_id=talking.plane.id, typed_name="main")


def test_a_root_whose_key_cannot_be_had_stops_nothing_that_runs(talking: World, settings: object) -> None:
    """The keyring of the plane is apart: without it nothing is signed, and everything goes on talking."""
    root = roots(talking)
    keyring.forget()
    both_ways(*talking.regions)
    assert root == {"main root 1": AuthorityState.ISSUING}
    with talking.scope.entered():
        authority = CertificateAuthority.objects.visible_to(talking.scope).get()
    assert authority.keyring_name == f"{talking.scope.org_id}.ca.{talking.plane.id}"


def test_the_trail_tells_the_whole_rotation(talking: World) -> None:
    operation = rotate(talking)
    go_on(talking, operation, until=lambda: state(talking, operation) == "succeeded", probe=lambda: None)
    with talking.scope.entered():
        rows = AuditEvent.objects.visible_to(talking.scope).filter(operation_id=operation.id)
        told = set(rows.values_list("event", flat=True))
    assert told >= {
        "authority:rotation-requested", "operation:started", "authority:created", "bundle:published",
        "authority:issuing", "certificate:renewal-asked", "authority:removed", "authority:key-destroyed",
        "operation:succeeded",
    }  # fmt: skip


def test_an_unknown_root_is_refused_on_the_socket(talking: World) -> None:
    """The probe itself tells: regions of another plane do not get through."""
    with talking.scope.entered():
        other = planes.create(scope=talking.scope, slug="staging")
    oslo = talking.add("oslo", plane=other)
    with talking.scope.entered():
        region_id = oslo.recipient.region_id
    talking.turn(2)
    with talking.scope.entered():
        certificates.issue(scope=talking.scope, region_id=region_id, app="ledger", project="core")
    talking.settle()
    with pytest.raises(HandshakeRefused):
        both_ways(talking.regions[0], oslo)


def test_a_region_that_is_dismissed_is_waited_for_no_more(talking: World) -> None:
    """Gone for good: deprovisioned while the plane waits for it."""
    frankfurt, dublin = talking.regions
    dublin.asleep = True
    operation = rotate(talking)
    for _ in range(3):
        work()
        talking.turn()
    assert step(talking, operation, "trusted").state == StepState.WAITING
    with talking.scope.entered():
        recipients.dismiss(scope=talking.scope, region_id=dublin.recipient.region_id)
    go_on(talking, operation, until=lambda: state(talking, operation) == "succeeded", probe=lambda: None)
    assert frankfurt.certificates.holds.trusted.count("BEGIN CERTIFICATE") == 1
