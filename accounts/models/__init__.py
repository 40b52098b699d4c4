from accounts.models.organizations import ApiToken, Engagement, Membership, Organization, Role
from accounts.models.people import User

__all__ = ["ApiToken", "Engagement", "Membership", "Organization", "Role", "User"]
