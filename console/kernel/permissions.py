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
    REGION_HOLD = "region:hold"
    OPERATION_VIEW = "operation:view"
    OPERATION_CONTROL = "operation:control"
    OPERATION_APPROVE = "operation:approve"
    PROJECT_VIEW = "project:view"
    PROJECT_MANAGE = "project:manage"
    SECRET_VIEW = "secret:view"  # noqa: S105  a permission code, not a password
    SECRET_MANAGE = "secret:manage"  # noqa: S105  a permission code, not a password
    SECRET_REVEAL = "secret:reveal"  # noqa: S105  a permission code, not a password
    KEY_VIEW = "key:view"
    KEY_MANAGE = "key:manage"
    CERTIFICATE_VIEW = "certificate:view"
    CERTIFICATE_MANAGE = "certificate:manage"
    AUDIT_VIEW = "audit:view"
    AUDIT_EXPORT = "audit:export"
    AUDIT_MANAGE = "audit:manage"


NEEDS_FRESH_SECOND_FACTOR: frozenset[Permission] = frozenset(
    {
        Permission.ACCESS_MANAGE,
        Permission.TOKEN_MANAGE,
        Permission.ENGAGEMENT_GRANT,
        Permission.REGION_APPROVE,
        Permission.REGION_DEPROVISION,
        Permission.REGION_HOLD,
        Permission.OPERATION_APPROVE,
        Permission.SECRET_REVEAL,
        Permission.KEY_MANAGE,
        Permission.CERTIFICATE_MANAGE,
        Permission.AUDIT_MANAGE,
    }
)
"""Acts that ask for the second factor again when the last one is older than `STEP_UP_MAX_AGE`."""
