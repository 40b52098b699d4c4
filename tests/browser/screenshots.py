"""`make screenshots`: pictures of every page of the living demo, light and dark, wide and narrow."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error

from sandbox import paths, ports
from sandbox.errors import SandboxError
from sandbox.up import status
from tests.browser import places
from tests.browser.chromium import ChromiumMissing, chromium
from tests.browser.visitor import Authenticator, Visitor

DOCS = paths.ROOT / "docs" / "pictures"
OTHERS = paths.TOP / "pictures"
SHOWN = {"operation.1440.light", "plan.1440.dark"}
"""Pictures that the documentation shows."""
LARGEST_BYTES = 400_000
TALLEST = 1_600  # pixels of a page in the documentation
WIDTHS, HEIGHT = (1440, 390), 900
THEMES = ("light", "dark")
DEMO_SECONDS = 600
STOP_SECONDS = 20
SETTLE_SECONDS = 0.3  # charts and live parts


def take(browser: Browser, demo: Mapping[str, Any]) -> None:
    people = {person["role"]: person for person in demo["people"]}
    stranger = Visitor(browser, demo["url"])
    shoot(stranger, places.STRANGER_PAGES)
    alice = entered(browser, demo["url"], people["owner"])
    shoot(alice, there(alice, demo["organization"]))
    shoot(entered(browser, demo["url"], people["architect"]), places.STAFF_PAGES)


def there(visitor: Visitor, organization: str) -> dict[str, str]:
    """The organization's pages, once its region is on its way."""
    deadline = time.monotonic() + DEMO_SECONDS
    while True:
        try:
            return places.filled(organization, visitor.read)
        except places.NothingYet as missing:
            if time.monotonic() > deadline:
                raise SandboxError(str(missing)) from missing
            time.sleep(1)


def entered(browser: Browser, url: str, person: Mapping[str, str]) -> Visitor:
    visitor = Visitor(browser, url, Authenticator(person["totp_secret"]))
    visitor.sign_in(person["email"], person["password"])
    return visitor


def shoot(visitor: Visitor, pages: Mapping[str, str]) -> None:
    for name, path in pages.items():
        visitor.open(path)
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
            for theme in THEMES:
                visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                keep(visitor, f"{name}.{width}.{theme}")


def keep(visitor: Visitor, name: str) -> None:
    """Save the whole page; what the documentation shows is cut to a readable height."""
    time.sleep(SETTLE_SECONDS)
    whole = OTHERS / f"{name}.png"
    visitor.page.screenshot(path=whole, full_page=True)
    if name in SHOWN:
        width = int(name.split(".")[1])
        visitor.page.set_viewport_size({"width": width, "height": TALLEST})
        picture = DOCS / f"{name}.png"
        visitor.page.screenshot(path=picture)
        visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
        if picture.stat().st_size > LARGEST_BYTES:
            raise SandboxError(
                f"{picture} has {picture.stat().st_size:,} bytes: lower TALLEST until it has 400,000."
            )


@contextmanager
def demo() -> Iterator[Mapping[str, Any]]:
    """What `.sandbox/demo.json` says of a sandbox that runs; it is started and ended where none does."""
    known = read()
    if known is not None and status(port_of(known), "/readyz") == 200:
        yield known
        return
    process = subprocess.Popen([sys.executable, "-m", "sandbox.up"], cwd=paths.ROOT, start_new_session=True)
    try:
        yield complete(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(STOP_SECONDS)


def read() -> Mapping[str, Any] | None:
    file: Path = paths.STATE / "demo.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def port_of(known: Mapping[str, Any]) -> int:
    return int(str(known["url"]).rpartition(":")[2])


def complete(process: subprocess.Popen[bytes]) -> Mapping[str, Any]:
    """Wait until the sandbox that was started has its demo organization."""
    port = ports.parse(os.environ.get("PORT") or "8000")
    deadline = time.monotonic() + DEMO_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        known = read()
        if known is not None and status(port, "/readyz") == 200:
            return known
        time.sleep(1)
    raise SandboxError("The sandbox did not come up: see its messages above.")


def main() -> int:
    for folder in (DOCS, OTHERS):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with demo() as known, chromium() as browser:
            take(browser, known)
    except (SandboxError, ChromiumMissing, Error) as error:  # the last one: the console went away meanwhile
        print(f"make screenshots: {error}", file=sys.stderr)
        return 1
    print(
        f"make screenshots: the pictures are in {OTHERS}, those of the documentation in {DOCS}.", file=sys.stderr
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
