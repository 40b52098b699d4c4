"""One resource brought to its manifest, removed, or only looked at."""

from collections.abc import Callable
from datetime import timedelta

from console.operations.handlers import handler
from console.operations.outcomes import Done, Halt, Outcome, Retry, Wait, Who
from console.operations.steps import StepContext
from regions.blueprints.manifests import Manifest
from regions.clouds.errors import CloudError
from regions.clouds.ports import Observation, ResourceClient
from regions.steps import clouds, failures
from regions.steps.deciding import Act, decide, next_look
from regions.steps.observed import forget, keep, keep_error, reached
from regions.steps.region_work import RegionWork, work_on

PRESENT, ABSENT, OBSERVED = "resource.present", "resource.absent", "resource.observed"
KEPT = "resource.kept"
FORGET = "forget"
"""Parameter of a deletion: the plan no longer has the resource, so its row goes with it."""
FIELDS = "fields"
"""Parameter: fields that the manifest has for this step alone, as the choices of who asked for it say."""
KEPT_TAG = "byoc:kept"
"""On what stays by choice when its region goes: no look takes it for a leftover."""
AS = "manifest"
"""Parameter of a deletion: what is deleted is this, and not what the row has come to want since."""
CHANGING = frozenset({Act.CREATE, Act.UPDATE, Act.DELETE, Act.TRIM})
Verb = Callable[["Reconciler"], Outcome]


class Reconciler:
    """One attempt at one resource. Everything is read anew, so it may end at any instruction."""

    def __init__(self, work: RegionWork, name: str) -> None:
        self.work = work
        self.context = work.context
        as_it_was = self.context.params.get(AS)
        manifest = Manifest(as_it_was) if as_it_was else work.manifest(name)
        self.manifest: Manifest = manifest.with_fields(**self.context.params.get(FIELDS, {}))
        self.client: ResourceClient = work.client

    def look(self) -> Observation:
        seen = self.client.observe(self.manifest)
        keep(self.context.scope, self.work.region.id, self.manifest.name, seen)
        return seen

    def carry_out(self, act: Act, seen: Observation) -> None:
        match act:
            case Act.CREATE:
                self.client.create(self.manifest, token=str(self.context.step_id))
            case Act.UPDATE:
                self.client.update(self.manifest, seen)
            case Act.DELETE:
                self.client.delete(self.manifest, seen)
            case Act.TRIM:
                self.client.trim(self.manifest)
            case _:
                return

    def settle(self, *, wanted: bool) -> tuple[Act, Observation]:
        """Act once if an act is called for, and say what is left to do after it."""
        seen = self.look()
        act = decide(seen, wanted=wanted)
        if act in CHANGING:
            self.carry_out(act, seen)
            seen = self.look()
            act = decide(seen, wanted=wanted)
        return act, seen

    @property
    def pause(self) -> timedelta:
        return next_look(self.context.now - self.context.started_at)


@handler(PRESENT)
def present(context: StepContext) -> Outcome:
    return _attempt(context, present_outcome)


@handler(ABSENT)
def absent(context: StepContext) -> Outcome:
    return _attempt(context, _absent)


@handler(OBSERVED)
def observed(context: StepContext) -> Outcome:
    """Only looked at: a step of operations that earlier versions of the console started."""
    return _attempt(context, _observed)


@handler(KEPT)
def kept(context: StepContext) -> Outcome:
    return _attempt(context, _kept)


def _attempt(context: StepContext, verb: Verb) -> Outcome:
    work, name = work_on(context), str(context.params["resource"])
    try:
        return verb(Reconciler(work, name))
    except CloudError as error:
        if failures.wants_a_new_session(error):
            clouds.accounts_of(work.region.cloud).forget(work.entry)
        keep_error(context.scope, work.region.id, name, error)
        return failures.answer(error, work.entry)


def present_outcome(one: Reconciler) -> Outcome:
    """Bring one resource to its manifest. Raises CloudError."""
    act, seen = one.settle(wanted=True)
    match act:
        case Act.NOTHING:
            reached(one.context.scope, one.work.region.id, one.manifest.name)
            return Done(_there(seen), facts={"external_id": seen.external_id})
        case Act.REPLACE:
            return _needs_replacement(one.manifest, seen)
        case Act.BROKEN:
            return _broken(one.manifest, seen)
        case Act.FOREIGN:
            return _foreign(one.manifest, seen)
        case Act.CREATE:
            return Retry("NotVisibleYet", timedelta(seconds=0.5), "It was created and is not visible yet.")
        case Act.UPDATE if seen.ready:
            fields = ", ".join(difference.field for difference in seen.differences)
            return Retry("NotUpToDate", timedelta(seconds=0.5), f"The change of {fields} is not visible yet.")
        case _:
            return Wait(one.pause, seen.state)


def _absent(one: Reconciler) -> Outcome:
    act, seen = one.settle(wanted=False)
    if act is Act.NOTHING and seen.foreign:
        return Done(f"{seen.external_id} has its name and is not ours: left alone.", facts={"foreign": True})
    if act is Act.NOTHING:
        if one.context.params.get(FORGET):
            forget(one.context.scope, one.work.region.id, one.manifest.name)
        return Done("It is gone.")
    return Wait(one.pause, seen.state)


def _kept(one: Reconciler) -> Outcome:
    """Mark what stays; what is not there is not made for it."""
    one.manifest = one.manifest.with_fields(tags={**one.manifest.tags, KEPT_TAG: "yes"})
    seen = one.look()
    if not seen.exists:
        return Done("There is nothing to keep.", facts={"exists": False})
    if _unmarked(seen):
        one.carry_out(Act.UPDATE, seen)
        seen = one.look()
    if _unmarked(seen):
        return Wait(one.pause, seen.state)
    return Done(f"{_there(seen)} stays.", facts={"exists": True, "external_id": seen.external_id})


def _unmarked(seen: Observation) -> bool:
    return any(difference.field == "tags" for difference in seen.differences)


def _observed(one: Reconciler) -> Outcome:
    seen = one.look()
    if not seen.exists:
        return Done("It is not there.", facts={"exists": False})
    facts = {"exists": True, "ready": seen.ready, "up_to_date": seen.up_to_date}
    if seen.differences:
        fields = ", ".join(difference.field for difference in seen.differences)
        return Done(f"It differs in {fields}.", facts=facts)
    return Done(_there(seen), facts=facts)


def _there(seen: Observation) -> str:
    return seen.external_id if seen.state in {"", "present"} else f"{seen.external_id} is {seen.state}"


def _needs_replacement(manifest: Manifest, seen: Observation) -> Halt:
    fields = ", ".join(difference.field for difference in seen.differences)
    return Halt(
        "NeedsReplacement",
        f"{manifest.title} {seen.external_id} exists with another {fields}, which no call can change. Remove it "
        "in the cloud account if it holds nothing that is needed, then retry: it is made anew.",
        who=Who.CUSTOMER,
    )


def _foreign(manifest: Manifest, seen: Observation) -> Halt:
    return Halt(
        "ForeignResource",
        f"{seen.external_id} has the name that {manifest.title} is to have, and carries none of its tags: "
        "somebody else made it, so it is not touched. Your cloud team removes or renames it, then you retry.",
        who=Who.CUSTOMER,
    )


def _broken(manifest: Manifest, seen: Observation) -> Halt:
    why = f": {seen.message}" if seen.message else "."
    return Halt(
        "ProviderFailed",
        f"The cloud gave up on {manifest.title} ({seen.state}){why} Mend the cause, remove what is left of it in "
        "the cloud account, then retry: it is made anew.",
        who=Who.CUSTOMER,
    )
