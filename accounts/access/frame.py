"""The frame around an organization's pages: who looks, at which organization, and where else they may go."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from accounts.access.standing import Standing
from console.kernel.scope import ActorKind, Scope
from console.web.shell import Place, Shell


def shell_of(request: HttpRequest) -> Shell | None:
    """Build the frame from what `scoped` left on the request; it asks the database nothing."""
    standing: Standing | None = getattr(request, "standing", None)
    if standing is None:
        return None
    return Shell(
        scope=cast("Scope", request.scope),  # type: ignore[attr-defined]
        organization=standing.organization.name,
        slug=standing.organization.slug,
        person=str(standing.user),
        role=standing.role,
        vendor=standing.kind is ActorKind.STAFF,
        organizations=_places(request, standing),
    )


def _places(request: HttpRequest, here: Standing) -> tuple[Place, ...]:
    standings: tuple[Standing, ...] = getattr(request, "standings", ())
    return tuple(
        Place(
            each.organization.name,
            reverse("overview", kwargs={"org": each.organization.slug}),
            here=each.organization.id == here.organization.id,
        )
        for each in standings
    )
