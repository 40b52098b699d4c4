"""Refusals: pages for people, problem details for machines and fragments."""

import json
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from rest_framework import exceptions

from console.kernel.errors import Conflict, Invalid
from console.web import errors, problems, request_ids
from console.web.middleware import ConsoleErrorMiddleware, RequestIdMiddleware


class PlanChanged(Conflict):
    code = "plan_changed"


def raised(path: str = "/x", **headers: str) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        answer = ConsoleErrorMiddleware(lambda _: HttpResponse()).process_exception(
            request, PlanChanged("Carol saved version 5.", todo="Compare both, then sign.")
        )
        assert answer is not None
        return answer

    request = RequestFactory().get(path, headers=headers)
    response = RequestIdMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_person_gets_a_page_that_says_what_changed_and_what_to_do() -> None:
    response = raised(**{"X-Request-ID": "req_12345678"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Carol saved version 5." in page
    assert "Compare both, then sign." in page
    assert "Nothing. This page only reads." in page
    assert "req_12345678" in page


@pytest.mark.parametrize(("path", "headers"), [("/api/v1/regions", {}), ("/x", {"HX-Request": "true"})])
def test_machines_and_fragments_get_problem_details(path: str, headers: dict[str, str]) -> None:
    response = raised(path, **headers)

    problem = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert problem["type"] == "urn:byoc:problem:plan_changed"
    assert (problem["status"], problem["code"], problem["detail"]) == (
        409,
        "plan_changed",
        "Carol saved version 5.",
    )
    assert problem["todo"] == "Compare both, then sign."
    assert problem["request_id"] == response["X-Request-ID"]


def test_a_bug_is_not_translated() -> None:
    middleware = ConsoleErrorMiddleware(lambda _: HttpResponse())

    assert middleware.process_exception(RequestFactory().get("/"), KeyError("x")) is None


@pytest.mark.parametrize(
    ("handler", "exception", "status"),
    [
        (errors.bad_request, None, 400),
        (errors.bad_request, RequestDataTooBig(), 413),
        (errors.forbidden, None, 403),
        (errors.not_found, Http404(), 404),
        (errors.too_many, None, 429),
    ],
)
def test_every_refusal_has_its_page(handler: Any, exception: Exception | None, status: int) -> None:
    response = handler(RequestFactory().get("/x"), exception)

    assert response.status_code == status
    assert b"What we know" in response.content


def test_the_page_of_a_bug_survives_a_broken_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_request: HttpRequest) -> None:
        raise RuntimeError

    monkeypatch.setattr(errors, "shell_of", broken)
    response = errors.server_error(RequestFactory().get("/x"))

    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


@pytest.mark.parametrize("given", ["", "short", "has space in it", "x" * 65, "-starts-wrong", "a\nb-c-d-e-f"])
def test_a_request_id_that_is_not_well_formed_is_replaced(given: str) -> None:
    assert request_ids.accepted(given) != given


def test_a_well_formed_request_id_is_kept() -> None:
    assert request_ids.accepted("4be1c9f0-1d2e") == "4be1c9f0-1d2e"


def handled(exception: Exception) -> dict[str, Any]:
    response = problems.exception_handler(exception, {"request": RequestFactory().get("/api/v1/x")})
    assert response is not None
    assert isinstance(response.data, dict)
    return response.data


def test_fields_of_a_bad_body_are_named_by_their_path() -> None:
    problem = handled(
        exceptions.ValidationError({"network": {"cidr": ["Name a range."]}, "non_field_errors": ["Both."]})
    )

    assert problem["errors"] == [{"field": "network.cidr", "detail": "Name a range."}, {"detail": "Both."}]


def test_a_foreseen_error_names_its_field() -> None:
    problem = handled(Invalid("An account id has 12 digits.", field="account_id"))

    assert problem["status"] == 422
    assert problem["errors"] == [{"field": "account_id", "detail": "An account id has 12 digits."}]


@pytest.mark.parametrize(
    ("exception", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.Throttled(), 429, "throttled"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    ],
)
def test_what_the_framework_refuses_is_a_problem_too(exception: Exception, status: int, code: str) -> None:
    problem = handled(exception)

    assert (problem["status"], problem["code"]) == (status, code)


def test_a_bug_in_an_endpoint_propagates() -> None:
    assert problems.exception_handler(KeyError("x"), {"request": None}) is None


@pytest.mark.parametrize(
    "path", ["/o/acme/audit/?event=%00", "/o/acme/operations/%00/", "/api/v1/operations?cursor=%00"]
)
def test_an_address_with_nul_is_a_bad_request_and_no_bug(path: str) -> None:
    assert Client().get(path).status_code == 400
