"""What each role may do: the one table from which checks, pages and documents come."""

from accounts.models.organizations import Role
from console.kernel.permissions import Permission

P = Permission

VIEWS: frozenset[P] = frozenset(permission for permission in P if permission.value.endswith(":view"))

OPERATES: frozenset[P] = frozenset(
    {
        P.ONBOARDING_ANSWER,
        P.PLAN_SIGN,
        P.CONNECTION_MANAGE,
        P.REGION_CREATE,
        P.REGION_APPROVE,
        P.REGION_DEPROVISION,
        P.OPERATION_CONTROL,
        P.OPERATION_APPROVE,
        P.PROJECT_MANAGE,
        P.SECRET_MANAGE,
        P.SECRET_REVEAL,
        P.CERTIFICATE_MANAGE,
        P.AUDIT_EXPORT,
    }
)

GRANTS: dict[Role, frozenset[P]] = {
    Role.OWNER: frozenset(P) - {P.PLAN_SIGN_AS_ARCHITECT},
    Role.OPERATOR: VIEWS | OPERATES,
    Role.AUDITOR: VIEWS | {P.AUDIT_EXPORT},
}

ARCHITECT: frozenset[P] = VIEWS | {P.ONBOARDING_ANSWER, P.PLAN_SIGN_AS_ARCHITECT}
"""Vendor staff, while an engagement that an owner granted is in force."""

NEVER_BY_TOKEN: frozenset[P] = frozenset(
    {
        P.ACCESS_MANAGE,
        P.TOKEN_MANAGE,
        P.ENGAGEMENT_GRANT,
        P.PLAN_SIGN,
        P.PLAN_SIGN_AS_ARCHITECT,
        P.REGION_APPROVE,
        P.SECRET_REVEAL,
        P.AUDIT_MANAGE,
    }
)
"""Acts of a person: signing, approving, revealing, and widening access. A machine's token does not carry them."""


def of_token(role: Role) -> frozenset[P]:
    return GRANTS[role] - NEVER_BY_TOKEN
