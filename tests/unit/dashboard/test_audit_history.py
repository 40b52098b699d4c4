"""Everything that has a page has its history, under the name that events carry."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from console.audit.models import AuditEvent
from console.dashboard.readings.audit_places import KINDS, model_of
from console.dashboard.readings.audit_sentences import SAID, predicate

TEMPLATES = Path(__file__).parents[3] / "templates"
NAMED = re.compile(r'(?:history_tab|"history" org=\w+(?:\.\w+)?) kind="(\w+)"')
WITH_A_PAGE = {
    "region", "connection", "operation", "onboarding", "planversion", "user", "apitoken", "project",
    "applicationplane", "secret", "keypolicy", "certificate", "regionchange", "finding",
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


@pytest.mark.parametrize(
    ("event", "label", "said"),
    [
        ("region:approved", "frankfurt", ("approved region", "")),
        ("secret:rolled-back", "payments-db", ("rolled secret", " back")),
        ("plan:compiled", "plan version 1", ("compiled", "")),
        ("secret:value-shown", "payments-db", ("value shown: secret", "")),
        ("bundle:created", "bundle 3", ("created", "")),
        ("thing:moved-away", "x", ("moved away thing", "")),
        ("plane:name-changed", "Main", ("changed the name of plane", "")),
        ("region:approved", "", ("approved region", "")),
    ],
)
def test_an_event_reads_as_a_sentence(event: str, label: str, said: tuple[str, str]) -> None:
    assert predicate(AuditEvent(event=event, target_label=label)) == said


def test_every_sentence_belongs_to_a_code_that_is_recorded() -> None:
    recorded = "\n".join(
        file.read_text() for name in ("accounts", "console", "regions", "secrets_app")
        for file in (TEMPLATES.parent / name).rglob("*.py") if file.name != "audit_sentences.py"
    )  # fmt: skip
    nouns = {code.partition(":")[0] for code in SAID if f'"{code}"' not in recorded}
    assert nouns <= {"operation", "connection", "code", "recovery-code", "permission"}
