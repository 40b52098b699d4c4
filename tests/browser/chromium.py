"""Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
MISSING = "Chromium is missing: install the package chromium, then run the browser tests again."


class ChromiumMissing(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Raises ChromiumMissing with one sentence."""
    program = shutil.which("chromium")
    if program is None:
        raise ChromiumMissing(MISSING)
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]  # its own sandbox refuses root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()
