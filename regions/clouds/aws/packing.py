"""Statements into managed policies, within the limits of IAM."""

from collections.abc import Iterable

from regions.clouds.aws.policies import Statement, compact, policy

POLICY_CHARACTERS = 6_144  # IAM quota "Managed policy length", white space not counted
POLICIES_PER_ROLE = 10  # IAM quota L-0DA4ABF3, AWS's default
ENVELOPE = len(compact(policy(())))


def pack(statements: Iterable[Statement]) -> tuple[tuple[Statement, ...], ...]:
    """Fill one policy after the other, in order.

    Raises ValueError when more than ten policies would be needed.
    """
    packed: list[list[Statement]] = [[]]
    room = POLICY_CHARACTERS - ENVELOPE
    for one in (part for statement in statements for part in _split(statement)):
        if one.size + 1 > room:
            packed.append([])
            room = POLICY_CHARACTERS - ENVELOPE
        packed[-1].append(one)
        room -= one.size + 1
    if len(packed) > POLICIES_PER_ROLE:
        raise ValueError(f"{len(packed)} managed policies are needed; a role holds {POLICIES_PER_ROLE}.")
    return tuple(tuple(one) for one in packed if one)


def _split(statement: Statement) -> tuple[Statement, ...]:
    """Halve a statement that no policy holds."""
    if statement.size < POLICY_CHARACTERS - ENVELOPE or len(statement.actions) < 2:
        return (statement,)
    middle = len(statement.actions) // 2
    halves = ((f"{statement.sid}A", statement.actions[:middle]), (f"{statement.sid}B", statement.actions[middle:]))
    return tuple(
        part
        for sid, actions in halves
        for part in _split(Statement(sid, actions, statement.resources, statement.conditions, statement.effect))
    )
