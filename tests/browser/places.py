"""Every page that a person can open, with the things of one organization that their addresses name."""

import re
from collections.abc import Callable, Mapping

ORGANIZATION_PAGES: Mapping[str, str] = {
    "operation": "/o/{org}/operations/{operation}/",
    "overview": "/o/{org}/",
    "operations": "/o/{org}/operations/",
    "regions": "/o/{org}/regions/",
    "region": "/o/{org}/regions/{region}/",
    "resources": "/o/{org}/regions/{region}/resources/",
    "region-secrets": "/o/{org}/regions/{region}/secrets/",
    "projects": "/o/{org}/projects/",
    "project": "/o/{org}/projects/{project}/",
    "project-new": "/o/{org}/projects/new/",
    "project-change": "/o/{org}/projects/{project}/change/",
    "secrets": "/o/{org}/secrets/",
    "secret": "/o/{org}/secrets/{secret}/",
    "secret-kinds": "/o/{org}/secrets/new/",
    "secret-generic": "/o/{org}/secrets/new/generic/",
    "secret-tls": "/o/{org}/secrets/new/tls/",
    "secret-symmetric": "/o/{org}/secrets/new/symmetric/",
    "secret-external": "/o/{org}/secrets/new/external/",
    "secret-version": "/o/{org}/secrets/{secret}/versions/new/",
    "secret-rotate": "/o/{org}/secrets/{secret}/rotate/",
    "secret-compare": "/o/{org}/secrets/{secret}/compare/",
    "secret-schedule": "/o/{org}/secrets/{secret}/schedule/",
    "secret-import": "/o/{org}/secrets/import/",
    "connections": "/o/{org}/connections/",
    "connection": "/o/{org}/connections/{connection}/",
    "onboarding": "/o/{org}/onboarding/",
    "onboarding-new": "/o/{org}/onboarding/new/",
    "section": "/o/{org}/onboarding/{onboarding}/sections/network/",
    "section-choices": "/o/{org}/onboarding/{onboarding}/sections/compliance/",
    "review": "/o/{org}/onboarding/{onboarding}/review/",
    "history": "/o/{org}/onboarding/{onboarding}/history/",
    "plan": "/o/{org}/onboarding/{onboarding}/plan/1/",
    "secret-new": "/o/{org}/secrets/new/generic/",
    "secret-new-tls": "/o/{org}/secrets/new/tls/",
    "keys": "/o/{org}/keys/",
    "key-rotations": "/o/{org}/keys/rotations/",
    "key-root": "/o/{org}/keys/root/",
    "certificates": "/o/{org}/certificates/",
    "certificate-list": "/o/{org}/certificates/list/",
    "certificate": "/o/{org}/certificates/{certificate}/",
    "certificate-new": "/o/{org}/certificates/new/",
    "plane": "/o/{org}/certificates/planes/main/",
    "plane-new": "/o/{org}/certificates/planes/new/",
    "own-root": "/o/{org}/certificates/planes/main/own-root/",
    "kms-root": "/o/{org}/certificates/planes/main/kms-root/",
    "audit": "/o/{org}/audit/",
    "audit-event": "/o/{org}/audit/events/{event}/",
    "audit-proof": "/o/{org}/audit/verify/",
    "audit-retention": "/o/{org}/audit/retention/",
    "audit-narrowed": "/o/{org}/audit/?event=secret&period=7d",
    "audit-export": "/o/{org}/audit/export/",
    "history-of-secret": "/o/{org}/audit/history/secret/{secret}/",
    "data-residency": "/o/{org}/settings/data/",
    "access": "/o/{org}/access/",
    "roles": "/o/{org}/access/roles/",
    "invite": "/o/{org}/access/invite/",
    "engage": "/o/{org}/access/engagements/new/",
    "settings": "/o/{org}/settings/",
    "tokens": "/o/{org}/settings/tokens/",
    "coverage": "/help/coverage/?org={org}",
    "coverage-not-yet": "/help/coverage/?org={org}&state=not-yet",
    "security": "/account/security/",
    "password": "/account/password/change/",
    "organization-new": "/account/organizations/new/",
    "sign-out": "/account/logout/",
    "sandbox": "/sandbox/{org}/",
}
"""What an owner sees."""
STRANGER_PAGES: Mapping[str, str] = {"sign-in": "/account/login/", "sign-up": "/account/signup/"}
"""What is seen before signing in."""
STAFF_PAGES: Mapping[str, str] = {
    "home": "/",
    "admin": "/admin/",
    "admin-organizations": "/admin/accounts/organization/",
    "admin-regions": "/admin/regions/region/",
}
"""What the vendor's people see."""

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LISTS = {
    "event": rf"/audit/events/({UUID})/",
    "operation": rf"/operations/({UUID})/\"[^>]*>Provision",
    "region": rf"/regions/({UUID})/",
    "connection": rf"/connections/({UUID})/",
    "onboarding": rf"/onboarding/({UUID})/",
    "project": rf"/projects/({UUID})/",
    "secret": rf"/secrets/({UUID})/\"[^>]*>payments-db",
    "certificate": rf"/certificates/({UUID})/",
}
"""How to find one thing of each kind on the list of its kind."""
NOUNS = {
    "operation": "operations",
    "region": "regions",
    "connection": "connections",
    "onboarding": "onboarding",
    "project": "projects",
    "secret": "secrets",
    "certificate": "certificates/list",
    "event": "audit",
}


class NothingYet(Exception):
    """The organization has nothing of a kind."""


def filled(org: str, read: Callable[[str], str]) -> dict[str, str]:
    """The organization's pages with their addresses; `read` returns the HTML of one."""
    names = {"org": org}
    for kind, pattern in LISTS.items():
        found = re.search(pattern, read(f"/o/{org}/{NOUNS[kind]}/"))
        if found is None:
            raise NothingYet(f"The organization {org} has no {kind} yet.")
        names[kind] = found[1]
    return {name: path.format(**names) for name, path in ORGANIZATION_PAGES.items()}
