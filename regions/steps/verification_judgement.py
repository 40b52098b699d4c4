"""From a verification's answers to the state of the connection."""

from collections.abc import Iterable
from dataclasses import dataclass

from regions.models import CheckGroup, ConnectionCheck
from regions.spec import RoleName
from regions.states import ConnectionState, Verdict

REASONS = {
    "trust:assume": "RoleNotAssumable",
    "trust:without-external-id": "ExternalIdNotDemanded",
    "trust:wrong-external-id": "ExternalIdNotDemanded",
    "trust:account": "WrongAccount",
    "trust:policy": "TrustTooWide",
    "trust:itself": "RoleTooWide",
    "trust:boundary": "RoleTooWide",
    "trust:foreign": "RoleTooWide",
}
"""In the order in which one of them is told."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`state` None: nothing was learnt, the connection stays what it was."""

    state: ConnectionState | None
    reason: str = ""
    message: str = ""


def judged(checks: Iterable[ConnectionCheck]) -> Judgement:
    deciding = {one.name: one for one in checks if decides(one)}
    assume = deciding.get("trust:assume")
    if assume is None or assume.verdict == Verdict.CANNOT_TELL:
        return Judgement(None, "CloudUnreachable", assume.message if assume else "")
    for name, reason in REASONS.items():
        if name in deciding and deciding[name].verdict == Verdict.REFUSED:
            return Judgement(ConnectionState.REFUSED, reason, deciding[name].message)
    roles = [one for one in deciding.values() if one.group == CheckGroup.ROLE and one.verdict == Verdict.REFUSED]
    if roles:
        return Judgement(ConnectionState.REFUSED, "RolesRefused", f"{roles[0].title}: {roles[0].message}")
    refused = [one for one in deciding.values() if one.verdict == Verdict.REFUSED]
    if refused:
        return Judgement(ConnectionState.REFUSED, "ActionsRefused", refused_sentence(refused))
    unknown = [one for one in deciding.values() if one.verdict == Verdict.CANNOT_TELL]
    if unknown:
        message = f"{len(unknown)} questions have no answer, and no answer is not a pass. {unknown[0].message}"
        return Judgement(ConnectionState.REFUSED, "CannotTell", message)
    return Judgement(ConnectionState.VERIFIED)


def decides(check: ConnectionCheck) -> bool:
    """Trust, the deployment role and tailored roles decide; quotas and place are for the plan, the three roles
    as they come for the vendor."""
    if check.group == CheckGroup.PERMISSION:
        return check.role == RoleName.DEPLOYMENT
    return check.group in (CheckGroup.TRUST, CheckGroup.ROLE)


def refused_sentence(refused: list[ConnectionCheck]) -> str:
    names = [one.title for one in refused]
    if len(names) == 1:
        return f"{names[0]} is refused. The role lacks a permission that provisioning needs."
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"{len(names)} actions are refused: {shown}. The role lacks permissions that provisioning needs."
