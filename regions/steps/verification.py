"""Verifying a connection, step by step; the last step judges."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from console.audit.actions import events as audit
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.handlers import handler
from console.operations.models import Operation
from console.operations.outcomes import Done, Outcome, Retry
from console.operations.steps import StepContext, StepSpec
from regions.clouds.errors import CloudError
from regions.clouds.inspection import Inspector
from regions.models import Connection, ConnectionCheck, Region
from regions.models.connections import ConnectionCheckQuerySet
from regions.permissions.bundle import tailored
from regions.states import ConnectionState, Verdict
from regions.steps.verification_checks import (
    UNREACHABLE,
    Check,
    looked,
    provider_error,
    provider_facts,
    record,
    unanswered,
)
from regions.steps.verification_entry import Entry, entry_of
from regions.steps.verification_judgement import judged
from regions.steps.verification_permissions import deployment_checks, human_checks
from regions.steps.verification_place import place_checks
from regions.steps.verification_posture import posture_checks
from regions.steps.verification_quotas import quota_checks
from regions.steps.verification_roles import role_checks
from regions.steps.verification_target import Target
from regions.steps.verification_trust import ASSUME, VERSION, Trust

KIND = "verify-connection"
PATIENCE = timedelta(seconds=90)
"""IAM is eventually consistent: a new role or policy may take this long to be seen everywhere."""
FIRST_PAUSE = timedelta(seconds=3)
KEPT = ("state", "reason", "message", "made_with", "verified_at", "bundle_version")
TRIES = 5
"""Of one look, before "cannot tell" is said."""
LOOKS = (
    ("trust", "Who the role lets in"),
    ("permissions", "What the deployment role may do"),
    ("human-roles", "What the roles for people will be able to do"),
    ("quotas", "Quotas of the account"),
    ("place", "Zones, offers, addresses, leftovers"),
    ("posture", "What the account does for its own security"),
)
Looking = Callable[[Entry, Inspector], Iterable[Check]]


def steps() -> tuple[StepSpec, ...]:
    looks = tuple(StepSpec(name, title, f"connection.{name}", needs=("assume",)) for name, title in LOOKS)
    return (
        StepSpec("assume", "Assume the role", "connection.assume"),
        *looks,
        StepSpec("judge", "Judge", "connection.judge", needs=tuple(name for name, _ in LOOKS)),
    )


@handler("connection.assume")
def assume(context: StepContext) -> Outcome:
    """Ask again for 90 seconds before saying no."""
    entry = entry_of(context)
    refused: list[CloudError] = []

    def look() -> Check:
        try:
            entry.enter()
        except CloudError as error:
            refused.append(error)
            return _not_assumed(entry, error)
        return ASSUME

    check = looked(ASSUME, look)
    if refused and context.now - context.started_at < PATIENCE:
        return _again(refused[0])
    record(context.scope, entry.connection.id, [check], at=context.now)
    return Done(check.message or "The role was assumed.")


def _again(error: CloudError) -> Retry:
    message = (
        f"AWS does not answer ({error.code}); asking again."
        if error.category in UNREACHABLE
        else "AWS refuses so far. A new role can take up to 90 seconds to be seen; asking again."
    )
    return Retry("NotYetAssumable", FIRST_PAUSE, message, provider=provider_error(error), limit=100)


def _not_assumed(entry: Entry, error: CloudError) -> Check:
    facts = {"provider": provider_facts(error)}
    identity = entry.identity
    if error.category in UNREACHABLE:
        message = f"AWS could not be reached ({error.code}). Nothing was learnt; verify again when it answers."
        return replace(ASSUME, verdict=Verdict.CANNOT_TELL, message=message, facts=facts)
    before = "It worked before: " if entry.connection.verified_at else ""
    message = (
        f"AWS refuses to let the control plane assume {identity.role_name}. {before}either the role does not exist"
        f" in account {identity.account_id}, or it does not trust {identity.principal_arn} with the external id of"
        " this connection."
    )
    fix = "Run the stack of this connection in the account, unchanged, then verify again."
    title = "The role cannot be assumed"
    return replace(ASSUME, title=title, verdict=Verdict.REFUSED, message=message, fix=fix, facts=facts)


@handler("connection.trust")
def trust(context: StepContext) -> Outcome:
    return _look(context, lambda entry, inspector: Trust(entry, inspector).checks())


@handler("connection.permissions")
def permissions(context: StepContext) -> Outcome:
    return _look(context, lambda entry, inspector: deployment_checks(inspector, entry.identity, entry.target))


@handler("connection.human-roles")
def human_roles(context: StepContext) -> Outcome:
    return _look(context, _people)


def _people(entry: Entry, inspector: Inspector) -> Iterable[Check]:
    yield from human_checks(inspector, entry.identity, entry.target)
    yield from role_checks(inspector, entry.identity, entry.target)


@handler("connection.quotas")
def quotas(context: StepContext) -> Outcome:
    return _look(context, lambda entry, inspector: quota_checks(inspector, entry.identity, entry.target))


@handler("connection.place")
def place(context: StepContext) -> Outcome:
    known = _known_regions(context.scope)
    return _look(context, lambda entry, inspector: place_checks(inspector, entry.target, known))


@handler("connection.posture")
def posture(context: StepContext) -> Outcome:
    return _look(context, lambda entry, inspector: posture_checks(inspector, entry.identity, entry.target))


def _look(context: StepContext, looking: Looking) -> Outcome:
    entry = entry_of(context)
    if not _assumed(context, entry.connection.id):
        return Done("Not looked at, for the role could not be assumed.")
    try:
        inspector = entry.enter()
    except CloudError as error:
        message = "The role could be assumed a moment ago and cannot now; asking again."
        return Retry("NotAssumable", FIRST_PAUSE, message, provider=provider_error(error))
    checks = tuple(looking(entry, inspector))
    if context.attempt < TRIES and any(map(unanswered, checks)):
        return Retry("CloudUnreachable", FIRST_PAUSE, "AWS did not answer every question; asking again.")
    record(context.scope, entry.connection.id, checks, at=context.now)
    return Done(tally(checks))


def tally(checks: Iterable[Check | ConnectionCheck]) -> str:
    verdicts = [check.verdict for check in checks]
    words = {Verdict.PASS: "pass", Verdict.REFUSED: "refused", Verdict.WARNING: "warnings",
             Verdict.CANNOT_TELL: "cannot tell"}  # fmt: skip
    found = [f"{verdicts.count(verdict)} {word}" for verdict, word in words.items() if verdict in verdicts]
    return f"{', '.join(found)}."


def _assumed(context: StepContext, connection_id: UUID) -> bool:
    with context.scope.entered():
        checks = ConnectionCheck.objects.visible_to(context.scope).of(connection_id)
        return checks.named(ASSUME.name).since(_began(context)).passed().exists()


def _known_regions(scope: Scope) -> frozenset[str]:
    with scope.entered():
        return frozenset(
            str(one) for one in Region.objects.visible_to(scope).present().values_list("id", flat=True)
        )


def _began(context: StepContext) -> str:
    return str(context.operation_context["began_at"])


@handler("connection.judge")
def judge(context: StepContext) -> Outcome:
    """Forget answers to questions that were not asked this time, and say what the rest amounts to."""
    with context.scope.entered():
        checks = ConnectionCheck.objects.visible_to(context.scope).of(UUID(context.target_id))
        verdict = judged(checks.since(_began(context)))
        if verdict.state is not None:
            checks.before(_began(context)).delete()
        connection = _verifying(context)
        if connection is None:
            return Done("The connection was revoked meanwhile; it stays revoked.")
        connection.state = verdict.state or context.operation_context["earlier_state"]
        connection.reason, connection.message = verdict.reason, verdict.message
        connection.made_with = _made_with(checks) or connection.made_with
        if verdict.state is ConnectionState.VERIFIED:
            connection.verified_at = context.now
            connection.bundle_version = tailored(_target(context).tailoring).version
        connection.save(update_fields=KEPT)
        audit.record(context.scope, f"connection:{connection.state}", connection, reason=verdict.reason)
    return Done(verdict.message or "The connection is verified.")


def _target(context: StepContext) -> Target:
    return Target.from_context(context.operation_context["target"])


def _made_with(checks: ConnectionCheckQuerySet) -> str:
    found = checks.named(VERSION.name).first()
    return str(found.facts.get("made_with", "")) if found else ""


def _verifying(context: StepContext) -> Connection | None:
    """The connection, locked, unless a person revoked it while it was verified."""
    rows = Connection.objects.visible_to(context.scope).verifying(UUID(context.target_id))
    return rows.select_for_update().first()


@lifecycle.on_end(KIND)
def settle(scope: Scope, operation: Operation) -> None:
    """However a verification ends, by a bug or by being cancelled: the connection is not left verifying."""
    Connection.objects.visible_to(scope).verifying(operation.target_id).update(
        state=operation.context["earlier_state"],
        reason="VerificationEnded",
        message="The last verification did not come to its end. Verify again.",
    )
