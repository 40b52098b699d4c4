"""AWS regions that a region of ours fits into: three availability zones, all services of the blueprint."""

from dataclasses import dataclass

VERSION = "2026-11-01"
"""From the AWS General Reference, regions with three or more zones that need no opt-in."""


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    city: str
    letters: str = "abc"
    """The zones of an account differ in meaning, not in name; these are offered by default."""

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(self.name + letter for letter in self.letters)


AWS_PLACES = (
    Place("us-east-1", "N. Virginia"),
    Place("us-east-2", "Ohio"),
    Place("us-west-2", "Oregon"),
    Place("ca-central-1", "Canada, Central", "abd"),
    Place("sa-east-1", "São Paulo"),
    Place("eu-central-1", "Frankfurt"),
    Place("eu-north-1", "Stockholm"),
    Place("eu-west-1", "Ireland"),
    Place("eu-west-2", "London"),
    Place("eu-west-3", "Paris"),
    Place("ap-northeast-1", "Tokyo", "acd"),
    Place("ap-northeast-2", "Seoul"),
    Place("ap-south-1", "Mumbai"),
    Place("ap-southeast-1", "Singapore"),
    Place("ap-southeast-2", "Sydney"),
)
ZONES = {place.name: place.zones for place in AWS_PLACES}
