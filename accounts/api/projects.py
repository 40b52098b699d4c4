"""Projects over the Management API."""

from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import projects
from accounts.api.views import ScopedAPIView
from accounts.models import Project
from console.kernel.permissions import Permission
from console.web.endpoints import describes, describes_act, describes_list, listed, sent
from console.web.idempotency import dry_runnable, idempotent
from console.web.pagination import paginate


class ProjectSerializer(serializers.ModelSerializer[Project]):
    class Meta:
        model = Project
        fields = ["id", "name", "description", "created_by", "created_at"]


class WriteProject(serializers.Serializer[object]):
    name = serializers.CharField(max_length=63, help_text="A DNS label: lower-case letters, digits and hyphens.")
    description = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class Projects(ScopedAPIView):
    required_permission = {"GET": Permission.PROJECT_VIEW, "POST": Permission.PROJECT_MANAGE}

    @describes_list("List projects", ProjectSerializer)
    def get(self, request: Request) -> Response:
        page = paginate(request, Project.objects.visible_to(self.scope), order="name")
        return listed(page, ProjectSerializer)

    @describes_act("Create project", ProjectSerializer, status=201, body=WriteProject, dry=True)
    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        asked = sent(WriteProject, request)
        project = projects.create(scope=self.scope, **asked)
        where = reverse("api-project", kwargs={"project_id": project.id})
        return Response(ProjectSerializer(project).data, status=201, headers={"Location": where})


class ProjectDetail(ScopedAPIView):
    required_permission = {"GET": Permission.PROJECT_VIEW, "PUT": Permission.PROJECT_MANAGE}

    @describes("Get project", ProjectSerializer)
    def get(self, _request: Request, project_id: UUID) -> Response:
        project = projects.get(scope=self.scope, project_id=project_id)
        return Response(ProjectSerializer(project).data)

    @describes_act("Change project", ProjectSerializer, status=200, body=WriteProject)
    @idempotent
    def put(self, request: Request, project_id: UUID) -> Response:
        asked = sent(WriteProject, request)
        project = projects.get(scope=self.scope, project_id=project_id)
        projects.change(scope=self.scope, project=project, **asked)
        return Response(ProjectSerializer(project).data)
