"""House rules that a machine can hold."""

import re
import statistics

from tests.guards.sources import ROOT, all_files, functions, name_of, python_files, tree

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LARGEST_FILE_BYTES = 600_000
VAGUE = {"utils", "helpers", "common", "misc"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError|xfail)\b")
SKIPPING = re.compile(r"pytest\.skip\(|mark\.skip|skipif|importorskip|unittest\.skip")


def lengths() -> list[tuple[int, str]]:
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{name_of(path)}:{node.lineno} {node.name}")
        for path in python_files()
        for node in functions(path)
    ]


def test_no_function_is_longer_than_forty_lines() -> None:
    assert [row for row in lengths() if row[0] > LONGEST_FUNCTION] == []


def test_the_median_function_is_short_and_nine_in_ten_are_under_twenty_lines() -> None:
    sizes = [size for size, _ in lengths()]
    assert statistics.median(sizes) < 10
    assert statistics.quantiles(sizes, n=10)[8] < 20


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = [
        (name_of(path), lines) for path in python_files() if (lines := path.read_text().count("\n")) > LONGEST_FILE
    ]
    assert long == []


def test_no_view_is_longer_than_fifteen_lines() -> None:
    long = [
        f"{name_of(path)}:{node.name}"
        for path in python_files("console", "accounts", "secrets_app", "regions")
        if "views" in path.parts
        for node in functions(path)
        if node.args.args
        and node.args.args[0].arg == "request"
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > 15
    ]
    assert long == []


def test_views_ask_query_sets_by_name_and_never_filter_themselves() -> None:
    bad = [
        name_of(path)
        for path in python_files("console", "accounts", "secrets_app", "regions")
        if "views" in path.parts and re.search(r"\.(filter|exclude|annotate)\(", path.read_text())
    ]
    assert bad == []


def test_nothing_is_called_utils_helpers_common_or_misc() -> None:
    vague = [
        name_of(path)
        for path in all_files()
        if VAGUE & {part.removesuffix(path.suffix) for part in path.relative_to(ROOT).parts}
    ]
    assert vague == []


def test_no_file_but_pictures_is_larger_than_600_kb() -> None:
    large = [
        name_of(path)
        for path in all_files()
        if path.suffix not in {".png", ".jpg", ".webp"} and path.stat().st_size > LARGEST_FILE_BYTES
    ]
    assert large == []


def test_nothing_is_left_unfinished() -> None:
    here = name_of(ROOT / "tests/guards/test_house_style.py")
    marks = [
        f"{name_of(path)}:{number}"
        for path in all_files()
        if path.suffix in {".py", ".html", ".js", ".css", ".sh"} and name_of(path) != here
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marks == []


def test_at_most_six_places_skip() -> None:
    here = name_of(ROOT / "tests/guards/test_house_style.py")
    places = [
        name_of(path)
        for path in python_files("tests")
        for _ in SKIPPING.findall(path.read_text())
        if name_of(path) != here
    ]
    assert len(places) <= 6, places


def test_no_template_carries_inline_style_or_script() -> None:
    inline = re.compile(
        r"""\sstyle=|<style|\son[a-z]+=["']|<script(?![^>]*\ssrc=)(?![^>]*type="application/json")"""
    )
    bad = [name_of(path) for path in all_files() if path.suffix == ".html" and inline.search(path.read_text())]
    assert bad == []


def test_product_code_never_reads_the_shared_folder() -> None:
    bad = [name_of(path) for path in python_files() if re.search(r"\.\./shared|/shared/", path.read_text())]
    assert bad == []


def test_no_product_file_catches_everything_in_silence() -> None:
    import ast

    bad = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bad == []
