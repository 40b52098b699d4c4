from accounts.models.invitations import Invitation
from accounts.models.organizations import ApiToken, Engagement, Membership, Organization, Role
from accounts.models.people import User
from accounts.models.planes import ApplicationPlane
from accounts.models.projects import Project
from accounts.models.second_factors import RecoveryCode, TotpDevice

__all__ = [
    "ApiToken",
    "ApplicationPlane",
    "Engagement",
    "Invitation",
    "Membership",
    "Organization",
    "Project",
    "RecoveryCode",
    "Role",
    "TotpDevice",
    "User",
]
