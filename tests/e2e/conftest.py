"""A browser and axe-core for the tests that open pages."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.browsing import CHROMIUM, OPTIONS

FOLDER = Path(__file__).parent / "widget"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """async (values) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; closed at the end of a module, because no asynchronous test runs while Playwright's loop does."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Judges a page with axe-core."""
    source = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        try:
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("needs npm, to install axe-core")
    script = source.read_text(encoding="utf-8")

    def judge(page: Page) -> list[str]:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(f"{script}\n;0")  # by the debugger: the policy of the page lets no other script in
        return page.evaluate(AXE, TAGS)

    return judge
