"""Projects: list, one of them, and the acts on it."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.scoped import scoped
from accounts.actions import projects
from accounts.forms.projects import ProjectForm
from accounts.models import Project
from accounts.readings import projects as readings
from console.kernel.errors import ConsoleError
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.web.pages import HtmxRequest, page, redirect_to, toast
from console.web.pagination import paginate


@require_safe
@scoped(Permission.PROJECT_VIEW)
def index(request: HtmxRequest, scope: Scope) -> HttpResponse:
    found = paginate(request, Project.objects.visible_to(scope), order="name")
    context = {
        "page": found,
        "rows": readings.rows(scope=scope, projects=found.items),
        "belongings": readings.BELONGINGS,
        "may_manage": scope.allows(Permission.PROJECT_MANAGE),
    }
    return page(request, "accounts/projects/list.html", context)


@require_http_methods(["GET", "POST"])
@scoped(Permission.PROJECT_MANAGE)
def create(request: HtmxRequest, scope: Scope) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if form.is_valid():
        try:
            project = projects.create(scope=scope, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            toast(request, f"The project {project.name} is there.")
            return _to(request, project)
    return page(request, "accounts/projects/create.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@scoped(Permission.PROJECT_VIEW)
def detail(request: HtmxRequest, scope: Scope, project_id: UUID) -> HttpResponse:
    project = projects.get(scope=scope, project_id=project_id)
    context = {
        "project": project,
        "row": readings.rows(scope=scope, projects=[project])[0],
        "may_manage": scope.allows(Permission.PROJECT_MANAGE),
    }
    return page(request, "accounts/projects/detail.html", context)


@require_http_methods(["GET", "POST"])
@scoped(Permission.PROJECT_MANAGE)
def change(request: HtmxRequest, scope: Scope, project_id: UUID) -> HttpResponse:
    project = projects.get(scope=scope, project_id=project_id)
    given = {"name": project.name, "description": project.description}
    form = ProjectForm(request.POST or None, initial=given)
    if form.is_valid():
        try:
            projects.change(scope=scope, project=project, **form.cleaned_data)
        except ConsoleError as error:
            form.add_error(error.field or None, str(error))
        else:
            toast(request, "Saved.")
            return _to(request, project)
    context = {"form": form, "project": project, "name": given["name"]}
    return page(request, "accounts/projects/change.html", context, status=422 if form.errors else 200)


@require_POST
@scoped(Permission.PROJECT_MANAGE)
def remove(request: HtmxRequest, scope: Scope, project_id: UUID) -> HttpResponse:
    project = projects.get(scope=scope, project_id=project_id)
    projects.remove(scope=scope, project=project, typed=request.POST.get("typed", ""))
    toast(request, f"The project {project.name} is removed.")
    return redirect_to(request, reverse("projects", kwargs={"org": request.organization.slug}))


def _to(request: HtmxRequest, project: Project) -> HttpResponse:
    return redirect_to(
        request, reverse("project", kwargs={"org": request.organization.slug, "project_id": project.pk})
    )
