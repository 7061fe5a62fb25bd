"""DingTalk's HTTP: robot messages come in as POST, the answer goes out in the response body."""

from aiohttp import web

from bot.clock import Clock
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.errors import Forged, Ignored, Unreadable
from bot.platforms.routes import Accept, note_ignored, refused, whole_body
from messages.outgoing import NOTHING


def dingtalk_routes(door: DingTalkDoor, accept: Accept, clock: Clock) -> list[web.RouteDef]:
    async def receive(request: web.Request) -> web.Response:
        try:
            said = door.read(
                request.headers.get("timestamp"),
                request.headers.get("sign"),
                await whole_body(request),
                clock.real_ms(),
            )
        except (Forged, Unreadable) as error:
            return refused("dingtalk", error)
        if isinstance(said, Ignored):
            note_ignored("dingtalk", said)
            reply = NOTHING
        else:
            reply = await accept(said)
        return web.Response(body=door.seal(reply), content_type="application/json", charset="utf-8")

    return [web.post("/dingtalk/callback", receive)]
