"""Everything that has a page has its history, under the name that events carry."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from console.dashboard.readings.audit_places import KINDS, model_of

TEMPLATES = Path(__file__).parents[3] / "templates"
NAMED = re.compile(r'(?:history_tab|"history" org=\w+(?:\.\w+)?) kind="(\w+)"')
WITH_A_PAGE = {
    "region", "connection", "operation", "onboarding", "planversion", "user", "apitoken", "project",
    "applicationplane", "secret", "keypolicy", "certificate",
}  # fmt: skip


def named() -> set[str]:
    return {kind for file in TEMPLATES.rglob("*.html") for kind in NAMED.findall(file.read_text())}


def test_every_thing_with_a_page_leads_to_its_history() -> None:
    assert named() == WITH_A_PAGE


def test_every_history_that_pages_lead_to_is_known() -> None:
    assert named() - set(KINDS) == set()


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_is_a_model_of_an_organization(kind: object) -> None:
    model = model_of(kind)  # type: ignore[arg-type]
    assert model in apps.get_models()
    assert any(field.column == "org_id" for field in model._meta.concrete_fields)
