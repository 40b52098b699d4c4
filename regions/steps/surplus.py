"""The look, before a region is attached, that no creation took effect a second time."""

from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.clouds.errors import CloudError
from regions.steps import clouds, failures
from regions.steps.region_work import work_on

KINDS = ("EIP", "InternetGateway", "Key", "RouteTable", "VPC")
"""Kinds that the cloud would make twice: it invents their ids, and takes no token of ours for all of them."""
STEP = StepSpec("surplus", "Nothing is there twice", "region.surplus", params={"group": "Region"})


@handler(STEP.handler)
def surplus(context: StepContext) -> Outcome:
    """A call that was given up may take effect long after it was repeated; what it made then costs for nothing."""
    work = work_on(context)
    removed: list[str] = []
    try:
        for manifest in work.of_kind(*KINDS):
            if further := work.client.observe(manifest).surplus:
                work.client.trim(manifest)
                removed += further
    except CloudError as error:
        if failures.wants_a_new_session(error):
            clouds.accounts_of(work.region.cloud).forget(work.entry)
        return failures.answer(error, work.entry)
    if removed:
        return Done(f"Removed what a late answer had made: {', '.join(removed)}.", facts={"removed": removed})
    return Done("Every resource is there once.")
