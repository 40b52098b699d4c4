"""A plane's way to another root, gate by gate; no gate opens while two regions could fail to talk."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.errors import Conflict
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.handlers import handler
from console.operations.models import Operation
from console.operations.outcomes import Done, Outcome, Wait
from console.operations.states import OperationState
from console.operations.steps import StepContext, StepSpec
from secrets_app.models import AuthorityState, Certificate, CertificateAuthority, CertificateState, RegionTrust
from secrets_app.pki.rotation import Hindrance, Phase, hindrances
from secrets_app.trust import bundles, intermediates, lists, roots, standings

KIND = "rotate-root"
LOOK_AGAIN = timedelta(seconds=2)
NAMED = 3


class RootSwitched(Conflict):
    code = "root_switched"
    title = "The new root issues already"


def steps() -> tuple[StepSpec, ...]:
    return (
        StepSpec("prepare", "New root in every bundle", "rotate-root.prepare"),
        StepSpec("trusted", "Every region trusts both roots", "rotate-root.trusted", needs=("prepare",)),
        StepSpec("switch", "Switch issuing", "rotate-root.switch", needs=("trusted",)),
        StepSpec("moved", "Every region issues from the new root", "rotate-root.moved", needs=("switch",)),
        StepSpec("remove", "Remove the old root", "rotate-root.remove", needs=("moved",)),
        StepSpec("settled", "Every region trusts the new root alone", "rotate-root.settled", needs=("remove",)),
    )


@handler("rotate-root.prepare")
def prepare(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        plane = roots.locked(scope, UUID(context.target_id))
        new = _new(scope, context.operation_id)
        if new is None:
            new = roots.create(
                scope, plane, state=AuthorityState.PREPARED, now=context.now, operation_id=context.operation_id
            )
            lists.issue(scope, new, now=context.now)
        bundle = bundles.publish(
            scope, plane, reason=f"{new} is added", now=context.now, operation_id=context.operation_id
        )
    return Done(f"Bundle {bundle.version} trusts both roots.", {"bundle": bundle.version, "root": str(new)})


@handler("rotate-root.trusted")
def trusted(context: StepContext) -> Outcome:
    with context.scope.entered():
        return _gate(context, Phase.SWITCH) or Done("Every region has confirmed that it trusts both roots.")


@handler("rotate-root.switch")
def switch(context: StepContext) -> Outcome:
    """From here on there is no way back; the gate is asked once more, under the locks."""
    scope = context.scope
    with scope.entered():
        if _is_cancelling(scope, context.operation_id):
            return Wait(LOOK_AGAIN, "The rotation is being cancelled.")
        plane = roots.locked(scope, UUID(context.target_id))
        old, new = _pair(scope, context)
        if new.state == AuthorityState.PREPARED:
            if held := _gate(context, Phase.SWITCH):
                return held
            _hand_over(scope, old, new, context.now)
        _ask_all(scope, plane, new, context.now)
    return Done(f"{new} issues; every region is asked for a new key.")


def _hand_over(scope: Scope, old: CertificateAuthority, new: CertificateAuthority, now: datetime) -> None:
    """The old one first: one root issues at any time, says the database."""
    old.state = AuthorityState.RETIRING
    old.save(update_fields=["state"])
    new.state, new.issuing_at = AuthorityState.ISSUING, now
    new.save(update_fields=["state", "issuing_at"])
    audit.record(scope, "authority:issuing", new, instead_of=str(old))


def _ask_all(scope: Scope, plane: ApplicationPlane, new: CertificateAuthority, now: datetime) -> None:
    """Ask those that issue from another root of ours, one that was signed at the last moment included."""
    for trust in RegionTrust.objects.visible_to(scope).of_plane(plane.id).present().with_recipient():
        current = trust.intermediate
        if current is not None and not trust.by_customer and current.issuer_id != new.certificate_id:
            intermediates.ask_for_renewal(scope, trust, why=f"{new} issues", now=now)


@handler("rotate-root.moved")
def moved(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        plane = roots.locked(scope, UUID(context.target_id))
        _, new = _pair(scope, context)
        _ask_all(scope, plane, new, context.now)
        return _gate(context, Phase.NEW) or Done("Every region issues from the new root; no old leaf is in use.")


@handler("rotate-root.remove")
def remove(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        plane = roots.locked(scope, UUID(context.target_id))
        old, _ = _pair(scope, context)
        if old.state != AuthorityState.REMOVED:
            if held := _gate(context, Phase.NEW):
                return held
            _removed(old, context.now)
            audit.record(scope, "authority:removed", old)
        bundle = bundles.publish(
            scope, plane, reason=f"{old} is removed", now=context.now, operation_id=context.operation_id
        )
    return Done(f"Bundle {bundle.version} trusts the new root alone.", {"bundle": bundle.version})


@handler("rotate-root.settled")
def settled(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        regions = RegionTrust.objects.visible_to(scope).of_plane(UUID(context.target_id)).present()
        counted = [each for each in regions.with_recipient().by_name() if each.intermediate is not None]
        missing = [each.recipient.name for each in counted if not each.bundle_confirmed]
        if missing:
            return _waiting(missing, len(counted), "has not let go of the old root")
        old, _ = _pair(scope, context)
        _destroy(scope, old)
    return Done("Every region trusts the new root alone; the old root's key is destroyed.")


def _removed(authority: CertificateAuthority, now: datetime) -> None:
    authority.state, authority.removed_at, authority.list_due_at = AuthorityState.REMOVED, now, None
    authority.save(update_fields=["state", "removed_at", "list_due_at"])
    rows = Certificate.objects.filter(org_id=authority.org_id, pk=authority.certificate_id)
    rows.update(state=CertificateState.SUPERSEDED)


def _destroy(scope: Scope, authority: CertificateAuthority) -> None:
    if CertificateAuthority.objects.visible_to(scope).filter(pk=authority.pk, private_key=None).exists():
        return
    authority.private_key = None
    authority.save(update_fields=["private_key"])
    audit.record(scope, "authority:key-destroyed", authority)


def _gate(context: StepContext, to: Phase) -> Wait | None:
    """What holds the gate, with names; None opens it."""
    scope, plane_id = context.scope, UUID(context.target_id)
    old, new = _pair(scope, context)
    mine = (old.certificate.fingerprint, new.certificate.fingerprint)
    standing = standings.between(standings.of_plane(scope, plane_id, now=context.now), frozenset(mine))
    held = hindrances(to, standing, *mine)
    if not held:
        return None
    return _waiting(sorted({each.region for each in held}), len(standing), _why(held))


def _why(held: Sequence[Hindrance]) -> str:
    return held[0].sentence.removeprefix(held[0].region).strip() if len(held) == 1 else held[0].sentence


def _waiting(missing: Sequence[str], everybody: int, why: str) -> Wait:
    more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
    names = ", ".join(missing[:NAMED]) + more
    done = everybody - len(missing)
    message = f"{done} of {everybody} regions have confirmed; waits for {names}. {_sentence(missing[0], why)}"
    return Wait(LOOK_AGAIN, message, progress=100 * done // max(everybody, 1))


def _sentence(name: str, why: str) -> str:
    return why if why[:1].isupper() or why.startswith(name) else f"{name} {why.rstrip('.')}."


def _new(scope: Scope, operation_id: UUID) -> CertificateAuthority | None:
    rows = CertificateAuthority.objects.visible_to(scope).made_by(operation_id)
    found: CertificateAuthority | None = rows.with_certificate().first()
    return found


def _pair(scope: Scope, context: StepContext) -> tuple[CertificateAuthority, CertificateAuthority]:
    """The old root and the new one."""
    new = _new(scope, context.operation_id)
    assert new is not None
    rows = CertificateAuthority.objects.visible_to(scope).with_certificate()
    return rows.get(pk=UUID(str(context.operation_context["old"]))), new


def _is_cancelling(scope: Scope, operation_id: UUID) -> bool:
    operation = Operation.objects.visible_to(scope).select_for_update(no_key=True).get(pk=operation_id)
    return operation.state == OperationState.CANCELLING


@lifecycle.before_cancel(KIND)
def may_cancel(scope: Scope, operation: Operation) -> None:
    """Raises RootSwitched once the new root issues."""
    new = _new(scope, operation.id)
    if new is not None and new.state != AuthorityState.PREPARED:
        raise RootSwitched(
            f"{new} issues already, so there is no way back: regions would be without a common root.",
            todo="Let the rotation go on. To leave the new root, rotate again afterwards.",
        )


@lifecycle.on_end(KIND)
def go_back(scope: Scope, operation: Operation) -> None:
    """A rotation that was cancelled leaves nothing behind: nothing ever came from its new root."""
    if operation.state != OperationState.CANCELLED:
        return
    plane = roots.locked(scope, UUID(operation.target_id))
    new = _new(scope, operation.id)
    if new is None or new.state != AuthorityState.PREPARED:
        return
    at = operation.finished_at or operation.changed_at
    _removed(new, at)
    _destroy(scope, new)
    bundles.publish(scope, plane, reason=f"{new} is withdrawn", now=at, operation_id=operation.id)
    audit.record(scope, "authority:withdrawn", new)
