"""The page's addresses, and the application that answers them."""

import asyncio
from collections.abc import Collection
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from bot.tenant.page.actions import Actions
from bot.tenant.page.answers import SECURITY, front_page, guarded, other_page
from bot.tenant.page.chooser import ROLES, Asked, Found, is_unbound, search
from bot.tenant.page.complaints import complaints, crashes
from bot.tenant.page.events import stream
from bot.tenant.page.exchanges import parts_of, row_of
from bot.tenant.page.forms import NotThere
from bot.tenant.page.phone import colour, initials, phones_of
from bot.tenant.page.programme import Programme
from bot.tenant.page.state import Page, Platforms, make_page
from bot.tenant.page.view import View
from bot.tenant.people import Member, Platform
from bot.tenant.tenant import Side

_HERE = Path(__file__).parent
_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_LONGEST_SEARCH = 60


def add_page(app: Platforms, programme: Programme | None, names: Collection[str] = ()) -> None:
    """Makes the tenant's application answer for the page too; wherever it is mounted, the links are right.

    `names`: of hosts, in small letters, at which people open it, besides the names of their own network.
    """
    page = make_page(app, programme, names)
    if programme is not None:
        # People's phones show the day that the bot's answers speak of.
        app.tenant.transcript.calendar = lambda: int(programme.now().timestamp() * 1000)
    aiohttp_jinja2.setup(
        app.web,
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    app.web.add_routes(page_routes(page))
    app.web.middlewares.append(complaints)
    app.web.on_response_prepare.append(crashes(app.web))

    async def close(_app: web.Application) -> None:
        await page.sending.close()

    app.web.on_shutdown.append(close)


def page_routes(page: Page) -> list[AbstractRouteDef]:
    looks, actions = Looks(page), Actions(page)
    posts = {
        "say": actions.say,
        "press": actions.press,
        "repeat": actions.repeat,
        "join": actions.join,
        "code": actions.code,
        "preset": actions.preset,
        "fault": actions.fault,
        "mend": actions.mend,
        "skew": actions.skew,
        "deed": actions.deed,
        "switch": actions.switch,
        "clock": actions.clock,
    }
    return [
        web.get("", guarded(page, looks.page)),
        web.get("/", guarded(page, looks.page), name="page"),
        web.get("/people", guarded(page, looks.people), name="people"),
        web.get("/events", guarded(page, looks.events), name="events", allow_head=False),
        web.get(r"/wire/{number:[0-9]{1,15}}", guarded(page, looks.wire), name="wire"),
        web.get("/media/{media}", guarded(page, looks.media), name="media"),
        *(web.post(f"/{name}", guarded(page, handler), name=name) for name, handler in posts.items()),
        web.static("/static", _HERE / "static", name="static"),
    ]


class Looks:
    """The handlers of everything that is only looked at."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def page(self, request: web.Request) -> web.Response:
        if not request.path.endswith("/"):
            # `/tenant` is `/tenant/`.
            location = request.app.router["page"].url_for().with_query(request.query)
            return web.Response(status=308, headers={"Location": str(location)})
        return front_page(request, self._page, View.read(request.query))

    async def events(self, request: web.Request) -> web.StreamResponse:
        return await stream(request, self._page, View.read(request.query))

    async def people(self, request: web.Request) -> web.Response:
        """Whose phone one wants to hold."""
        platform = request.query.get("platform", "")
        if platform not in set(Platform):
            raise NotThere
        view = View.read(request.query)
        side = self._page.sides[Platform(platform)]
        now = next(p.member for p in phones_of(self._page, view) if p.platform == platform)
        words, role = request.query.get("q", "")[:_LONGEST_SEARCH], request.query.get("role", "")
        asked = Asked(words, role if role in ROLES else "", bool(request.query.get("unbound")))
        # In a thread, because the programme may have to look at many people in its database.
        found, unbound = await asyncio.to_thread(self._find, side, asked)
        context = {
            "platform": side.platform,
            "asked": asked,
            "roles": ROLES,
            "can_bind": self._page.programme is not None,
            "found": found,
            "unbound": unbound,
            "now": now,
            "initials": initials,
            "colour": colour,
        }
        return other_page("people.html", request, view, context)

    def _find(self, side: Side, asked: Asked) -> tuple[Found, Collection[str]]:
        """Those who were asked for, and the keys of the unbound ones among them."""

        def unbound(member: Member) -> bool:
            return is_unbound(self._page.programme, member, side.platform)

        only = unbound if asked.unbound else None
        found = search(self._page.tenant.directory, side, asked.words, asked.role, only=only)
        return found, {member.key for member in found.members if asked.unbound or unbound(member)}

    async def wire(self, request: web.Request) -> web.Response:
        """One exchange with everything that went to and fro."""
        exchange = self._page.tenant.wire.numbered(int(request.match_info["number"]))
        if exchange is None:
            raise NotThere
        context = {"exchange": exchange, "row": row_of(exchange), "parts": parts_of(exchange)}
        return other_page("exchange.html", request, View.read(request.query), context)

    async def media(self, request: web.Request) -> web.Response:
        """Pictures are shown; anything else that was uploaded is only ever saved."""
        stored = self._page.tenant.media.find(request.match_info["media"])
        if stored is None:
            raise NotThere
        kind = next((kind for start, kind in _PICTURES.items() if stored.content.startswith(start)), "")
        headers = {**SECURITY, "Content-Security-Policy": "default-src 'none'; sandbox"}
        if not kind:
            headers["Content-Disposition"] = "attachment"
        return web.Response(
            body=stored.content, content_type=kind or "application/octet-stream", headers=headers
        )
