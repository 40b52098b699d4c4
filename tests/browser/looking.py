"""What is wrong with a page as it is drawn: sideways scroll, and what axe-core finds against WCAG 2.2 A and AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

HEIGHT = 900
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OF_WIDTH = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""Rules whose answer depends on how the page is laid out."""
OF_THEME = ["color-contrast"]
RULES = {
    (1440, "light"): {"type": "tag", "values": TAGS},
    (390, "light"): {"type": "rule", "values": OF_WIDTH},
    (390, "dark"): {"type": "rule", "values": OF_THEME},
    (1440, "dark"): {"type": "rule", "values": OF_THEME},
}
"""By width and theme; together they ask everything that may differ."""

END_TRANSITIONS = """document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity).forEach(each => each.finish())"""


def scrolls_sideways(page: Page) -> list[str]:
    """The widths in which the open page is wider than its window."""
    found = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{width}: it scrolls sideways")
    return found


def violations(page: Page) -> list[str]:
    """What axe-core finds; it draws into the page, which the page's own policy forbids, so it grumbles."""
    page.evaluate(Axe().axe_script)
    return [f"{width} {theme}: {line}" for width, theme in RULES for line in _violations(page, width, theme)]


def _violations(page: Page, width: int, theme: str) -> list[str]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.evaluate(END_TRANSITIONS)
    options = {"runOnly": RULES[width, theme], "resultTypes": ["violations"], "preload": False}
    answer = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in answer["violations"]
        for node in rule["nodes"][:3]
    ]
