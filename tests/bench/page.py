"""How soon an answer stands on the page of the practice tenant, in a real browser; skipped where there is none."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.report import Table, spread

QUESTIONS = 15
_OPEN = "请在浏览器里打开："
# From the key press to the moment when the browser has drawn the answer.
_ASK = """
async (platform) => {
  const list = document.querySelector(`#${platform} .messages`);
  const answers = () => list.querySelectorAll("li.by-bot").length;
  const entry = document.querySelector(`#${platform} textarea`);
  const before = answers(), start = performance.now();
  entry.value = "还差什么";
  entry.form.requestSubmit(document.querySelector(`#${platform} .send`));
  await new Promise((done) => new MutationObserver((_, observer) => {
    if (answers() > before) { observer.disconnect(); requestAnimationFrame(() => setTimeout(done)); }
  }).observe(list, { childList: true, subtree: true }));
  return performance.now() - start;
}
"""


def answers(table: Table, folder: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        table.row("page: send to answer, ms", "no chromium here", "≤ 300")
        return
    from playwright.sync_api import sync_playwright

    with _demo(table, folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_timeout(1000)
        for platform, name in (("wecom", "WeCom"), ("dingtalk", "DingTalk")):
            taken = []
            for _ in range(QUESTIONS):
                taken.append(page.evaluate(_ASK, platform))
                # Nobody may ask more than so often in a minute; people pause as well.
                page.wait_for_timeout(3200)
            table.row(f"page: send to answer on {name}, ms", spread(taken), "≤ 300")
        browser.close()


@contextmanager
def _demo(table: Table, folder: Path) -> Iterator[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    home = folder / "demo"
    home.mkdir()
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        cwd=home,
        env={**plain, "PYTHONPATH": str(Path.cwd()), "PYTHONUTF8": "1", "BOT_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            line = next(line for line in process.stdout if line.startswith(_OPEN))
            table.row(
                "demo: county made and page open, s",
                f"{time.monotonic() - start:.1f}",
                "≤ 120 with installation",
            )
            yield line.removeprefix(_OPEN).strip()
        finally:
            process.terminate()
