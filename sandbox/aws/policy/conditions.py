"""Condition operators (IAM User Guide, "IAM JSON policy elements: Condition operators")."""

import base64
import ipaddress
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from sandbox.aws.policy.matching import Context, UnknownVariableError, arn_like, like, plain, substitute

Compare = Callable[[str, str], bool]  # (value in the policy, value in the request)


class Operator(NamedTuple):
    name: str
    quantifier: str  # "", "forallvalues" or "foranyvalue"
    if_exists: bool


@lru_cache(maxsize=512)
def split_operator(text: str) -> Operator:
    quantifier, _, name = text.rpartition(":")
    name = name.lower()
    if_exists = name.endswith("ifexists")
    return Operator(name.removesuffix("ifexists"), quantifier.lower(), if_exists)


def _number(compare: Callable[[float, float], bool]) -> Compare:
    def test(wanted: str, found: str) -> bool:
        try:
            return compare(float(found), float(wanted))
        except ValueError:
            return False

    return test


def moment(text: str) -> datetime:
    """An ISO 8601 date or seconds since the epoch; naive times are UTC."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        parsed = datetime.fromisoformat(text)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _date(compare: Callable[[datetime, datetime], bool]) -> Compare:
    def test(wanted: str, found: str) -> bool:
        try:
            return compare(moment(found), moment(wanted))
        except ValueError:
            return False

    return test


def _address(wanted: str, found: str) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _binary(wanted: str, found: str) -> bool:
    try:
        return base64.b64decode(wanted) == base64.b64decode(found)
    except ValueError:
        return False


def _equals(wanted: str, found: str) -> bool:
    return plain(wanted) == found


def _equals_ignoring_case(wanted: str, found: str) -> bool:
    return plain(wanted).lower() == found.lower()


# name -> (comparison, negated)
OPERATORS: dict[str, tuple[Compare, bool]] = {
    "stringequals": (_equals, False),
    "stringnotequals": (_equals, True),
    "stringequalsignorecase": (_equals_ignoring_case, False),
    "stringnotequalsignorecase": (_equals_ignoring_case, True),
    "stringlike": (like, False),
    "stringnotlike": (like, True),
    "arnequals": (arn_like, False),  # ArnEquals and ArnLike behave identically
    "arnnotequals": (arn_like, True),
    "arnlike": (arn_like, False),
    "arnnotlike": (arn_like, True),
    "bool": (_equals_ignoring_case, False),
    "binaryequals": (_binary, False),
    "ipaddress": (_address, False),
    "notipaddress": (_address, True),
    "numericequals": (_number(lambda a, b: a == b), False),
    "numericnotequals": (_number(lambda a, b: a == b), True),
    "numericlessthan": (_number(lambda a, b: a < b), False),
    "numericlessthanequals": (_number(lambda a, b: a <= b), False),
    "numericgreaterthan": (_number(lambda a, b: a > b), False),
    "numericgreaterthanequals": (_number(lambda a, b: a >= b), False),
    "dateequals": (_date(lambda a, b: a == b), False),
    "datenotequals": (_date(lambda a, b: a == b), True),
    "datelessthan": (_date(lambda a, b: a < b), False),
    "datelessthanequals": (_date(lambda a, b: a <= b), False),
    "dategreaterthan": (_date(lambda a, b: a > b), False),
    "dategreaterthanequals": (_date(lambda a, b: a >= b), False),
    "null": (_equals_ignoring_case, False),
}


def holds(operator: str, key: str, values: Sequence[str], context: Context, *, variables: bool) -> bool:
    """Whether one line of a Condition block is met by the request."""
    spec = split_operator(operator)
    found = context.get(key)
    if spec.name == "null":
        absent = "false" if found else "true"
        return any(value.lower() == absent for value in values)
    if not found:
        return _missing(spec)
    wanted = _substituted(values, context) if variables else list(values)
    compare, negated = OPERATORS[spec.name]
    tests = [any(compare(want, have) for want in wanted) is not negated for have in found]
    if spec.quantifier == "forallvalues" or (negated and not spec.quantifier):
        return all(tests)
    return any(tests)


def _missing(spec: Operator) -> bool:
    if spec.if_exists or spec.quantifier == "forallvalues":
        return True
    return OPERATORS[spec.name][1] and spec.quantifier != "foranyvalue"


def _substituted(values: Sequence[str], context: Context) -> list[str]:
    out = []
    for value in values:
        try:
            out.append(substitute(value, context))
        except UnknownVariableError:
            continue
    return out
