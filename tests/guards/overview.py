"""The technical overview beside the repository; absent where only the repository is."""

import re
from pathlib import Path

FILE = Path(__file__).parents[3] / "shared" / "research" / "source-document.txt"
MISSING = not FILE.exists()
REASON = f"the technical overview is not beside this checkout ({FILE})"

PICTURE, TITLE_PAGE = "The AKKA logo", "TECHNICAL OVERVIEW"
CONTENTS = "Table of Contents"
FURNITURE = "AKKA"
"""A logo at the head of a printed page: it parts sentences, not sections."""
COLUMNS = {"Description", "You\tAkka", "Infrastructure and Kubernetes Permissions"}


def chapters() -> dict[str, str]:
    """What stands under each heading, in order, without pictures, contents, and the heads of tables."""
    found: dict[str, str] = {}
    title = ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"#+\s+(?:\d+\. )?(.+)", line)
        if heading:
            title = title if heading[1] == FURNITURE else heading[1]
        elif title != CONTENTS and not line.startswith((PICTURE, TITLE_PAGE)):
            found[title] = f"{found.get(title, '')}\n{_row(line)}"
    return {title: plain(text) for title, text in found.items() if plain(text)}


def labels() -> set[str]:
    """What stands at the head of rows and columns of the overview's tables."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = {plain(line.split("\t")[0]) for line in lines if "\t" in line}
    return {*rows, *(cell for columns in COLUMNS for cell in columns.split("\t"))} - {""}


def _row(line: str) -> str:
    """A row of a table without its first cell, which names it; nothing of a row that names columns."""
    _, tab, rest = line.partition("\t")
    if not tab:
        return re.sub(r"^(?:-\s+)?(?:(?:\d+|[a-z])\.\s+)?", "", line)
    return "" if rest in COLUMNS else rest


def plain(text: str) -> str:
    """Words alone: no elements, no addresses, no breaks."""
    without_elements = re.sub(r"<[^>]+>", " ", re.sub(r"<li>\s*\d+\.", " ", text))
    without_links = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", without_elements)
    return " ".join(without_links.split())
