"""How endpoints answer with lists, and how they describe themselves in the API's schema."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from console.web.idempotency import HEADER
from console.web.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, Page
from console.web.problems import MEDIA_TYPE

Handler = Callable[..., Any]
Kind = type[serializers.BaseSerializer[Any]]

CURSOR = OpenApiParameter(
    "cursor", OpenApiTypes.STR, description="`next_cursor` of the page before; leave it out for the first page."
)
LIMIT = OpenApiParameter(
    "limit", OpenApiTypes.INT, description=f"Items a page, 1 to {LARGEST_LIMIT}; {DEFAULT_LIMIT} by default."
)
KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A name of your choice for this call: repeating it answers as the first time, with "
    "`Idempotency-Replayed: true`, and does nothing.",
)
DRY_RUN = OpenApiParameter(
    "dry_run", OpenApiTypes.BOOL, description="`true` carries the call out and takes everything back; answers 200."
)


class Choice(serializers.ChoiceField):
    """Does not repeat what was sent instead: it may be a secret in the wrong place."""

    default_error_messages = {"invalid_choice": "Choose one of the values that the API's description lists."}


class LongWork(Protocol):
    """An operation, as far as an answer tells of it."""

    @property
    def id(self) -> UUID: ...

    @property
    def state(self) -> str: ...


class OperationReference(serializers.Serializer[Any]):
    """The operation that does the long work."""

    operation = serializers.UUIDField()
    state = serializers.CharField()


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField(required=False)
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable; made for programs.")
    todo = serializers.CharField(required=False, help_text="What to do next; made for people.")
    request_id = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]  # the member's name in the answer


def sent(kind: Kind, request: Request) -> dict[str, Any]:
    """What a call carries, in the shape of `kind`. Raises ValidationError, which is answered with 400."""
    asked = kind(data=request.data)
    asked.is_valid(raise_exception=True)
    data: dict[str, Any] = asked.validated_data
    return data


def accepted(operation: LongWork) -> Response:
    """202: the operation goes on after this answer."""
    where = reverse("api-operation", kwargs={"operation_id": operation.id})
    return Response({"operation": operation.id, "state": operation.state}, status=202, headers={"Location": where})


def listed(page: Page[Any], kind: Kind, *, context: Mapping[str, Any] | None = None) -> Response:
    """The shape of every list: `items`, and the cursor of the next page, which is empty on the last."""
    items = kind(page.items, many=True, context=dict(context or {})).data
    return Response({"items": items, "next_cursor": page.next_cursor})


def describes_list(
    summary: str, kind: Kind, *, parameters: Sequence[OpenApiParameter] = ()
) -> Callable[[Handler], Handler]:
    """Say in the schema that the call answers pages of `kind`; its id is made from the summary."""
    answers: dict[Any, Any] = {200: _page_of(kind), **_problems(401, 403, 404, 422)}
    return extend_schema(**_named(summary), parameters=[*parameters, CURSOR, LIMIT], responses=answers)


def describes(summary: str, kind: Kind) -> Callable[[Handler], Handler]:
    return extend_schema(**_named(summary), responses={200: kind, **_problems(401, 403, 404)})


def describes_act(
    summary: str, kind: Kind, *, status: int, body: Kind | None = None, dry: bool = False
) -> Callable[[Handler], Handler]:
    """Say what an unsafe call takes and answers; `dry` where it can be tried without effect."""
    return extend_schema(
        **_named(summary),
        request=body,
        parameters=[KEY, *([DRY_RUN] if dry else [])],
        responses={status: kind, **({200: kind} if dry else {}), **_problems(400, 401, 403, 404, 409, 422)},
    )


def _named(summary: str) -> dict[str, Any]:
    return {"summary": summary, "operation_id": summary.lower().replace(" ", "_")}


def _page_of(kind: Kind) -> serializers.Serializer[Any]:
    name = kind.__name__.removesuffix("Serializer")
    fields: dict[str, Any] = {"items": kind(many=True), "next_cursor": serializers.CharField(allow_blank=True)}
    return inline_serializer(f"{name}Page", fields)


def _problems(*statuses: int) -> dict[tuple[int, str], Kind]:
    return {(status, MEDIA_TYPE): Problem for status in statuses}
