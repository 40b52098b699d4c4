"""RDS rotates the master password that it manages (`RotateMasterUserPassword`); nobody here ever sees it."""

from datetime import timedelta

from console.audit.actions import events as audit
from console.operations.handlers import handler
from console.operations.outcomes import Done, Halt, Outcome, Wait, Who
from console.operations.steps import StepContext, StepSpec
from regions.clouds.errors import CloudError
from regions.clouds.stores import KeptSecrets
from regions.steps import failures, stores
from regions.steps.region_work import RegionWork, work_on

KIND = "rotate-database-password"
LOOK = timedelta(seconds=3)
ASK, SEE = "ask", "see"


def steps() -> tuple[StepSpec, ...]:
    return (
        StepSpec(ASK, "RDS is asked for a new master password", "region.password-ask"),
        StepSpec(SEE, "The database has it", "region.password-see", needs=(ASK,)),
    )


@handler("region.password-ask")
def ask(context: StepContext) -> Outcome:
    """A lost answer leads to a second new password, which harms nobody: clients read the secret."""
    work = work_on(context)
    try:
        kept, database = _kept(work)
        if kept.master_password_state(database) != "rotating":
            kept.rotate_master_password(database)
    except CloudError as error:
        return _failed(error, work)
    return Done("RDS is at it.")


@handler("region.password-see")
def see(context: StepContext) -> Outcome:
    work = work_on(context)
    try:
        kept, database = _kept(work)
        state = kept.master_password_state(database)
    except CloudError as error:
        return _failed(error, work)
    if state == "active":
        with context.scope.entered():
            audit.record(context.scope, "database-password:rotated", work.region)
        return Done("The database has a new master password; RDS keeps it in its own secret.")
    if state in {"rotating", "creating"}:
        return Wait(LOOK, f"The secret is {state}.")
    return Halt(
        "SecretImpaired",
        f"RDS says that the secret of the master password is {state or 'not managed by it'}. Your cloud team "
        "looks at the secret and at the KMS key that encrypts it.",
        who=Who.CUSTOMER,
        fix=f"aws rds describe-db-instances --db-instance-identifier {database} "
        "--query 'DBInstances[0].MasterUserSecret'",
    )


def _kept(work: RegionWork) -> tuple[KeptSecrets, str]:
    database = work.of_kind("Instance")[0].external_name
    return stores.stores_of(work.region.cloud).kept_secrets(work.entry), database


def _failed(error: CloudError, work: RegionWork) -> Outcome:
    if failures.wants_a_new_session(error):
        stores.stores_of(work.region.cloud).forget(work.entry)
    return failures.answer(error, work.entry)
