"""The pages of refusals: what happened, what changed (often nothing), what to do next, the request's id."""

import logging
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from console.kernel.clock import now
from console.kernel.errors import ConsoleError
from console.web import problems
from console.web.shell import shell_of

logger = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    code: str
    title: str
    detail: str
    todo: str = ""


BAD_REQUEST = Refusal(
    400,
    "bad_request",
    "The request is not one we understand",
    "Something between your browser and the console changed or cut it.",
    "Go back, reload the page and try once more.",
)
FORBIDDEN = Refusal(
    403,
    "refused",
    "You may not do this",
    "Your role in this organization does not include it.",
    "An owner of the organization can grant it under Access.",
)
CSRF = Refusal(
    403,
    "csrf",
    "The form is out of date",
    "It was opened before you signed in or out, or your browser keeps no cookies for this site.",
    "Go back, reload the page and send it again; what you typed is still in the form.",
)
NOT_FOUND = Refusal(
    404,
    "not_found",
    "There is nothing here",
    "The address is mistyped, or what it named is not yours or is gone.",
    "Check the address, or start from the overview.",
)
TOO_LARGE = Refusal(
    413,
    "too_large",
    "That is too large",
    "The console takes at most 1 MB in one request.",
    "Send less at once.",
)
TOO_MANY = Refusal(
    429,
    "too_many",
    "Too many tries",
    "The same was asked too often in a short time, so the console stopped listening.",
    "Wait a minute, then try again.",
)
BROKEN = Refusal(
    500,
    "broken",
    "Something broke on our side",
    "This page could not be built. Your regions are not affected: they run in your account "
    "and do not need this console.",
    "Try again. If it stays, send us the request id below.",
)


def foreseen(request: HttpRequest, error: ConsoleError) -> HttpResponse:
    return respond(request, Refusal(error.status, error.code, error.title, error.message, error.todo))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    large = type(exception).__name__ in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    return respond(request, TOO_LARGE if large else BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    return respond(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Http404 | Exception | None = None) -> HttpResponse:  # noqa: ARG001  as above
    return respond(request, NOT_FOUND)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  as above
    return respond(request, TOO_MANY)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.warning("A form was refused: %s", reason)
    return respond(request, CSRF)


def server_error(request: HttpRequest) -> HttpResponse:
    return respond(request, BROKEN)


def respond(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page for people; problem details for the API and for fragments, which the page shows in full."""
    if wants_problem(request):
        return problems.respond(
            problems.problem(
                request,
                status=refusal.status,
                code=refusal.code,
                title=refusal.title,
                detail=refusal.detail,
                todo=refusal.todo,
            )
        )
    return HttpResponse(_page(request, refusal), status=refusal.status)


def wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.headers.get("HX-Request") == "true"


def _page(request: HttpRequest, refusal: Refusal) -> str:
    context = {
        "refusal": refusal,
        "at": now(),
        "request_id": getattr(request, "request_id", ""),
        "changed": "Nothing. This page only reads."
        if request.method in SAFE
        else "Nothing. The change was not made.",
    }
    try:
        layout = "layout/base.html" if shell_of(request) else "layout/bare.html"
        return render_to_string("errors/error.html", {**context, "layout": layout}, request)
    except Exception:
        logger.exception("The page of an error could not be built with the shell")
        return render_to_string("errors/plain.html", context)
