"""What the public APIs show to the world, worst first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.kernel.clock import now
from console.kernel.scope import Scope
from secrets_app.models import WatchedCertificate, WatchState

HOW = {
    WatchState.INCOMPLETE: "incomplete",
    WatchState.UNTRUSTED: "to no authority that clients trust",
    WatchState.UNREACHABLE: "",
    WatchState.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True)
class Seen:
    watched: WatchedCertificate
    left: timedelta | None

    @property
    def names(self) -> str:
        """Whether the certificate is for its address; empty where none was seen."""
        if not self.watched.names:
            return ""
        return "match" if self.watched.matches else ", ".join(self.watched.names)

    @property
    def chain(self) -> str:
        return HOW.get(WatchState(self.watched.state), "complete")


@dataclass(frozen=True, slots=True)
class PublicApis:
    rows: tuple[Seen, ...]

    @property
    def looked_at(self) -> datetime | None:
        return max((row.watched.looked_at for row in self.rows if row.watched.looked_at), default=None)


def public_apis(*, scope: Scope) -> PublicApis:
    """The Management API, which is everybody's, and the Execution API of each of the organization's regions."""
    at = now()
    rows = WatchedCertificate.objects.visible_to(scope).worst_first()
    return PublicApis(tuple(Seen(row, row.left(at)) for row in rows))
