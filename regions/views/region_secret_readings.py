"""A region's deliveries, in words."""

from collections.abc import Iterable

from console.kernel.clock import now
from console.kernel.scope import Scope
from regions.models import Region
from secrets_app.models import Recipient, Secret, SecretDelivery
from secrets_app.readings.liveness import Live, live


def recipient_of(scope: Scope, region: Region) -> Recipient | None:
    found: Recipient | None = Recipient.objects.visible_to(scope).of_region(region.id).first()
    return found


def rows(deliveries: Iterable[SecretDelivery]) -> list[tuple[Secret, Live]]:
    at = now()
    return [(delivery.secret, live(delivery, at)) for delivery in deliveries]
