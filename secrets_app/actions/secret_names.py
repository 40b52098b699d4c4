"""Names of secrets, and whose projects they are put into."""

import re

from accounts.models import Project
from console.kernel.errors import NotFound
from console.kernel.scope import Scope
from secrets_app.actions.secret_errors import SecretUnusable
from secrets_app.models.secrets import NAME_PATTERN


def checked_name(name: str) -> str:
    """Raises SecretUnusable."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise SecretUnusable(
            "This name cannot be used.",
            todo="Use lower-case letters, digits, “-” and “.”, at most 63, with a letter or digit at both ends.",
            field="name",
        )
    return name


def require_own(scope: Scope, project: Project | None) -> None:
    """Raises NotFound for a project of another organization."""
    if project is not None and project.org_id != scope.org_id:
        raise NotFound("There is no such project.", todo="Choose one from the list of projects.", field="project")
