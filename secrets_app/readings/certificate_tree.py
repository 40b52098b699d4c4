"""The picture of an organization's certificates: for each plane its roots, their authorities, their leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from accounts.models import ApplicationPlane
from console.web.charts.lifetimes import Life
from console.web.charts.tree import Twig
from console.web.components.numbers import relative
from secrets_app.models import AuthorityState, Certificate, CertificateAuthority, Secret
from secrets_app.models.secrets import WARN_BEFORE
from secrets_app.readings.certificates import OVERDUE, Inventory, LeafGroup
from secrets_app.readings.public_apis import PublicApis

MOST_REGIONS = 12
MOST_PROJECTS = 3
AUTHORITY_NOTES = {
    AuthorityState.PREPARED: "trusted first, issues after gate 3",
    AuthorityState.RETIRING: "issues no more, leaves at gate 4",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where nodes lead."""

    select: Callable[[UUID], str]
    """The page with this certificate in the panel."""
    listing: str
    region: Callable[[UUID], str]


@dataclass(frozen=True, slots=True)
class Drawing:
    inventory: Inventory
    links: Links
    selected: UUID | None

    def groups(self) -> list[list[Twig]]:
        """A group of roots for each plane that has one."""
        drawn = [[self._root(each) for each in self._roots(plane)] for plane in self.inventory.planes]
        return [group for group in drawn if group]

    def _roots(self, plane: ApplicationPlane) -> Iterable[CertificateAuthority]:
        return (each for each in self.inventory.authorities if each.plane_id == plane.id)

    def _root(self, root: CertificateAuthority) -> Twig:
        own = [row for row in self.inventory.intermediates if row.issuer_id == root.certificate_id]
        children = [self._authority(row) for row in own[:MOST_REGIONS]]
        if len(own) > MOST_REGIONS:
            rest = f"{len(own) - MOST_REGIONS} more regions"
            children.append(Twig(rest, "as a table", "healthy", self.links.listing))
        if root.state == AuthorityState.ISSUING and root.is_ours:
            children += self._joining(root.plane_id)
        return Twig(
            label=root.name,
            note=self._root_note(root),
            state="waiting" if root.state in AUTHORITY_NOTES else "healthy",
            href=self.links.select(root.certificate_id),
            children=tuple(children),
            selected=root.certificate_id == self.selected,
        )

    def _root_note(self, root: CertificateAuthority) -> str:
        until = f"to {self._day(root.certificate.not_after)}"
        if not root.is_ours:
            return f"{until}, your own CA"
        return AUTHORITY_NOTES.get(AuthorityState(root.state), f"{until}, issues now")

    def _joining(self, plane_id: UUID) -> list[Twig]:
        """Regions of the plane that have no authority yet."""
        told = [trust.recipient for trust in self.inventory.trusts if trust.intermediate is None]
        waiting = [*told, *self.inventory.waiting]
        return [
            Twig(each.name, "when the region joins", "pending", self.links.region(each.region_id), planned=True)
            for each in waiting
            if each.plane_id == plane_id
        ]

    def _authority(self, row: Certificate) -> Twig:
        groups = [each for each in self.inventory.leaves if each.issuer_id == row.id]
        return Twig(
            label=row.common_name,
            note=f"to {self._day(row.not_after)}, renews {self._day(row.renew_at)}",
            state=state_of(row, self.inventory.at),
            href=self.links.select(row.id),
            children=tuple(self._leaves(row, groups)),
            selected=row.id == self.selected,
        )

    def _leaves(self, row: Certificate, groups: Sequence[LeafGroup]) -> Iterable[Twig]:
        shown = sorted(groups, key=lambda each: each.renews_at)
        for group in shown[:MOST_PROJECTS]:
            yield self._leaf_group(row, group, f"of {group.project}" if len(groups) > 1 else "")
        rest = shown[MOST_PROJECTS:]
        if rest:
            many = sum(group.many for group in rest)
            yield self._leaf_group(row, rest[0], f"of {len(rest)} other projects", many=many)

    def _day(self, at: datetime) -> str:
        return day(at, since=self.inventory.at)

    def _leaf_group(self, row: Certificate, group: LeafGroup, whose: str, *, many: int = 0) -> Twig:
        count = many or group.many
        noun = ("leaf" if count == 1 else "leaves") if whose else ("app leaf" if count == 1 else "app leaves")
        query = urlencode({"region": row.recipient_id, "level": "leaf"})
        return Twig(
            label=f"{count} {noun} {whose}".strip(),
            note=f"next: {group.first}, renews {relative(group.renews_at, to=self.inventory.at)}",
            state="degraded" if group.renews_at < self.inventory.at - OVERDUE else "healthy",
            href=f"{self.links.listing}?{query}",
        )


def state_of(row: Certificate, at: datetime) -> str:
    """A glyph's state: what is overdue warns."""
    if row.state != "valid":
        return "cancelled"
    return "degraded" if row.renew_at < at - OVERDUE else "healthy"


def day(at: datetime, *, since: datetime) -> str:
    """With the year where it is more than one away."""
    return f"{at:%-d %b %Y}" if at - since > timedelta(days=360) else f"{at:%-d %b}"


def lives(
    inventory: Inventory, links: Links, page_of: Callable[[UUID], str], public: Sequence[Life] = ()
) -> list[Life]:
    """What ends first is on top; leaves beyond the first few are one bar."""
    at = inventory.at
    rows = [_life(each, f"{each.app} leaf, {each.recipient}", page_of, at) for each in inventory.soonest]
    rest = inventory.leaf_count - len(inventory.soonest)
    if rest > 0:
        last = max(group.ends_at for group in inventory.leaves)
        noun = "other leaf" if rest == 1 else "other leaves"
        rows.append(Life(f"{rest} {noun}", last, note="renewed by their regions", href=links.listing))
    rows += [_life(each, f"Authority of {each.common_name}", page_of, at) for each in inventory.intermediates[:8]]
    for root in inventory.authorities:
        certificate = root.certificate
        kind = "ours" if root.is_ours else "hand"
        note = f"ends {certificate.not_after:%Y}"
        rows.append(
            Life(root.name, certificate.not_after, kind, certificate.renew_at, note, page_of(certificate.id))
        )
    rows += [*public, *(_by_hand(each, at) for each in inventory.by_hand)]
    return sorted(rows, key=lambda each: each.ends_at)


def of_public_apis(found: PublicApis) -> list[Life]:
    """Those of which a certificate was seen; whoever issues them renews them."""
    return [
        Life(
            f"{row.watched.get_api_display()} {row.watched.host}",
            row.watched.not_after,
            "public",
            note=f"ends in {row.left.days} days" if row.left else "",
            href="#public-apis",
            warns=row.watched.look == "warning",
        )
        for row in found.rows
        if row.watched.not_after is not None
    ]


def _by_hand(secret: Secret, at: datetime) -> Life:
    """A certificate that people put into a secret: nobody but them renews it."""
    assert secret.expires_at is not None
    note = f"by hand, {relative(secret.expires_at, to=at)}"
    return Life(
        f"{secret.name}, a secret",
        secret.expires_at,
        "hand",
        note=note,
        warns=secret.expires_at < at + WARN_BEFORE,
    )


def _life(row: Certificate, label: str, page_of: Callable[[UUID], str], at: datetime) -> Life:
    late = row.renew_at < at - OVERDUE
    note = f"renews {relative(row.renew_at, to=at)}" if row.renew_at > at else "renewal is due"
    return Life(label, row.not_after, "ours", row.renew_at, note, page_of(row.id), warns=late)
