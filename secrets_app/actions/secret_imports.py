"""Bringing the keys of a `.env` file or a JSON object into a generic secret."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import Project
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from secrets_app import contents
from secrets_app.actions import secret_versions, secrets
from secrets_app.actions.secret_errors import SecretExists, in_sentences
from secrets_app.actions.secret_names import checked_name, require_own
from secrets_app.contents import Changes, Entry
from secrets_app.importing import read
from secrets_app.models import Kind, Secret


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, by key names."""

    secret: Secret | None
    entries: list[Entry]
    changes: Changes

    @property
    def rows(self) -> list[tuple[Entry, str]]:
        words = {key: word for word in ("added", "changed", "same") for key in self.changes[word]}
        return [(entry, words.get(entry["key"], "same")) for entry in self.entries]


def preview(*, scope: Scope, raw: bytes, name: str, project: Project | None = None, **_words: str) -> Preview:
    """Raises Refused, SecretUnusable, and SecretExists for a secret of another kind."""
    scope.require(Permission.SECRET_MANAGE)
    found = _parsed(raw)
    secret = _target(scope, checked_name(name), project)
    before = secret_versions.current(scope, secret) if secret else None
    known = secret_versions.opened(before) if before else {}
    earlier = before.entries if before else []
    number = (secret.current_version if secret else 0) + 1
    entries = contents.entries_of(found, number, before=known, earlier=earlier)
    return Preview(secret, entries, contents.compare(earlier, entries))


@transaction.atomic
def bring(*, scope: Scope, raw: bytes, name: str, project: Project | None = None, description: str = "") -> Secret:
    """Make the secret, or give it a version with these keys beside those it has. Raises as `preview` does."""
    scope.require(Permission.SECRET_MANAGE)
    found = _parsed(raw)
    secret = _target(scope, checked_name(name), project)
    if secret is None:
        return secrets.put(
            scope=scope, name=name, project=project, description=description, values=found, note="imported"
        )
    secrets.change(scope=scope, secret=secret, values=found, note="imported")
    secret.refresh_from_db()
    return secret


def _parsed(raw: bytes) -> dict[str, bytes]:
    with in_sentences():
        return read(raw)


def _target(scope: Scope, name: str, project: Project | None) -> Secret | None:
    require_own(scope, project)
    rows = Secret.objects.visible_to(scope).present().of_project(project.pk if project else None)
    found: Secret | None = rows.named(name).first()
    if found is not None and found.kind != Kind.GENERIC:
        raise SecretExists(f"{name} is not a generic secret.", todo="Choose another name.", field="name")
    return found
