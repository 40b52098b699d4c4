"""One attempt of one step, from its handler to an answer."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections

from console.kernel.errors import ConsoleError
from console.operations import handlers
from console.operations.engine.claim import Claimed
from console.operations.engine.rollup import EXPIRED
from console.operations.outcomes import Ask, Failed, Halt, Retry, Verdict, Who
from console.operations.states import StepState
from console.operations.steps import StepContext
from console.web import request_ids

logger = logging.getLogger("console.operations")

MOST_TAKEOVERS = 10
"""Workers that ended with a step, nearly all while it ran alone, before it is thought to be the cause."""


def attempt(claimed: Claimed, *, now: datetime) -> Verdict:
    """Never raises: what a handler raises becomes an answer."""
    if claimed.stopping:
        return Halt("Cancelled", "Cancelled by a person.")
    if claimed.approval is not None:
        return _unapproved(claimed, json.loads(claimed.approval))
    if claimed.takeovers >= MOST_TAKEOVERS:
        sentence = f"The worker ended {claimed.takeovers} times in a row while it ran this step."
        return Halt("WorkerLost", sentence, who=Who.VENDOR, fix="Read the worker's log, then retry.")
    token = request_ids.current.set(claimed.request_id or "-")
    try:
        return _handled(claimed, now)
    finally:
        request_ids.current.reset(token)
        close_old_connections()


def _unapproved(claimed: Claimed, approval: Mapping[str, Any]) -> Verdict:
    """Ask at first; claimed again without a decision means that the time for one is over."""
    question = str(approval["question"])
    if claimed.earlier_state != StepState.AWAITING_APPROVAL:
        return Ask(timedelta(seconds=float(approval["expires_after"])), question)
    sentence = f"Nobody approved it in time: {question}"
    return Halt(EXPIRED, sentence, fix="Check again to ask anew, or cancel the operation.")


def _handled(claimed: Claimed, now: datetime) -> Verdict:
    handler = handlers.find(claimed.handler)
    if handler is None:
        return Halt(
            "HandlerUnknown",
            f"This version of the console does not know the step {claimed.handler}.",
            who=Who.VENDOR,
            fix="Cancel the operation and start it anew, or bring back the version that started it.",
        )
    try:
        return handler(context_of(claimed, now))
    except ConsoleError as error:
        return Halt(camel(error.code), error.message, fix=error.todo)
    except (OperationalError, InterfaceError):
        logger.warning("The database was out of reach in step %s.", claimed.name, exc_info=True)
        return Retry("DatabaseUnavailable", timedelta(seconds=1), "The console's database did not answer.")
    except Exception as error:
        logger.exception("Step %s of operation %s failed.", claimed.name, claimed.operation_id)
        return Failed(
            "UnexpectedError",
            f"Something unforeseen happened ({type(error).__name__}). The log has the rest under "
            f"request {claimed.request_id or claimed.operation_id}.",
        )


def context_of(claimed: Claimed, now: datetime) -> StepContext:
    return StepContext(
        scope=claimed.scope,
        operation_id=claimed.operation_id,
        operation_context=json.loads(claimed.context),
        target_id=claimed.target_id,
        requested_by_id=claimed.requested_by_id,
        step_id=claimed.id,
        name=claimed.name,
        params=json.loads(claimed.params),
        attempt=claimed.attempt,
        started_at=claimed.started_at,
        now=now,
        request_id=claimed.request_id,
    )


def camel(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("_"))
