"""Projects: made, renamed, removed while empty; by page and by API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import projects
from accounts.actions.projects import ProjectInUse, ProjectNameTaken, ProjectNameUnusable, ProjectUnknown
from accounts.models import Project, User
from console.audit.models import AuditEvent
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from secrets_app.actions import secrets

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]

Signed = Callable[[User], Client]


def at(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs={"org": "acme", **kwargs})


def make(scope: Scope, name: str = "payments") -> Project:
    with scope.entered():
        return projects.create(scope=scope, name=name)


@pytest.mark.parametrize(
    "name", ["", "Payments", "1pay", "pay_ments", "pay.ments", "-pay", "pay-", "a" * 64, "pay\n"]
)
def test_a_name_is_a_dns_label(alice_scope: Scope, name: str) -> None:
    with alice_scope.entered(), pytest.raises(ProjectNameUnusable):
        projects.create(scope=alice_scope, name=name)


def test_a_name_is_taken_once_in_an_organization(alice_scope: Scope, mallory_scope: Scope) -> None:
    make(alice_scope)
    make(mallory_scope)
    with alice_scope.entered(), pytest.raises(ProjectNameTaken):
        projects.create(scope=alice_scope, name="payments")


def test_a_change_is_told_with_what_was_before(alice_scope: Scope) -> None:
    project = make(alice_scope)
    with alice_scope.entered():
        projects.change(scope=alice_scope, project=project, name="pay", description="Cards")
        projects.change(scope=alice_scope, project=project, name="pay", description="Cards")
        (event,) = AuditEvent.objects.filter(event="project:changed")
    assert event.changes["name"] == ["payments", "pay"]


def test_only_an_empty_project_is_removed(alice_scope: Scope) -> None:
    project = make(alice_scope)
    with alice_scope.entered():
        secret = secrets.put(scope=alice_scope, name="s", values={"k": b"v"}, project=project)
        with pytest.raises(ProjectInUse):
            projects.remove(scope=alice_scope, project=project, typed="payments")
        secret.delete()
        projects.remove(scope=alice_scope, project=project, typed="payments")
        assert not Project.objects.exists()


def test_another_organizations_project_is_not_there(alice_scope: Scope, mallory_scope: Scope) -> None:
    project = make(mallory_scope)
    with alice_scope.entered(), pytest.raises(ProjectUnknown):
        projects.get(scope=alice_scope, project_id=project.pk)


def test_who_may_only_look_is_refused(scope_of: Callable[..., Scope], bob: User, acme: Any) -> None:
    scope = scope_of(bob, acme)
    with scope.entered(), pytest.raises(Refused):
        projects.create(scope=scope, name="payments")


def test_a_project_is_made_and_changed_on_its_pages(client_of: Signed, alice: User, alice_scope: Scope) -> None:
    web = client_of(alice)
    assert "No project yet." in web.get(at("projects")).content.decode()
    assert web.post(at("project-create"), {"name": "Bad"}).status_code == 422
    assert web.post(at("project-create"), {"name": "payments", "description": "Cards"}).status_code == 303
    with alice_scope.entered():
        project = Project.objects.get()
    assert "Cards" in web.get(at("project", project_id=project.pk)).content.decode()
    renamed = web.post(at("project-change", project_id=project.pk), {"name": "pay", "description": ""})
    assert renamed.status_code == 303
    assert web.post(at("project-remove", project_id=project.pk), {"typed": "payments"}).status_code == 422
    assert web.post(at("project-remove", project_id=project.pk), {"typed": "pay"}).status_code == 303


def test_the_list_counts_what_belongs_to_each_in_one_query(
    client_of: Signed, alice: User, alice_scope: Scope
) -> None:
    web, project = client_of(alice), make(alice_scope)
    with alice_scope.entered():
        secrets.put(scope=alice_scope, name="s", values={"k": b"v"}, project=project)
    few = _queries(web)
    for number in range(6):
        make(alice_scope, f"project-{number}")
    assert _queries(web) == few
    assert "1 secrets" in web.get(at("projects")).content.decode()


def _queries(web: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert web.get(at("projects")).status_code == 200
    return len(asked)


def test_an_outsider_finds_nothing(client_of: Signed, mallory: User, alice_scope: Scope) -> None:
    project, web = make(alice_scope), client_of(mallory)
    assert web.get(at("project", project_id=project.pk)).status_code == 404
    assert web.get(reverse("project", kwargs={"org": "evil", "project_id": project.pk})).status_code == 404
