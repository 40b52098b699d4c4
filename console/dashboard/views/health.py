"""For load balancers, orchestrators and Prometheus."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.access.scoped import public
from console.dashboard.readings import health, metrics


@require_safe
@public(reason="A load balancer asks whether the process lives; it has no token.")
def healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@require_safe
@public(reason="An orchestrator asks whether database, broker and worker answer; it learns only that.")
def readyz(_request: HttpRequest) -> HttpResponse:
    report = health.report()
    answer = JsonResponse({"ready": all(report.values()), **report}, status=200 if all(report.values()) else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # not being ready is an answer, not an error
    return answer


@require_safe
@public(reason="Prometheus scrapes counts over all organizations, without names.")
def prometheus(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)
