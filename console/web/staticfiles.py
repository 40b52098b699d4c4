"""Serve plotly's own script from its package, so that no copy of it is kept here."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import plotly
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

FOLDER = Path(plotly.__file__).parent / "package_data"
SCRIPT = "plotly.min.js"
PREFIX = "plotly"


class PlotlyFinder(BaseFinder):
    """Find `plotly/plotly.min.js`; add it to STATICFILES_FINDERS."""

    def __init__(self, *_args: object, **_options: object) -> None:
        self.storage = FileSystemStorage(location=FOLDER)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def find(self, path: str, find_all: bool = False, **_options: Any) -> Any:
        found = str(FOLDER / SCRIPT)
        if path != f"{PREFIX}/{SCRIPT}":
            return [] if find_all else None
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:  # noqa: ARG002  Django's
        yield SCRIPT, self.storage
