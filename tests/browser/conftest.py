"""One sandbox and one Chromium for all tests of this folder, which therefore run on one worker."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, living
from tests.browser.living import Living
from tests.browser.visitor import Authenticator, Visitor


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    try:
        with chromium.chromium() as started:
            yield started
    except chromium.ChromiumMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="package")
def sandbox(browser: Browser) -> Iterator[Living]:
    """The sandbox with its demo organization, which comes up while the first tests run."""
    with living.living() as started:
        yield started


@pytest.fixture
def visit(browser: Browser, sandbox: Living) -> Iterator[Callable[[Authenticator | None], Visitor]]:
    """Makes visitors, each with a browser of their own; afterwards none may have complained."""
    visitors: list[Visitor] = []

    def arrive(authenticator: Authenticator | None = None) -> Visitor:
        visitors.append(Visitor(browser, sandbox.url, authenticator))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)
