"""Numbers for Prometheus; over all organizations, hence without any name of theirs."""

from collections.abc import Iterator

from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from console.dashboard.readings import health
from console.operations.models import Operation, Step


class EngineCollector(Collector):
    """Operations and steps by state, read with the engine's role."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, model in (("byoc_operations", Operation), ("byoc_steps", Step)):
            family = GaugeMetricFamily(name, f"{model._meta.verbose_name_plural} by state", labels=["state"])
            for row in model._default_manager.using("engine").values("state").annotate(number=Count("id")):
                family.add_metric([row["state"]], row["number"])
            yield family
        parts = GaugeMetricFamily("byoc_part_up", "1 where a part of the console answers", labels=["part"])
        for part, up in health.report().items():
            parts.add_metric([part], float(up))
        yield parts


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(EngineCollector())
    return generate_latest(registry)
