"""A bot with pages, and browsers that are plain HTTP clients: what a page does without JavaScript."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from html import unescape

import pytest
from aiohttp import ClientSession, CookieJar

from storage.entry_links import Purpose, issue
from tests.kit.fixtures import *  # noqa: F403
from tests.kit.servers import Bot


@dataclass
class Read:
    """What came back."""

    status: int
    body: str
    url: str
    headers: dict[str, str]
    raw: bytes

    @property
    def text(self) -> str:
        """What one sees of it, a line each."""
        inner = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", self.body, flags=re.DOTALL)
        lines = re.sub(r"<[^>]+>", "\n", inner).splitlines()
        return "\n".join(unescape(line).strip() for line in lines if line.strip())

    @property
    def main(self) -> str:
        """The text of the page's own part."""
        inner = self.body.partition("<main")[2].partition(">")[2].partition("</main>")[0]
        return Read(self.status, inner, self.url, self.headers, b"").text

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.body)
        assert found is not None, self.body
        return found[1]


class Browser:
    """Somebody's browser; `post` sends the token of the page that was read last, unless told otherwise."""

    def __init__(self, session: ClientSession, base: str) -> None:
        self.session = session
        self.base = base
        self.csrf = ""

    async def get(self, path: str, **options: object) -> Read:
        async with self.session.get(self._url(path), **options) as response:
            return await self._read(response)

    async def post(self, path: str, form: object = (), *, csrf: str | None = None, **options: object) -> Read:
        pairs = [
            *(form.items() if isinstance(form, dict) else form),
            ("csrf", self.csrf if csrf is None else csrf),
        ]
        async with self.session.post(self._url(path), data=pairs, **options) as response:
            return await self._read(response)

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.base + path

    async def _read(self, response) -> Read:
        raw = await response.read()
        body = raw.decode("utf-8", "replace")
        read = Read(response.status, body, str(response.url), dict(response.headers), raw)
        if 'name="csrf"' in body:
            self.csrf = read.csrf
        return read


@pytest.fixture
async def browser(bot: Bot) -> AsyncIterator[Callable[[], Browser]]:
    """`browser()`: another one, with no cookies."""
    opened = []

    def make() -> Browser:
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))  # unsafe: the host is an IP address
        opened.append(session)
        return Browser(session, bot.url)

    yield make
    for session in opened:
        await session.close()


@pytest.fixture
def enters(bot: Bot, county, browser):
    """`await enters(4)`: the browser of whoever has this id in tests/kit/county.py, who has used a link of the chat."""

    async def enter(person_id: int, purpose: Purpose = Purpose.ME) -> Browser:
        with county.database.writing() as connection:
            code = issue(connection, person_id, purpose, at=county.clock.real_ms(), minutes=10)
        one = browser()
        home = await one.get(f"/{'office' if purpose is Purpose.OFFICE else 'me'}/enter/{code}")
        assert home.status == 200, home.text
        return one

    return enter
