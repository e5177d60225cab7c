"""``./dev picture``: the picture of the README, taken from the demonstration's own report in a browser."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "out" / "demo" / "result" / "report.html"
PICTURE = ROOT / "docs" / "images" / "report.png"
SIZE = {"width": 1120, "height": 760}
QUIET = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def main(report: Path = REPORT) -> int:
    """Photograph the top of the report. Exit status 1 when there is no report or no browser."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not report.exists() or browser is None:
        print(f"need {report} (./dev demo) and chromium", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=browser, args=[*QUIET, "--no-sandbox"])
        page = launched.new_page(viewport=SIZE, color_scheme="light", locale="zh-CN", offline=True)
        page.goto(report.resolve().as_uri())
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(PICTURE))
        launched.close()
    print(PICTURE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
