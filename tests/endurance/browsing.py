"""A play on the pages: the office looks, decides, imports and takes back, in a browser that knows nothing of deaths."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import ClientError, ClientSession, CookieJar
from sqlalchemy import func, select

from storage.connection_tables import received_file
from storage.import_tables import import_reversal
from storage.page_tables import job_request
from storage.tables import import_run
from storage.work_tables import evidence
from tests.endurance.asking import HOURS, IMPORTED, file_states, hours, one
from tests.endurance.scene import Scene
from tests.kit.patience import PATIENCE_SECONDS
from tests.pages.conftest import Browser, Read
from tests.pages.test_imports import mark, send

_LOOKS = 3  # at a page, before something is done on it


async def browsing(scene: Scene) -> None:
    """Every form is sent until what it does is done."""
    await scene.begins()
    await scene.says("T1", "选点 A1 A5 B2")
    await scene.hands_in("T1", "A5")
    jar = CookieJar(unsafe=True)  # the host is an IP address
    async with ClientSession(cookie_jar=jar) as session:
        office = _Office(scene, Browser(session, ""))
        for _ in range(_LOOKS):
            await office.does(office.looks, lambda: True)
        await office.does(office.approves, lambda: one(scene, evidence.c.state) == "passed")
        await office.does(office.sends, lambda: bool(file_states(scene)))
        await scene.until(lambda: "shown" in file_states(scene))
        await office.does(office.confirms, lambda: "shown" not in file_states(scene))
        await scene.until(lambda: "imported" in file_states(scene))
        assert hours(scene) == IMPORTED
        await office.does(office.takes_back, lambda: one(scene, import_reversal.c.state) is not None)
        await scene.until(lambda: one(scene, import_reversal.c.state) == "done")
        asked = select(func.count()).select_from(job_request)
        await office.does(office.orders, lambda: one(scene, asked) == 1)
    await scene.until(lambda: one(scene, asked.where(job_request.c.done_at.is_(None))) == 0)
    await scene.calms_down()


class _Office:
    """示例丁, who asks for another link when a browser is not let in."""

    def __init__(self, scene: Scene, browser: Browser) -> None:
        self._scene = scene
        self._browser = browser

    async def does(self, step: Callable[[], Awaitable[Read]], done: Callable[[], bool]) -> None:
        """Once at least, and again where it is not done; the page says so where it waits for the database."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self._scene.is_up()
                self._browser.base = self._scene.process.address
                with suppress(ClientError):
                    await self._enters()
                    page = await step()
                    assert page.status in (200, 503), page.text
                if done():
                    return

    async def looks(self) -> Read:
        """At somebody's page, which is recorded."""
        return await self._browser.get("/office/people/1")

    async def approves(self) -> Read:
        await self._browser.get("/office/reviews")
        number, version = (one(self._scene, column) for column in (evidence.c.number, evidence.c.version))
        form = {"item": f"{number}.{version}", "verdict": "pass"}
        return await self._browser.post("/office/reviews/decide", form)

    async def sends(self) -> Read:
        return await send(self._browser, HOURS.encode(), "线上学时.csv")

    async def confirms(self) -> Read:
        number = one(self._scene, received_file.c.id)  # not 1 where somebody died with the first
        return await self._says_on(f"/office/import/{number}", {"do": "approve"})

    async def takes_back(self) -> Read:
        number = one(self._scene, import_run.c.id)
        return await self._says_on(f"/office/import/runs/{number}", {"reason": "导错了文件"}, "?revert=1")

    async def orders(self) -> Read:
        await self._browser.get("/office/jobs")
        form = {"job": "reminders", "day": "2024-05-20"}
        page = await self._browser.post("/office/jobs/run", form)
        return page if "已经在排队了" not in page.text else await self._browser.get("/office/jobs")

    async def _says_on(self, path: str, form: dict[str, str], shown_by: str = "") -> Read:
        """Where something is asked there."""
        page = await self._browser.get(path + shown_by)
        if 'name="mark"' not in page.body:
            return page
        return await self._browser.post(path, {"mark": mark(page), **form})

    async def _enters(self) -> None:
        if (await self._browser.get("/office")).status == 200:
            return
        found = await self._scene.asks("T4", "后台", re.compile(r"/office/enter/[\w-]+").search)
        await self._browser.get(found[0])
