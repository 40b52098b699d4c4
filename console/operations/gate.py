"""A step that does nothing but be approved."""

from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext

GATE = "operation.gate"
"""For a step with an approval that others need: what they do begins when a person has approved."""


@handler(GATE)
def passed(_context: StepContext) -> Outcome:
    return Done("Approved.")
