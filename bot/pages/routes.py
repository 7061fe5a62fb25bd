"""The pages over HTTP: cookies in, headers out; everything else is `bot.pages.desk`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from aiohttp import web
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.pages.browsers import browser_of
from bot.pages.desk import Desk, Html, Made
from bot.pages.entry import PageEntry
from bot.pages.export_door import ExportDoor
from bot.pages.guard import HEADERS, comes_from_us, cookie_name, is_token, only_looks
from bot.pages.login import LetIn
from bot.pages.pace import Pace
from bot.pages.reading import TooLarge, TooSlow, read_form, read_looked_at, read_upload
from bot.pages.registry import REGISTRY
from bot.pages.rendering import STATIC
from bot.pages.sending import sent
from bot.pages.visit import Download, Ground, Picture, Redirect
from storage.entry_links import Purpose, Refusal

WRONG_LINKS_PER_MINUTE: Final = 30
_STATIC_SECONDS: Final = 7 * 24 * 3600
_HOMES: Final = {Purpose.OFFICE: "/office", Purpose.ME: "/me"}
_NOT_IN: Final = 401
_SAFE: Final = "/?#[]@!$&'()*+,;=%:~"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_pages(app: web.Application, ground: Ground, entries: Sequence[PageEntry] = REGISTRY) -> None:
    """Also below the prefix of the public address, for a proxy that leaves it on."""
    pages = Pages(Desk(ground, entries))
    for prefix in {"", ground.base}:
        app.add_routes(pages.routes(prefix, entries))
        for home in _HOMES.values():
            # Whatever else is asked for below them, and in whatever way, is not there.
            app.router.add_route("*", f"{prefix}{home}{{rest:(/.*)?}}", pages.nothing)

    async def close(_app: web.Application) -> AsyncIterator[None]:
        yield
        pages.exports.close()
        pages.desk.close()

    app.cleanup_ctx.append(close)


class Pages:
    """The handlers of all addresses."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.exports = ExportDoor(desk)
        self._pace = Pace()
        self._wrong = FixedWindowRateLimiter(MemoryStorage())
        self._most_wrong = RateLimitItemPerMinute(WRONG_LINKS_PER_MINUTE)
        self._cookie = cookie_name(desk.ground.public_url)
        self._files = {path.name: path for path in STATIC.iterdir() if path.is_file()}

    def routes(self, prefix: str, entries: Sequence[PageEntry]) -> list[web.RouteDef]:
        routes = [
            web.get(f"{prefix}/office/static/{{name}}", self.static),
            web.get(f"{prefix}/office/export/{{code:[^/]{{1,200}}}}", self.export),
            *(
                web.get(f"{prefix}{home}/enter/{{code:[^/]{{1,200}}}}", partial(self.enter, purpose))
                for purpose, home in _HOMES.items()
            ),
        ]
        for entry in entries:
            if entry.posted:
                routes.append(web.post(prefix + entry.path, partial(self.posted, entry)))
                continue
            looked_at = partial(self.looked_at, entry)
            # HEAD would make a page, with all it does, for nobody.
            routes.append(web.get(prefix + entry.path, looked_at, allow_head=False))
            if entry.path in _HOMES.values():
                routes.append(web.get(f"{prefix}{entry.path}/", looked_at, allow_head=False))
        return routes

    async def looked_at(self, entry: PageEntry, request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(self._cookie, "")
        if (refused := self._refused(token)) is not None:
            return await self._answered(request, refused)
        asked = await read_looked_at(request)
        asked = replace(asked, path={**asked.path, "here": entry.path})
        async with self._pace.turn(_session(token)):
            made = await self.desk.in_thread(lambda: self.desk.make(entry, asked, token))
        return await self._answered(request, made)

    async def posted(self, entry: PageEntry, request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(self._cookie, "")
        refused = self._refused(token)
        if not comes_from_us(request.headers, self.desk.ground.public_url, request.host):
            refused = self.desk.sorry("foreign", 403)
        if refused is not None:
            return self._closing(await self._answered(request, refused))
        async with self._pace.turn(_session(token)):
            made = await self._posted(entry, request, token)
        answered = await self._answered(request, made)
        return answered if request.content.at_eof() else self._closing(answered)

    async def _posted(self, entry: PageEntry, request: web.Request, token: str) -> Made:
        if entry.uploads and (away := await self.desk.in_thread(lambda: self.desk.turned_away(entry, token))):
            return away
        try:
            asked = await (read_upload(request) if entry.uploads else read_form(request))
        except TooLarge:
            return self.desk.sorry("too_large", 413)
        except TooSlow:
            return self.desk.sorry("too_slow", 408)
        asked = replace(asked, path={**asked.path, "here": entry.path})
        return await self.desk.in_thread(lambda: self.desk.make(entry, asked, token))

    def _refused(self, token: str) -> Html | None:
        """Before a thread or the database is bothered."""
        if not is_token(token):
            return self.desk.sorry("not_in", 401)
        return None if self._pace.allows(_session(token)) else self.desk.sorry("too_fast", 429)

    async def enter(self, purpose: Purpose, request: web.Request) -> web.StreamResponse:
        """Uses a link up, unless it is a program that only looks at it."""
        if request.method != "GET" or only_looks(request.headers):
            return await self._answered(request, self.desk.sorry("looked", 200))
        code, former = request.match_info["code"], request.cookies.get(self._cookie, "")
        browser = browser_of(request.headers.get("User-Agent", ""))
        found = await self.desk.in_thread(
            lambda: self.desk.enter(code, purpose, former=former, browser=browser)
        )
        if isinstance(found, LetIn):
            return self._let_in(found, purpose)
        if found == "outage":
            return await self._answered(request, self.desk.sorry("outage", 503))
        return await self._no_such_link(request, found, "后台" if purpose is Purpose.OFFICE else "我的主页")

    async def export(self, request: web.Request) -> web.StreamResponse:
        """Uses a link up and brings its workbook, unless it is a program that only looks at it."""
        if request.method != "GET" or only_looks(request.headers):
            return await self._answered(request, self.desk.sorry("looked_at_file", 200))
        found = await self.exports.opened(request.match_info["code"])
        if isinstance(found, Refusal):
            return await self._no_such_link(request, found, "导出")
        return await self._answered(request, found)

    async def _no_such_link(self, request: web.Request, why: Refusal, word: str) -> web.StreamResponse:
        """`word`: what one says in the chat to get another."""
        # Behind a proxy everybody has one address: whoever has a link gets in, however many others try.
        if why is Refusal.UNKNOWN and not self._wrong.hit(self._most_wrong, request.remote or ""):
            return await self._answered(request, self.desk.sorry("too_many", 429))
        return await self._answered(request, self.desk.sorry(why.value, 403, word=word))

    def _let_in(self, let_in: LetIn, purpose: Purpose) -> web.Response:
        response = web.Response(status=303, headers={**HEADERS, "Location": self.desk.base + _HOMES[purpose]})
        response.set_cookie(
            self._cookie,
            let_in.token,
            max_age=let_in.seconds,
            path=self.desk.base or "/",
            secure=self.desk.ground.public_url.startswith("https:"),
            httponly=True,
            samesite="Lax",  # Strict would not be sent with the page that comes after a link in a chat
        )
        return response

    async def static(self, request: web.Request) -> web.StreamResponse:
        """By name, out of one flat folder, as it was at the start."""
        path = self._files.get(request.match_info["name"])
        if path is None:
            return await self.nothing(request)
        headers = {
            "Cache-Control": f"public, max-age={_STATIC_SECONDS}, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return web.FileResponse(path, headers=headers)

    async def nothing(self, request: web.Request) -> web.StreamResponse:
        return self._closing(await self._answered(request, self.desk.sorry("nothing", 404)))

    async def _answered(self, request: web.Request, made: Made) -> web.StreamResponse:
        match made:
            case Html(body, status):
                response = web.Response(
                    text=body, status=status, content_type="text/html", charset="utf-8", headers=HEADERS
                )
                if status == _NOT_IN and self._cookie in request.cookies:
                    self._forget(response)
                return response
            case Redirect(to):
                place = quote(self.desk.base + to, safe=_SAFE)
                return web.Response(status=303, headers={**HEADERS, "Location": place})
            case Picture(content_type, content):
                return web.Response(body=content, content_type=content_type, headers=HEADERS)
            case Download():
                return await sent(request, made, self.desk.in_thread)

    def _forget(self, response: web.Response) -> None:
        """What the cookie stood for is over."""
        secure = self.desk.ground.public_url.startswith("https:")
        response.del_cookie(
            self._cookie, path=self.desk.base or "/", secure=secure, httponly=True, samesite="Lax"
        )

    @staticmethod
    def _closing(response: web.StreamResponse) -> web.StreamResponse:
        response.force_close()  # what has not been read of the body is not read
        return response


def _session(token: str) -> str:
    return sha256(token.encode()).hexdigest()
