"""Every text and background pair of the tokens, both themes: WCAG 2.2 asks 4.5 for text, 3 for graphics."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "static/css/tokens.css").read_text()
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"(--[\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", CSS)
} | {"--on-accent": ("#ffffff", "#ffffff")}

SURFACES = ("--bg", "--bg-side", "--bg-subtle", "--bg-hover", "--bg-selected", "--bg-overlay")
FAMILIES = ("neutral", "blue", "cyan", "orange", "violet", "green", "red", "amber")
PAIRS = [
    *((word, surface, 4.5) for word in ("--text", "--text-2", "--text-3", "--link") for surface in SURFACES),
    *((f"--{family}-fg", ground, 4.5) for family in FAMILIES for ground in (f"--{family}-bg", *SURFACES)),
    *((word, f"--{family}-bg", 4.5) for word in ("--text", "--text-2") for family in FAMILIES),
    ("--on-accent", "--accent", 4.5),
    ("--on-accent", "--accent-hover", 4.5),
    ("--text-inverse", "--bg-inverse", 4.5),
    *(("--line-control", surface, 3) for surface in ("--bg", "--bg-overlay", "--bg-subtle")),
    *(("--focus", surface, 3) for surface in SURFACES),
    *((f"--chart-{number}", "--bg", 3) for number in range(1, 6)),
    ("--chart-limit", "--bg", 3),
]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "position"), [("light", 0), ("dark", 1)])
def test_every_pair_of_tokens_can_be_read(theme: str, position: int) -> None:
    found = [
        (over, under, contrast(TOKENS[over][position], TOKENS[under][position]), need)
        for over, under, need in PAIRS
    ]

    assert [
        f"{over} on {under}: {ratio:.2f}, needs {need}" for over, under, ratio, need in found if ratio < need
    ] == []
