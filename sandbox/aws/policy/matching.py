"""Wildcards, policy variables and ARNs: the comparisons everything else is made of."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

Context = Mapping[str, Sequence[str]]  # keys in lower case
VARIABLE = re.compile(r"\$\{([^}]*)\}")
LITERALS = {"*": "*", "?": "?", "$": "$"}
ARN_PARTS = 6


@lru_cache(maxsize=16384)
def _wildcard(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(_translate(pattern, ".*"), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _translate(pattern: str, star: str) -> str:
    out = []
    for char in pattern:
        if char == "*":
            out.append(star)
        elif char == "?":
            out.append(".")
        elif char in QUOTED:
            out.append(re.escape(QUOTED[char]))
        else:
            out.append(re.escape(char))
    return "".join(out)


# ${*}, ${?} and ${$} stand for the characters themselves: kept apart as private-use code points until matched.
QUOTED = {"\ue000": "*", "\ue001": "?", "\ue002": "$"}
QUOTES = {value: key for key, value in QUOTED.items()}


def like(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """``*`` is any run of characters, ``?`` any one."""
    return _wildcard(pattern, ignore_case).fullmatch(value) is not None


def plain(value: str) -> str:
    """The value with quoted wildcards as ordinary characters, for operators without wildcards."""
    for quoted, char in QUOTED.items():
        value = value.replace(quoted, char)
    return value


@lru_cache(maxsize=16384)
def _arn_regex(pattern: str) -> re.Pattern[str]:
    """A wildcard stays inside its colon-separated part, unless it ends the part or stands in the last one.

    IAM User Guide, "IAM JSON policy elements: Resource".
    """
    parts = pattern.split(":", ARN_PARTS - 1)
    last = len(parts) - 1
    out = []
    for index, part in enumerate(parts):
        if index == last:
            out.append(_translate(part, ".*"))
        elif part.endswith("*"):
            out.append(_translate(part[:-1], "[^:]*") + ".*")
        else:
            out.append(_translate(part, "[^:]*"))
    return re.compile(":".join(out), re.DOTALL)


def resource_matches(pattern: str, arn: str) -> bool:
    """Whether a Resource element names the ARN; a request about no resource is about ``*``."""
    return pattern == "*" or _arn_regex(pattern).fullmatch(arn) is not None


def arn_like(pattern: str, arn: str) -> bool:
    """ArnLike: the six parts are compared one by one."""
    wanted, found = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    if pattern == "*":
        return True
    return len(wanted) == len(found) and all(like(w, f) for w, f in zip(wanted, found, strict=True))


class UnknownVariableError(LookupError):
    """A policy variable has no value in this request: the text that uses it matches nothing."""


def substitute(text: str, context: Context) -> str:
    """Replace ``${aws:PrincipalAccount}``, ``${key, 'default'}`` and the quoted ``${*}``."""
    if "${" not in text:
        return text
    return VARIABLE.sub(lambda match: _variable(match.group(1), context), text)


def _variable(inner: str, context: Context) -> str:
    if inner in LITERALS:
        return QUOTES[inner]
    key, _, default = inner.partition(",")
    values = context.get(key.strip().lower())
    if values and len(values) == 1:
        return "".join(QUOTES.get(char, char) for char in values[0])
    if default.strip():
        return default.strip().strip("'")
    raise UnknownVariableError(inner)
