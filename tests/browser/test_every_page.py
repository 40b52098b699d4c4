"""Every page: it opens, complains of nothing, and can be read by anybody, wide and narrow, light and dark."""

from collections.abc import Callable, Mapping

import pytest

from tests.browser import places
from tests.browser.living import Living, wait_until
from tests.browser.looking import scrolls_sideways, violations
from tests.browser.signing_in import signed_in
from tests.browser.visitor import Authenticator, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[[Authenticator | None], Visitor]
DEMO_SECONDS = 240


def test_pages_of_an_organization(visit: Visit, sandbox: Living) -> None:
    alice = signed_in(visit, sandbox, "owner")
    wait_until(lambda: bool(there(alice)), "The demo organization", seconds=DEMO_SECONDS)
    require_no_faults(alice, there(alice))


def test_pages_of_a_stranger(visit: Visit) -> None:
    require_no_faults(visit(None), places.STRANGER_PAGES)


def test_pages_of_the_vendor(visit: Visit, sandbox: Living) -> None:
    require_no_faults(signed_in(visit, sandbox, "architect"), places.STAFF_PAGES)


def there(visitor: Visitor) -> dict[str, str]:
    """The organization's pages, or nothing while something that they are about is not there yet."""
    try:
        return places.filled("norrland", visitor.read)
    except places.NothingYet:
        return {}


def require_no_faults(visitor: Visitor, pages: Mapping[str, str]) -> None:
    found = []
    for name, path in pages.items():
        status = visitor.open(path).status
        faults = [f"status {status}"] if status != 200 else []
        faults += scrolls_sideways(visitor.page)
        with visitor.unheard():
            faults += violations(visitor.page)
        found += [f"{name}: {fault}" for fault in faults]
    assert not found, "\n".join(found)
