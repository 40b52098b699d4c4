"""Operations and their steps over the Management API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ScopedAPIView
from console.kernel.permissions import Permission
from console.operations.actions import operations
from console.operations.models import Operation, Step
from console.web.idempotency import idempotent
from console.web.pagination import paginate


class OperationSerializer(serializers.ModelSerializer[Operation]):
    class Meta:
        model = Operation
        fields = [
            "id", "kind", "title", "target_type", "target_id", "target_label", "state", "reason", "message",
            "requested_by", "request_id", "created_at", "started_at", "finished_at",
        ]  # fmt: skip


class ProviderSerializer(serializers.Serializer[dict[str, object]]):
    """The cloud's own words."""

    code = serializers.CharField()
    message = serializers.CharField()
    status = serializers.IntegerField()
    request_id = serializers.CharField()
    call = serializers.CharField()


class StepSerializer(serializers.ModelSerializer[Step]):
    provider = ProviderSerializer(allow_null=True)

    class Meta:
        model = Step
        fields = [
            "name", "title", "needs", "state", "reason", "message", "who", "fix", "provider", "progress",
            "attempt", "started_at", "finished_at", "changed_at",
        ]  # fmt: skip


def listed(items: object, next_cursor: str) -> Response:
    """The shape of every list: `items` and the cursor of the next page, empty on the last."""
    return Response({"items": items, "next_cursor": next_cursor})


class Operations(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @extend_schema(responses=OperationSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = paginate(request, Operation.objects.visible_to(self.scope), order="-id")
        return listed(OperationSerializer(page.items, many=True).data, page.next_cursor)


class OperationDetail(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @extend_schema(responses=OperationSerializer)
    def get(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        return Response(OperationSerializer(operation).data)


class OperationSteps(ScopedAPIView):
    required_permission = {"GET": Permission.OPERATION_VIEW}

    @extend_schema(responses=StepSerializer(many=True))
    def get(self, request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        page = paginate(request, Step.objects.visible_to(self.scope).of_operation(operation), order="position")
        return listed(StepSerializer(page.items, many=True).data, page.next_cursor)


class OperationRetry(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @extend_schema(request=None, responses={202: OperationSerializer})
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        operations.retry_all(scope=self.scope, operation=operation)
        operation.refresh_from_db()
        return Response(OperationSerializer(operation).data, status=202)


class StepRetry(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @extend_schema(request=None, responses={202: StepSerializer})
    @idempotent
    def post(self, _request: Request, operation_id: UUID, step_name: str) -> Response:
        step = get_object_or_404(Step.objects.visible_to(self.scope), operation_id=operation_id, name=step_name)
        operations.retry(scope=self.scope, step=step)
        step.refresh_from_db()
        return Response(StepSerializer(step).data, status=202)


class OperationCancel(ScopedAPIView):
    required_permission = {"POST": Permission.OPERATION_CONTROL}

    @extend_schema(request=None, responses={202: OperationSerializer})
    @idempotent
    def post(self, _request: Request, operation_id: UUID) -> Response:
        operation = get_object_or_404(Operation.objects.visible_to(self.scope), id=operation_id)
        operations.cancel(scope=self.scope, operation=operation)
        operation.refresh_from_db()
        return Response(OperationSerializer(operation).data, status=202)
