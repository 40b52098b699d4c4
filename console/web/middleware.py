"""Request ids, headers, and the translation of foreseen errors into pages and problem details."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from console.kernel.errors import ConsoleError
from console.web import errors, request_ids

GetResponse = Callable[[HttpRequest], HttpResponseBase]

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class RequestIdMiddleware:
    """Give the request its id (`request.request_id`), the response its header, log records their mark."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request_ids.accepted(request.headers.get(request_ids.HEADER, ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        mark = request_ids.current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            request_ids.current.reset(mark)
        response[request_ids.HEADER] = request_id
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class ConsoleErrorMiddleware:
    """A foreseen error becomes a page, or problem details where a machine or a fragment asked.

    What is private is not kept by the browser: pages of people who signed in are sent with `no-store`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = errors.bad_request(request) if holds_nul(request) else self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.foreseen(request, exception) if isinstance(exception, ConsoleError) else None


def holds_nul(request: HttpRequest) -> bool:
    """Say whether the address holds the character U+0000, which PostgreSQL takes in no text."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
