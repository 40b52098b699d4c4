"""What the Content-Security-Policy forbids is not written in the first place."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
COMPONENTS = sorted(ROOT.glob("console/web/**/*.py"))
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son\w+\s*=", re.IGNORECASE),
    "an address elsewhere": re.compile(r"""(?:src|<link[^>]*href)=["']https?:""", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("file", [*TEMPLATES, *COMPONENTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_no_page_holds_what_the_policy_forbids(file: Path, what: str) -> None:
    written = re.sub(r"{%.*?%}|{{.*?}}", "", file.read_text())

    assert FORBIDDEN[what].findall(written) == []


@pytest.mark.parametrize("file", sorted(ROOT.glob("static/js/*.js")), ids=lambda file: file.name)
def test_no_script_evaluates_text(file: Path) -> None:
    assert not re.search(r"\beval\(|new Function|setTimeout\(\s*[\"'`]|https?://", file.read_text())


@pytest.mark.parametrize("file", sorted(ROOT.glob("static/css/**/*.css")), ids=lambda file: file.name)
def test_every_token_that_a_style_uses_is_declared(file: Path) -> None:
    declared = set(
        re.findall(r"(--[\w-]+)\s*:", "".join(each.read_text() for each in ROOT.glob("static/css/**/*.css")))
    )

    assert set(re.findall(r"var\((--[\w-]+)", file.read_text())) <= declared


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_template_compiles(file: Path) -> None:
    assert get_template(str(file.relative_to(ROOT / "templates")))
