"""Injected misfortune: refusals, silence, lost answers, calls that take effect late, creations nobody sees yet."""

import random
import re

from sandbox.aws.errors import AwsError, expired, internal, throttled
from sandbox.aws.requests import Call
from sandbox.aws.state import Rule, state

KINDS = ("throttle", "error", "expired", "timeout", "lost_answer", "late", "unseen", "delay")
REFUSALS = {"throttle": throttled, "error": internal, "expired": expired}
LONGEST_SILENCE_SECONDS = 600.0


def choose(call: Call, account: str) -> Rule | None:
    """The first rule that strikes this call, counted."""
    for rule in state().faults:
        if _concerns(rule, call, account) and random.random() < rule.rate:
            rule.fired += 1
            return rule
    return None


def _concerns(rule: Rule, call: Call, account: str) -> bool:
    if rule.count is not None and rule.fired >= rule.count:
        return False
    if rule.account and rule.account != account:
        return False
    return bool(re.fullmatch(rule.service, call.service) and re.search(rule.action, call.operation))


def error_of(rule: Rule, call: Call) -> AwsError:
    """The error a rule answers with, in the words of the service unless the rule has its own."""
    usual = REFUSALS[rule.kind](call.service, call.protocol)
    return AwsError(rule.code or usual.code, usual.message, rule.status or usual.status)
