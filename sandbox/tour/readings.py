"""What the page shows, read from the console's rows and from the customer's own account."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from console.kernel.scope import Scope
from regions.models import Connection, Region
from sandbox.customer import resources, roles, weather
from sandbox.customer.resources import Found
from sandbox.customer.weather import WEATHERS, Weather
from sandbox.errors import SandboxError
from sandbox.tour.acts import account_of, front_door_port

NOT_ANSWERING = "The cloud does not answer: end the weather below, then look again."
TRUST = {
    "missing": ("pending", "No role yet"),
    "revoked": ("blocked", "Revoked"),
    "trusting": ("succeeded", "Trusts the console"),
    "unknown": ("unknown", "Cannot tell"),
}


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    connection: Connection
    trust: str
    """`missing`, `revoked`, `trusting` or `unknown`."""

    @property
    def state(self) -> str:
        return TRUST[self.trust][0]

    @property
    def word(self) -> str:
        return TRUST[self.trust][1]


@dataclass(frozen=True, slots=True)
class Reading:
    connections: tuple[ConnectionLine, ...]
    regions: tuple[Region, ...]
    region: Region | None
    """The region whose resources are listed."""
    resources: tuple[Found, ...]
    silence: str
    """Why the resources cannot be listed, "" where they are."""
    weathers: tuple[Weather, ...]
    weather: str

    @property
    def region_choices(self) -> list[tuple[str, str, bool]]:
        """Name, query string and whether it is the one shown."""
        return [(one.name, f"?region={one.id}", one == self.region) for one in self.regions]


def read(scope: Scope, *, chosen: str) -> Reading:
    regions = tuple(Region.objects.visible_to(scope).present().select_related("connection").newest_first())
    region = next((one for one in regions if str(one.id) == chosen), regions[0] if regions else None)
    found, silence = _resources_of(region)
    return Reading(
        connections=tuple(_line(one) for one in Connection.objects.visible_to(scope).newest_first()),
        regions=regions,
        region=region,
        resources=found,
        silence=silence,
        weathers=WEATHERS,
        weather=weather.current(front_door_port()),
    )


def _line(connection: Connection) -> ConnectionLine:
    if connection.cloud != "aws":
        return ConnectionLine(connection, "unknown")
    try:
        trust = roles.state(account_of(connection).client("iam"), connection.role_name)
    except (ClientError, BotoCoreError, SandboxError):
        trust = "unknown"
    return ConnectionLine(connection, trust)


def _resources_of(region: Region | None) -> tuple[tuple[Found, ...], str]:
    if region is None:
        return (), ""
    try:
        everything = resources.find(account_of(region.connection, region.cloud_region))
    except (ClientError, BotoCoreError, SandboxError):
        return (), NOT_ANSWERING
    short = region.id.hex[-10:]
    return tuple(one for one in everything if one.region_id == str(region.id) or short in one.name), ""
