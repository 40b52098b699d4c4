"""Projects: created, renamed, removed while nothing belongs to them."""

import re
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import Project
from accounts.models.projects import NAME_PATTERN
from console.audit.actions.events import record
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope


class ProjectUnknown(NotFound):
    code = "project_unknown"


class ProjectNameTaken(Conflict):
    code = "project_name_taken"
    title = "The name is taken"


class ProjectNameUnusable(Invalid):
    code = "project_name_unusable"


class ProjectInUse(Conflict):
    code = "project_in_use"
    title = "The project is in use"


class NameNotTyped(Invalid):
    code = "name_not_typed"


@transaction.atomic
def create(*, scope: Scope, name: str, description: str = "") -> Project:
    """Raises Refused, ProjectNameUnusable and ProjectNameTaken."""
    scope.require(Permission.PROJECT_MANAGE)
    _require_label(name)
    project = Project(org_id=scope.org_id, name=name, description=description, created_by=scope.actor.label)
    _save(project, force_insert=True)
    record(scope, "project:created", project)
    return project


@transaction.atomic
def change(*, scope: Scope, project: Project, name: str, description: str) -> Project:
    """Rename or describe a project; addresses `<app>.<project>.svc.…` follow with the next certificates.

    Raises Refused, ProjectNameUnusable and ProjectNameTaken.
    """
    scope.require(Permission.PROJECT_MANAGE)
    _require_label(name)
    before = {"name": project.name, "description": project.description}
    after = {"name": name, "description": description}
    changed = {field: (before[field], after[field]) for field in before if before[field] != after[field]}
    if not changed:
        return project
    project.name, project.description = name, description
    _save(project, update_fields=["name", "description"])
    record(scope, "project:changed", project, changes=changed)
    return project


@transaction.atomic
def remove(*, scope: Scope, project: Project, typed: str) -> None:
    """Remove a project that nothing belongs to; `typed` is its name, typed by the person.

    Raises Refused, NameNotTyped and ProjectInUse.
    """
    scope.require(Permission.PROJECT_MANAGE)
    if typed != project.name:
        raise NameNotTyped(f"Type {project.name} to remove it.", field="typed")
    record(scope, "project:removed", project)
    try:
        with transaction.atomic():
            project.delete()
    except ProtectedError:
        raise ProjectInUse(
            f"Secrets or apps still belong to {project.name}.", todo="Delete or move them first."
        ) from None


def get(*, scope: Scope, project_id: UUID) -> Project:
    """Raises ProjectUnknown."""
    found: Project | None = Project.objects.visible_to(scope).filter(pk=project_id).first()
    if found is None:
        raise ProjectUnknown("There is no such project.", todo="Choose one from the list of projects.")
    return found


def _require_label(name: str) -> None:
    if not re.fullmatch(NAME_PATTERN, name):
        raise ProjectNameUnusable(
            f"{name!r} cannot be part of an address.",
            todo="Use lower-case letters, digits and hyphens, at most 63, the first a letter.",
            field="name",
        )


def _save(project: Project, **how: object) -> None:
    try:
        with transaction.atomic():
            project.save(**how)  # type: ignore[arg-type]  # what `save` takes
    except IntegrityError:
        raise ProjectNameTaken(
            f"There is a project called {project.name}.", todo="Choose another name.", field="name"
        ) from None
