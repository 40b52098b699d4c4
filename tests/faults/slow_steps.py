"""A handler for workers that are told to stop while a step runs."""

import time

from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext

SLOW = "tests.slow"
SECONDS = 3.0


@handler(SLOW)
def slow(_context: StepContext) -> Outcome:
    time.sleep(SECONDS)
    return Done("It was not hurried.")
