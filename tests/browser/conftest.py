"""A real browser on the demonstration, started as its users start it."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
# Where git does not look; what the tests saw stays there to be looked at.
SCREENSHOTS = REPOSITORY / "var" / "screenshots"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")  # while it is open its event loop runs: no asynchronous test could
def chromium():
    """Debian's, because the browsers that Playwright brings come from outside the package registries."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on this machine: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def running_demo(folder, port=0):
    """The address that `demo` prints, while it runs in this folder; patient, as nothing here is about being in time."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.kit.patient_demo"],
        cwd=folder,
        env={**plain, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "BOT_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=(folder / "stderr.txt").open("a"),
        text=True,
    ) as process:
        try:
            for line in process.stdout:
                if line.startswith("请在浏览器里打开："):
                    yield line.removeprefix("请在浏览器里打开：").strip()
                    break
            else:
                pytest.fail((folder / "stderr.txt").read_text(encoding="utf-8"))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory):
    """In which `demo` runs."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(demo_folder):
    with running_demo(demo_folder) as address:
        yield address


@pytest.fixture
def start_demo(tmp_path):
    """`with start_demo(port) as address`: the same county at every start, at a port of one's own."""
    return partial(running_demo, tmp_path)


@pytest.fixture
def open_page(chromium, demo, request):
    """`open_page(PHONE)`: the page in a browser of its own; what went wrong in it fails the test."""
    faults = []
    contexts = []

    def opened(size=DESKTOP, *, script=True, path=""):
        context = chromium.new_context(
            viewport=size, java_script_enabled=script, locale="zh-CN", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("requestfailed", lambda asked: faults.append(f"{asked.url}: {asked.failure}"))
        page.goto(demo + path)
        return page

    yield opened
    for number, context in enumerate(contexts):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^a-zA-Z0-9]+", "-", request.node.name).strip("-") + f"-{number}.png"
        context.pages[0].screenshot(path=SCREENSHOTS / name, full_page=False)
        context.close()
    # The live feed is cut when a page closes, which is no fault.
    assert [fault for fault in faults if "/tenant/events" not in fault] == []
