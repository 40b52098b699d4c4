from regions.models.connections import CheckGroup, Connection, ConnectionCheck
from regions.models.regions import Region, Resource

__all__ = ["CheckGroup", "Connection", "ConnectionCheck", "Region", "Resource"]
