"""Problem details for machines (RFC 9457), with `code`, `todo` and `request_id` beside the standard ones."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from console.kernel.errors import ConsoleError

MEDIA_TYPE = "application/problem+json"

Problem = dict[str, Any]

NEXT_STEPS = {
    400: "Send what the API's description asks for.",
    401: "Send `Authorization: Bearer` with a token of your organization; an owner issues it under Settings.",
    403: "An owner of the organization can grant it.",
    404: "Check the address and the id.",
    405: "Use one of the methods that the header Allow names.",
    406: "Accept application/json.",
    409: "Look at its present state, then decide.",
    415: "Send JSON, with `Content-Type: application/json`.",
    422: "Correct what the detail names, then send it again.",
    429: "Wait as long as the header Retry-After says.",
}
"""What to do about errors that carry no advice of their own."""


def problem(
    request: HttpRequest | Request | None,
    *,
    status: int,
    code: str,
    title: str = "",
    detail: str = "",
    todo: str = "",
    **members: object,
) -> Problem:
    """Return the document of one problem; empty members are left out."""
    whole = {
        "type": f"urn:byoc:problem:{code}",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "todo": todo or NEXT_STEPS.get(status, ""),
        "request_id": getattr(request, "request_id", ""),
        **members,
    }
    return {name: value for name, value in whole.items() if value not in ("", None, [], {})}


def of_error(request: HttpRequest | Request | None, error: ConsoleError) -> Problem:
    return problem(
        request,
        status=error.status,
        code=error.code,
        title=error.title,
        detail=error.message,
        todo=error.todo,
        errors=[{"field": error.field, "detail": error.message}] if error.field else [],
    )


def respond(document: Problem) -> JsonResponse:
    return JsonResponse(document, status=document["status"], content_type=MEDIA_TYPE)


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The handler of Django REST framework; what is not foreseen propagates as a bug.

    The view that opened the transaction takes it back: it sees `response.exception`.
    """
    request = context.get("request")
    document = _document(request, exception)
    if document is None:
        return None
    response = Response(document, status=document["status"], content_type=MEDIA_TYPE)
    for name, value in _headers(exception).items():
        response[name] = value
    return response


def _document(request: Request | None, exception: Exception) -> Problem | None:
    if isinstance(exception, ConsoleError):
        return of_error(request, exception)
    if isinstance(exception, Http404):
        return problem(request, status=404, code="not_found", detail="There is nothing here, or it is not yours.")
    if isinstance(exception, PermissionDenied):
        return problem(request, status=403, code="refused", detail="You may not do this.")
    if isinstance(exception, exceptions.ValidationError):
        found = list(_field_errors(exception.detail))
        return problem(
            request,
            status=400,
            code="invalid",
            title="A value cannot be used",
            detail=" ".join(each["detail"] for each in found),
            errors=found,
        )
    if isinstance(exception, exceptions.APIException):
        return problem(
            request,
            status=exception.status_code,
            code=str(exception.default_code),
            detail=str(exception.detail),
        )
    return None


def _field_errors(detail: Any, field: str = "") -> Any:
    """Flatten nested messages into `{field, detail}`, the field as a dotted path."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else name
            yield from _field_errors(inner, ".".join(filter(None, [field, own])))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, field)
    else:
        yield {"field": field, "detail": str(detail)} if field else {"detail": str(detail)}


def _headers(exception: Exception) -> dict[str, str]:
    if not isinstance(exception, exceptions.APIException):
        return {}
    found = {
        "WWW-Authenticate": getattr(exception, "auth_header", None),
        "Retry-After": getattr(exception, "wait", None),
    }
    return {name: str(int(value) if isinstance(value, float) else value) for name, value in found.items() if value}
