"""A person at a browser: their authenticator, their page, and what the browser complained of meanwhile."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Response

from tests.browser.living import wait_until

PERIOD_SECONDS = 30
WIDE = 1440
HEIGHT = 900
STEP_UP = "/account/second-factor/again/"
REFUSED_ON_PURPOSE = re.compile(r"Failed to load resource: .* status of 4\d\d")


class Authenticator:
    """Shows codes that were not used yet; the coming period's code is taken as well."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)
        self._last = 0

    def code(self) -> str:
        counter = max(self._last + 1, int(time.time()) // PERIOD_SECONDS)
        wait_until(
            lambda: counter <= int(time.time()) // PERIOD_SECONDS + 1, "The next code", seconds=PERIOD_SECONDS
        )
        self._last = counter
        return str(self._totp.generate_otp(counter))


class Visitor:
    """One browser context of one person."""

    def __init__(self, browser: Browser, url: str, authenticator: Authenticator | None = None) -> None:
        self.url = url
        self.context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, base_url=url)
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.authenticator = authenticator
        self.complaints: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_error)
        self.page.on("response", self._on_response)

    def open(self, path: str) -> Response:
        answer = self.page.goto(path)
        assert answer is not None
        return answer

    def press(self, name: str) -> None:
        """Press the button, or follow the link, of that name; show the second factor where it is asked for."""
        self._target(name).click()
        if STEP_UP in self.page.url:
            self.show_code("Confirm")
            self._target(name).click()

    def show_code(self, label: str) -> None:
        assert self.authenticator is not None
        self.page.fill("input[name=code]", self.authenticator.code())
        self.page.get_by_role("button", name=label, exact=True).click()

    def sign_in(self, email: str, password: str) -> None:
        self.open("/account/login/")
        self.enter(email, password)
        self.page.wait_for_selector(".side, .auth a")

    def enter(self, email: str, password: str) -> None:
        """Fill in what the pages of signing in ask for, from the first on."""
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.press("Continue")
        self.page.wait_for_selector("input[name=code]")
        self.show_code("Sign in")

    def state(self) -> str:
        """The word in the pill beside the title."""
        return self.page.locator(".head .status--pill").first.inner_text().strip()

    def read(self, path: str) -> str:
        """A page's HTML, with this person's session but without opening it."""
        return str(self.page.request.get(path).text())

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Forget what the browser complains of meanwhile."""
        heard = len(self.complaints)
        yield
        del self.complaints[heard:]

    def _target(self, name: str) -> Locator:
        button = self.page.get_by_role("button", name=name, exact=True)
        return button.or_(self.page.get_by_role("link", name=name, exact=True)).first

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED_ON_PURPOSE.match(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _on_error(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")
