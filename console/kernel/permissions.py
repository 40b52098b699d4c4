"""What a person or a machine may do, as stable codes `<noun>:<verb>`."""

from enum import StrEnum


class Permission(StrEnum):
    ORGANIZATION_VIEW = "organization:view"
    ORGANIZATION_MANAGE = "organization:manage"
    ACCESS_VIEW = "access:view"
    ACCESS_MANAGE = "access:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105  a permission code, not a password
    ENGAGEMENT_GRANT = "engagement:grant"
    ONBOARDING_VIEW = "onboarding:view"
    ONBOARDING_ANSWER = "onboarding:answer"
    PLAN_SIGN = "plan:sign"
    PLAN_SIGN_AS_ARCHITECT = "plan:sign-as-architect"
    CONNECTION_VIEW = "connection:view"
    CONNECTION_MANAGE = "connection:manage"
    REGION_VIEW = "region:view"
    REGION_CREATE = "region:create"
    REGION_APPROVE = "region:approve"
    REGION_DEPROVISION = "region:deprovision"
    OPERATION_VIEW = "operation:view"
    OPERATION_CONTROL = "operation:control"
    KEY_VIEW = "key:view"
    AUDIT_VIEW = "audit:view"


NEEDS_FRESH_SECOND_FACTOR: frozenset[Permission] = frozenset(
    {
        Permission.ACCESS_MANAGE,
        Permission.TOKEN_MANAGE,
        Permission.ENGAGEMENT_GRANT,
        Permission.REGION_APPROVE,
        Permission.REGION_DEPROVISION,
    }
)
"""Acts that ask for the second factor again when the last one is older than `STEP_UP_MAX_AGE`."""
