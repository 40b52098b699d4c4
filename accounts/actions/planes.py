"""Application planes: the groups of regions that trust one another."""

import re

from django.db import IntegrityError, transaction

from accounts.models.planes import DEFAULT_SLUG, ApplicationPlane
from console.audit.actions import events as audit
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")  # RFC 1123, 2.1
LONGEST_SLUG = 40
TAKEN = frozenset({"new"})
"""Words of the console's own addresses."""


class PlaneUnknown(NotFound):
    code = "plane_unknown"


class PlaneExists(Conflict):
    code = "plane_exists"
    title = "The application plane exists"


class PlaneSlugUnfit(Invalid):
    code = "plane_slug_unfit"
    title = "The short name cannot be used"


def get(*, scope: Scope, slug: str) -> ApplicationPlane:
    """Raises PlaneUnknown."""
    found: ApplicationPlane | None = ApplicationPlane.objects.visible_to(scope).of_slug(slug).first()
    if found is None:
        raise PlaneUnknown(
            f"There is no application plane called {slug}.", todo="Choose one from the list of planes."
        )
    return found


@transaction.atomic
def create(*, scope: Scope, slug: str, name: str = "") -> ApplicationPlane:
    """Add an application plane; regions join it when they are requested.

    Raises Refused, PlaneSlugUnfit and PlaneExists.
    """
    scope.require(Permission.REGION_CREATE)
    if len(slug) > LONGEST_SLUG or slug in TAKEN or not LABEL.fullmatch(slug):
        raise PlaneSlugUnfit(
            f"“{slug}” is not a DNS label of at most {LONGEST_SLUG} letters.",
            todo="Use lower-case letters, digits and hyphens, beginning and ending with a letter or digit.",
            field="slug",
        )
    return _added(scope, slug, name)


@transaction.atomic
def default(*, scope: Scope) -> ApplicationPlane:
    """The plane that a region joins when none is named: made with the organization's first region."""
    found: ApplicationPlane | None = ApplicationPlane.objects.visible_to(scope).of_slug(DEFAULT_SLUG).first()
    return found or _added(scope, DEFAULT_SLUG, "Main")


def _added(scope: Scope, slug: str, name: str) -> ApplicationPlane:
    plane = ApplicationPlane(
        org_id=scope.org_id, slug=slug, name=name.strip()[:80] or slug, created_by=scope.actor.label[:200]
    )
    try:
        with transaction.atomic():
            plane.save(force_insert=True)
    except IntegrityError as error:
        raise PlaneExists(
            f"The organization has an application plane called {slug} already.",
            todo="Choose another short name.",
            field="slug",
        ) from error
    audit.record(scope, "plane:created", plane, slug=slug)
    return plane
