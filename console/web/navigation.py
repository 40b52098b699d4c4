"""The side navigation as data. An entry shows if its page exists and the scope carries its permission."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from console.kernel.permissions import Permission
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """`url_name` takes the organization's slug as `org`; `group` is "", "Run", "Set up", "Trust" or "End".

    A page that is `about_the_console` lies outside of organizations, and is told by `?org=` whose frame to show.
    """

    label: str
    url_name: str
    icon: str
    permission: Permission | None
    group: str = ""
    about_the_console: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


NAVIGATION: tuple[Entry, ...] = (
    Entry("Overview", "overview", "layout-dashboard", None),
    Entry("Regions", "regions", "map-pin", Permission.REGION_VIEW, "Run"),
    Entry("Apps", "apps", "box", None, "Run"),
    Entry("Projects", "projects", "folder", Permission.PROJECT_VIEW, "Run"),
    Entry("Operations", "operations", "workflow", Permission.OPERATION_VIEW, "Run"),
    Entry("Onboarding", "onboarding", "clipboard-list", Permission.ONBOARDING_VIEW, "Set up"),
    Entry("Connections", "connections", "plug", Permission.CONNECTION_VIEW, "Set up"),
    Entry("Secrets", "secrets", "key-round", Permission.SECRET_VIEW, "Trust"),
    Entry("Keys", "keys", "lock-keyhole", Permission.KEY_VIEW, "Trust"),
    Entry("Certificates", "certificates", "badge-check", Permission.CERTIFICATE_VIEW, "Trust"),
    Entry("Access", "access", "users", Permission.ACCESS_VIEW, "Trust"),
    Entry("Audit", "audit", "scroll-text", Permission.AUDIT_VIEW, "Trust"),
    Entry("Support", "support", "life-buoy", None, "End"),
    Entry("Settings", "settings", "settings", Permission.ORGANIZATION_MANAGE, "End"),
    Entry("Coverage", "coverage", "list-checks", None, "End", about_the_console=True),
)
GROUPS = ("", "Run", "Set up", "Trust", "End")

Count = Callable[[Scope], int]

_counts: dict[str, Count] = {}


def count_with(url_name: str, count: Count) -> None:
    """Show how many things of an entry need a person; asked once a page, so it must be one cheap query."""
    _counts[url_name] = count


def links(*, scope: Scope, slug: str, path: str) -> list[tuple[str, list[Link]]]:
    """Return the groups that have something to show, in order; "End" has no title."""
    grouped = {
        group: [
            link
            for entry in NAVIGATION
            if entry.group == group
            for link in _link(entry, scope=scope, slug=slug, path=path)
        ]
        for group in GROUPS
    }
    return [("" if group == "End" else group, found) for group, found in grouped.items() if found]


def _link(entry: Entry, *, scope: Scope, slug: str, path: str) -> list[Link]:
    if entry.permission is not None and not scope.allows(entry.permission):
        return []
    try:
        url = reverse(entry.url_name, kwargs={} if entry.about_the_console else {"org": slug})
    except NoReverseMatch:
        return []
    current = path == url if entry.url_name == "overview" else path.startswith(url)
    counted = _counts[entry.url_name](scope) if entry.url_name in _counts else 0
    told = f"{url}?org={slug}" if entry.about_the_console else url
    return [Link(entry.label, told, entry.icon, current, counted)]
