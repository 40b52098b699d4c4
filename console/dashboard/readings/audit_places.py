"""Where the page of a thing is that the trail tells of, and which things have a page of their history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import NoReverseMatch, reverse

from console.kernel.permissions import Permission
from console.kernel.scope import Scope

Link = Callable[[Any, str], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing with a page, or a place on one."""

    word: str
    """For people, in the middle of a sentence."""
    model: str
    page: Link
    list_name: str
    list_label: str
    permission: Permission
    tabs: str = ""
    """Template of the tabs of the thing's own pages, which gets the thing under its `word`."""
    key: str = "pk"
    """The column that holds the `target_id` of events."""
    label: str = ""
    """The attribute that names it, where the row itself does not."""

    def name(self, thing: Any) -> str:
        return str(getattr(thing, self.label) if self.label else thing)


def url(name: str, slug: str, **kwargs: object) -> str:
    """The address of a page, "" while the console has none of that name."""
    try:
        return reverse(name, kwargs={"org": slug, **kwargs})
    except NoReverseMatch:
        return ""


def _by_id(name: str, argument: str) -> Link:
    return lambda thing, slug: url(name, slug, **{argument: thing.pk})


def _on(name: str, anchor: str = "") -> Link:
    """A part of a page that shows many."""
    return lambda thing, slug: (found := url(name, slug)) and (f"{found}#{anchor}-{thing.pk}" if anchor else found)


def _plan(thing: Any, slug: str) -> str:
    return url("onboarding-plan", slug, onboarding_id=thing.onboarding_id, number=thing.number)


def _plane(thing: Any, slug: str) -> str:
    return url("plane", slug, plane=thing.slug)


def _region(thing: Any, slug: str) -> str:
    return url("region", slug, region_id=thing.region_id)


def _root(thing: Any, slug: str) -> str:
    return url("certificate", slug, certificate_id=thing.certificate_id)


def _change(thing: Any, slug: str) -> str:
    return url("region-change", slug, region_id=thing.region_id, change_id=thing.pk)


def _finding(thing: Any, slug: str) -> str:
    return url("region-finding", slug, region_id=thing.region_id, finding_id=thing.pk)


P = Permission
KINDS: Mapping[str, Kind] = {
    kind.model.partition(".")[2].replace("membership", "user"): kind
    for kind in (
        Kind("region", "regions.region", _by_id("region", "region_id"), "regions", "Regions", P.REGION_VIEW,
             "regions/regions/tabs.html"),
        Kind("change", "regions.regionchange", _change, "regions", "Regions", P.REGION_VIEW),
        Kind("finding", "regions.finding", _finding, "regions", "Regions", P.REGION_VIEW),
        Kind("connection", "regions.connection", _by_id("connection", "connection_id"), "connections",
             "Connections", P.CONNECTION_VIEW),
        Kind("operation", "operations.operation", _by_id("operation", "operation_id"), "operations", "Operations",
             P.OPERATION_VIEW),
        Kind("onboarding", "regions.onboarding", _by_id("onboarding-review", "onboarding_id"), "onboarding",
             "Onboarding", P.ONBOARDING_VIEW),
        Kind("plan", "regions.planversion", _plan, "onboarding", "Onboarding", P.ONBOARDING_VIEW),
        Kind("member", "accounts.membership", _by_id("member", "membership_id"), "access", "Access",
             P.ACCESS_MANAGE, key="user_id", label="user"),
        Kind("invitation", "accounts.invitation", _on("access"), "access", "Access", P.ACCESS_VIEW),
        Kind("engagement", "accounts.engagement", _on("access", "engagement"), "access", "Access", P.ACCESS_VIEW),
        Kind("API token", "accounts.apitoken", _on("tokens", "token"), "tokens", "API tokens", P.TOKEN_MANAGE),
        Kind("project", "accounts.project", _by_id("project", "project_id"), "projects", "Projects",
             P.PROJECT_VIEW),
        Kind("application plane", "accounts.applicationplane", _plane, "certificates", "Certificates",
             P.CERTIFICATE_VIEW),
        Kind("secret", "secrets_app.secret", _by_id("secret", "secret_id"), "secrets", "Secrets", P.SECRET_VIEW),
        Kind("certificate", "secrets_app.certificate", _by_id("certificate", "certificate_id"), "certificates",
             "Certificates", P.CERTIFICATE_VIEW),
        Kind("region", "secrets_app.recipient", _region, "regions", "Regions", P.REGION_VIEW),
        Kind("revocation list", "secrets_app.revocationlist", _on("certificates"), "certificates", "Certificates",
             P.CERTIFICATE_VIEW),
        Kind("bundle", "secrets_app.trustbundle", _on("certificates"), "certificates", "Certificates",
             P.CERTIFICATE_VIEW),
        Kind("key", "encryption.keypolicy", _on("keys"), "keys", "Keys", P.KEY_VIEW),
        Kind("rotation", "encryption.rotation", _on("key-rotations"), "keys", "Keys", P.KEY_VIEW),
        Kind("rehearsal", "encryption.rehearsal", _on("keys"), "keys", "Keys", P.KEY_VIEW),
        Kind("checkpoint", "audit.auditcheckpoint", _on("audit-verify"), "audit", "Audit", P.AUDIT_VIEW),
        Kind("verification", "audit.auditverification", _on("audit-verify"), "audit", "Audit", P.AUDIT_VIEW),
        Kind("root", "secrets_app.certificateauthority", _root, "certificates", "Certificates",
             P.CERTIFICATE_VIEW),
    )
}  # fmt: skip
"""By `target_type`: events about a member tell of the person."""


def model_of(kind: Kind) -> type[models.Model] | None:
    try:
        return apps.get_model(kind.model)
    except LookupError:
        return None


def thing(scope: Scope, kind: Kind, key: str) -> models.Model | None:
    """Find the thing by its id in the scope's organization; None when it is gone or was never there."""
    model = model_of(kind)
    if model is None:
        return None
    try:
        found: models.Model | None = model._default_manager.filter(org_id=scope.org_id, **{kind.key: key}).first()
    except (ValidationError, ValueError):
        return None
    return found


def link(scope: Scope, slug: str, target_type: str, target_id: str) -> str:
    """The page of what an event tells of, "" when it has none, is gone, or is not for this person."""
    if target_type == "organization":
        return url("settings", slug) if scope.allows(Permission.ORGANIZATION_MANAGE) else ""
    kind = KINDS.get(target_type)
    if kind is None or not scope.allows(kind.permission):
        return ""
    found = thing(scope, kind, target_id)
    return kind.page(found, slug) if found is not None else ""
