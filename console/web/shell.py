"""Who looks at which organization: what the frame around every page shows.

The accounts app knows people and organizations; it declares a provider here when it starts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    url: str
    icon: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """`line` stands under the organization's name, `role` under the person's."""

    scope: Scope
    organization: str
    slug: str
    person: str
    role: str
    line: str = ""
    vendor: bool = False
    organizations: tuple[Place, ...] = ()
    account: tuple[Place, ...] = ()


Provider = Callable[[HttpRequest], Shell | None]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Declare where the shell comes from; the last one declared answers."""
    _providers.append(provider)


def shell_of(request: HttpRequest) -> Shell | None:
    """Return the shell of a request inside an organization, asked for once a request, else None."""
    if not hasattr(request, "_shell"):
        request._shell = _providers[-1](request) if _providers else from_attributes(request)  # type: ignore[attr-defined]
    shell: Shell | None = request._shell  # type: ignore[attr-defined]
    return shell


def from_attributes(request: HttpRequest) -> Shell | None:
    """Build the shell from `request.scope` and `request.organization` (`name`, `slug`), if they are set."""
    scope, organization = getattr(request, "scope", None), getattr(request, "organization", None)
    if not isinstance(scope, Scope) or organization is None:
        return None
    return Shell(
        scope=scope,
        organization=organization.name,
        slug=organization.slug,
        person=scope.actor.label,
        role=str(getattr(request, "role", "") or scope.actor.kind).capitalize(),
    )
