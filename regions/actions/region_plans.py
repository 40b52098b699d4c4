"""Compiling answers into a plan version, and signing that very version."""

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Organization
from console.audit.actions import events as audit
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.actions import onboardings
from regions.actions.plan_identity import identity
from regions.models import Onboarding, OnboardingState, PlanVersion, Side, Signature
from regions.questionnaire.compiler import compile_plan as compiled
from regions.questionnaire.plan import RegionPlan

MAY_SIGN = {Side.OPERATOR: Permission.PLAN_SIGN, Side.ARCHITECT: Permission.PLAN_SIGN_AS_ARCHITECT}
LONGEST_NOTE = 500


class PlanNotReady(Invalid):
    code = "plan_not_ready"
    title = "The answers do not make a plan yet"


class PlanUnknown(NotFound):
    code = "plan_unknown"


class PlanOutdated(Conflict):
    code = "plan_outdated"
    title = "This is not the current plan version"


class AlreadySigned(Conflict):
    code = "already_signed"
    title = "This side has signed"


class PlanNotSigned(Conflict):
    code = "plan_not_signed"
    title = "The plan lacks a signature"


@transaction.atomic
def compile_plan(*, scope: Scope, onboarding_id: UUID) -> PlanVersion:
    """Make a new plan version if the answers say something new; else return the last one.

    Raises Refused, OnboardingUnknown, and PlanNotReady while an answer is missing or wrong.
    """
    scope.require(Permission.ONBOARDING_ANSWER)
    sheet = onboardings.locked_sheet(scope=scope, onboarding_id=onboarding_id)
    if sheet.problems:
        count = len(sheet.problems)
        what = "1 answer keeps" if count == 1 else f"{count} answers keep"
        raise PlanNotReady(f"{what} the plan from being compiled. {sheet.problems[0].sentence}")
    organization = Organization.objects.get(pk=scope.org_id).slug
    names = identity(scope=scope, onboarding=sheet.onboarding, organization=organization, answers=sheet.answers)
    plan = compiled(sheet.answers, identity=names, taken=sheet.taken)
    last = PlanVersion.objects.of(sheet.onboarding).newest_first().with_signatures().first()
    if last is None or last.digest != plan.digest():
        last = _add_version(scope, sheet, plan, number=last.number + 1 if last else 1)
    _settle(sheet.onboarding, last)
    return last


def _add_version(scope: Scope, sheet: onboardings.Sheet, plan: RegionPlan, *, number: int) -> PlanVersion:
    version = PlanVersion.objects.create(
        org_id=scope.org_id,
        onboarding=sheet.onboarding,
        number=number,
        digest=plan.digest(),
        document=plan.to_document(),
        answer_count=len(sheet.given),
        compiled_by=scope.actor.label,
    )
    audit.record(scope, "plan:compiled", version, number=number, digest=version.digest, region=plan.spec.name)
    return version


def _settle(onboarding: Onboarding, version: PlanVersion) -> None:
    """Say in the onboarding's state what its current version waits for."""
    sides = {signature.side for signature in version.signatures.all()}
    state = OnboardingState.SIGNED if sides == set(Side.values) else OnboardingState.PLANNED
    if onboarding.state != state:
        onboarding.state = state
        onboarding.save(update_fields=["state"])


@transaction.atomic
def sign(*, scope: Scope, plan_id: UUID, side: Side, note: str = "") -> Signature:
    """Sign the current version for one side.

    Raises Refused without the side's permission, PlanUnknown, PlanOutdated and AlreadySigned.
    """
    scope.require(MAY_SIGN[side])
    version = _version(scope, plan_id)
    onboarding = onboardings.locked(scope, version.onboarding_id)
    _require_current(onboarding, version)
    signature = _insert(scope, version, side, note)
    version.refresh_from_db()
    _settle(onboarding, version)
    audit.record(scope, "plan:signed", version, side=side.value, number=version.number, digest=version.digest)
    return signature


def _insert(scope: Scope, version: PlanVersion, side: Side, note: str) -> Signature:
    try:
        with transaction.atomic():
            return Signature.objects.create(
                org_id=scope.org_id,
                plan_version=version,
                side=side,
                digest=version.digest,
                signer=scope.actor.label,
                signer_id=scope.actor.id,
                note=note.strip()[:LONGEST_NOTE],
            )
    except IntegrityError as error:
        raise AlreadySigned(
            f"Version {version.number} already carries the signature of the {side.label.lower()}.",
            todo="Nothing is left to do for this side.",
        ) from error


def _require_current(onboarding: Onboarding, version: PlanVersion) -> None:
    newest = PlanVersion.objects.of(onboarding).newest_first().first()
    if newest is None or newest.pk != version.pk:
        raise PlanOutdated(
            f"Version {version.number} was replaced by version {newest.number if newest else 1}.",
            todo="Read the current version, then sign that one.",
        )
    if onboarding.state == OnboardingState.ANSWERING:
        raise PlanOutdated(
            f"Answers have changed since version {version.number} was compiled.",
            todo="Compile a new version, then sign that one.",
        )


def versions(*, scope: Scope, onboarding_id: UUID, number: int) -> tuple[PlanVersion, list[PlanVersion]]:
    """One version, and all of them, newest first, with their signatures. Raises PlanUnknown."""
    rows = PlanVersion.objects.visible_to(scope).select_related("onboarding").with_signatures()
    found = list(rows.filter(onboarding_id=onboarding_id).newest_first())
    version = next((row for row in found if row.number == number), None)
    if version is None:
        raise PlanUnknown(
            f"There is no version {number} of this plan.", todo="Choose one from the onboarding's review."
        )
    return version, found


def newest(*, scope: Scope, onboarding_id: UUID) -> PlanVersion:
    """The last version of an onboarding. Raises PlanUnknown while there is none."""
    rows = PlanVersion.objects.visible_to(scope).filter(onboarding_id=onboarding_id)
    found = rows.newest_first().first()
    if found is None:
        raise PlanUnknown("There is no plan yet.", todo="Answer the questionnaire, then compile its plan.")
    return found


def _version(scope: Scope, plan_id: UUID) -> PlanVersion:
    version = PlanVersion.objects.visible_to(scope).filter(pk=plan_id).first()
    if version is None:
        raise PlanUnknown("There is no such plan version.", todo="Start from the list of onboardings.")
    return version


@transaction.atomic
def signed_plan(*, scope: Scope, plan_id: UUID) -> tuple[PlanVersion, RegionPlan]:
    """The current version and its plan, for provisioning.

    Raises PlanUnknown, PlanOutdated, and PlanNotSigned unless both sides have signed it.
    """
    version = _version(scope, plan_id)
    onboarding = onboardings.locked(scope, version.onboarding_id)
    _require_current(onboarding, version)
    missing = set(Side) - {Side(signature.side) for signature in version.signatures.all()}
    if missing:
        names = " and ".join(sorted(side.label.lower() for side in missing))
        raise PlanNotSigned(
            f"Version {version.number} lacks the signature of the {names}.",
            todo="Both sides sign the same version before anything is provisioned.",
        )
    return version, RegionPlan.from_document(version.document)
