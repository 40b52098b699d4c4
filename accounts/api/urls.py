"""What an organization has beside its regions and secrets."""

from django.urls import path

from accounts.api import projects

urlpatterns = [
    path("projects", projects.Projects.as_view(), name="api-projects"),
    path("projects/<uuid:project_id>", projects.ProjectDetail.as_view(), name="api-project"),
]
