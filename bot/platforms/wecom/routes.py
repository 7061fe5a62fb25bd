"""WeCom's HTTP: the URL check comes as GET, messages and events as POST; the answer is a passive reply."""

from aiohttp import web

from bot.clock import Clock
from bot.platforms.errors import Forged, Ignored, Unreadable
from bot.platforms.routes import Accept, note_ignored, refused, whole_body
from bot.platforms.wecom.callback import WeComDoor


def wecom_routes(door: WeComDoor, accept: Accept, clock: Clock) -> list[web.RouteDef]:
    async def verify(request: web.Request) -> web.Response:
        query = request.query
        try:
            plain = door.verify_url(
                query.get("msg_signature"),
                query.get("timestamp"),
                query.get("nonce"),
                query.get("echostr"),
                clock.real_ms(),
            )
        except (Forged, Unreadable) as error:
            return refused("wecom", error)
        return web.Response(body=plain, content_type="text/plain")

    async def receive(request: web.Request) -> web.Response:
        query = request.query
        try:
            said = door.read(
                query.get("msg_signature"),
                query.get("timestamp"),
                query.get("nonce"),
                await whole_body(request),
                clock.real_ms(),
            )
        except (Forged, Unreadable) as error:
            return refused("wecom", error)
        if isinstance(said, Ignored):
            note_ignored("wecom", said)
            return web.Response()
        reply = await accept(said)
        sealed = door.seal(reply, said, clock.real_ms())
        return web.Response(body=sealed, content_type="application/xml", charset="utf-8")

    return [web.get("/wecom/app/callback", verify), web.post("/wecom/app/callback", receive)]
