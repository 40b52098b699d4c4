"""What the page of coverage says is so: its quotations, pages, endpoints and tests are all there."""

import ast
import re
from functools import cache
from typing import Any

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator

from console.dashboard import coverage
from console.dashboard.coverage import Promise, Section, State, document
from tests.guards import overview
from tests.guards.sources import ROOT, tree

SECTIONS = coverage.sections()
PROMISES = coverage.promises()
in_the_overview = pytest.mark.skipif(overview.MISSING, reason=overview.REASON)


def named(promise: Promise) -> str:
    return promise.says[:40]


@cache
def routes() -> frozenset[str]:
    return frozenset(name for name in get_resolver("console.urls").reverse_dict if isinstance(name, str))


@cache
def calls() -> frozenset[str]:
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    return frozenset(f"{method.upper()} {path}" for path, item in schema["paths"].items() for method in item)


@cache
def held_in(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.is_file() or not path.name.startswith("test_"):
        return frozenset()
    return frozenset(node.name for node in tree(path).body if isinstance(node, ast.FunctionDef))


def missing_tests(promise: Promise) -> list[str]:
    parts = ((test, *test.partition("::")[::2]) for test in promise.tests)
    return [test for test, file, name in parts if not name.startswith("test_") or name not in held_in(file)]


def test_every_page_is_a_route() -> None:
    assert {page for promise in PROMISES for page in promise.pages} - routes() == set()


def test_every_endpoint_is_in_the_schema() -> None:
    assert {call for promise in PROMISES for call in promise.api} - calls() == set()


def test_every_test_is_there() -> None:
    assert [test for promise in PROMISES for test in missing_tests(promise)] == []


def test_what_is_kept_is_tested_and_what_is_not_is_explained() -> None:
    untested = [named(each) for each in PROMISES if each.state is State.KEPT and not each.tests]
    unexplained = [named(each) for each in PROMISES if each.state is not State.KEPT and not each.note]
    half = [named(each) for each in PROMISES if each.state is State.PARTLY and not each.tests]
    assert (untested, unexplained, half) == ([], [], [])


def test_notes_are_sentences() -> None:
    assert [each.note for each in PROMISES if each.note and not re.fullmatch(r"[A-Z“].+[.]", each.note)] == []


def test_the_document_is_what_the_command_writes() -> None:
    written = (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
    assert written == document.text(), "Run manage.py coverage docs/coverage.md."


@in_the_overview
def test_sections_are_the_overviews_own_in_its_order() -> None:
    assert [section.title for section in SECTIONS] == list(overview.chapters())


@in_the_overview
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_every_sentence_is_quoted_word_for_word(section: Section) -> None:
    quoted = " ".join(promise.says for promise in section.promises)
    assert quoted.split() == overview.chapters()[section.title].split()


@in_the_overview
def test_rows_and_columns_are_the_overviews_own() -> None:
    named = {label for promise in PROMISES for label in promise.of.split(": ") if promise.of}
    assert named - overview.labels() == set()
