"""The product's source files, as guards read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("console", "accounts", "secrets_app", "regions", "sandbox")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    chosen = folders or PRODUCT
    return tuple(
        path
        for folder in chosen
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    )


def all_files() -> Iterator[Path]:
    skipped = {
        ".git",
        ".venv",
        ".sandbox",
        "__pycache__",
        "staticfiles",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
    }
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and not skipped & set(path.relative_to(ROOT).parts):
            yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
