"""Files that are sent while they are read, by pages and by the Management API alike."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, StreamingHttpResponse

from console.audit.actions import events as audit
from console.dashboard.forms.audit import ExportForm, asked
from console.dashboard.readings import audit_export
from console.dashboard.readings.audit_filters import TrailFilter
from console.kernel.clock import now
from console.kernel.scope import Scope

NARROWING = (
    "period", "since", "until", "actor", "actor_kind", "event", "target", "outcome", "q", "operation_id",
    "request_id", "session_id",
)  # fmt: skip


def audit_file(given: Mapping[str, Any], *, scope: Scope, kind: str, name: str) -> StreamingHttpResponse:
    """Answer with the trail after link `after`, whole or narrowed by the filters of the address.

    The export is an event of the trail itself. Raises Http404 for an unknown kind, Invalid for a parameter.
    """
    if kind not in audit_export.KINDS:
        raise Http404
    at = now()
    after = ExportForm(given).after_or_start()
    narrowed = asked({key: given[key] for key in NARROWING if given.get(key)})
    narrowed = {} if narrowed == {"period": "all"} else narrowed
    trail = TrailFilter.of(narrowed, at=at, usual="all") if narrowed else None
    found = audit_export.extent(scope=scope, after=after)
    told = dict(trail.given) if trail else {}
    audit.record(scope, "trail:exported", None, format=kind, after=after, through=found.through, filters=told)
    lines = audit_export.lines_of(kind, scope=scope, found=found, trail=trail, at=at)
    return StreamingHttpResponse(lines, content_type=audit_export.KINDS[kind], headers=_headers(found, kind, name))


def _headers(found: audit_export.Extent, kind: str, name: str) -> dict[str, str]:
    file = f"{name}-audit-{found.after + 1}-{found.through}.{kind}"
    return {
        "Content-Disposition": f'attachment; filename="{file}"',
        "Cache-Control": "no-store",
        "Audit-After": str(found.after),
        "Audit-Before-Hash": found.before_hash,
        "Audit-Through": str(found.through),
        "Audit-Hash": found.hash,
    }
