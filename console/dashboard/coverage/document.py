"""The same as a Markdown document, for those who read the repository."""

from collections.abc import Iterator

from console.dashboard.coverage import Promise, Section, counted, promises, sections

HEAD = """# Coverage

Every sentence of the technical overview "Bring Your Own Cloud", and what keeps it: the page (name of its route), the endpoint, the tests. Written by `manage.py coverage docs/coverage.md` from the data that the console shows at `/help/coverage/`; a guard test holds it against the overview, the product's routes and its tests.
"""  # noqa: E501  a paragraph


def text() -> str:
    return "\n".join([HEAD, *_counts(), *(line for section in sections() for line in _section(section))])


def _counts() -> Iterator[str]:
    yield f"| State | Of {len(promises())} | Means |"
    yield "|---|---|---|"
    for state, number in counted().items():
        yield f"| {state.label} | {number} | {state.meaning} |"
    yield ""


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield ""
    for promise in section.promises:
        yield from _promise(promise)
    yield ""


def _promise(promise: Promise) -> Iterator[str]:
    row = f"*{promise.of}.* " if promise.of else ""
    yield f"- **{promise.state.label}.** {row}“{promise.says}”"
    if promise.note:
        yield f"  {promise.note}"
    for label, values in (("Pages", promise.pages), ("API", promise.api), ("Tests", promise.tests)):
        if values:
            yield f"  {label}: {', '.join(f'`{value}`' for value in values)}."
