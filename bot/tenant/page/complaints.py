"""Whatever goes wrong below the tenant's address is told in Chinese to people, and to bots as ever."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.tenant.page.answers import SECURITY, sorry

_STATIC = "static/"
_FILES = frozenset(path.name for path in (Path(__file__).parent / _STATIC).iterdir())
_OF_PLATFORMS = ("wecom/", "dingtalk/")
_SENTENCES = {
    404: "这里没有这个页面。",
    405: "这个网址不能直接打开，请在练习场的页面上操作。",
    413: "内容太长了，请分几次发送。",
}
_OTHERWISE = "这一步没有成功，请回到练习场再试。"
_BROKEN = "练习场刚才出了点问题，这一步没有做成。请再试一次。"
_CRASHED = 500


@web.middleware
async def complaints(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What was refused before one of the page's own handlers was reached."""
    below = _below(request, request.app)
    if below.startswith(_OF_PLATFORMS) and "text/html" not in request.headers.get(hdrs.ACCEPT, ""):
        return await handler(request)  # a bot; who has opened such an address in a browser is none
    if below.startswith(_STATIC) and below.removeprefix(_STATIC) not in _FILES:
        # For a missing file aiohttp would send an empty page.
        return _told(request, _SENTENCES[404], 404)
    try:
        return await handler(request)
    except web.HTTPException as refused:
        if refused.status < 400:
            raise
        response = _told(request, _SENTENCES.get(refused.status, _OTHERWISE), refused.status)
        if hdrs.ALLOW in refused.headers:
            response.headers[hdrs.ALLOW] = refused.headers[hdrs.ALLOW]
        return response


def crashes(app: web.Application) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Puts Chinese into the answer to a crash just before it leaves.

    The server's own border catches and logs it, outside of this application; nothing is caught here.
    """

    async def retell(request: web.Request, response: web.StreamResponse) -> None:
        if response.status < _CRASHED or not isinstance(response, web.Response):
            return
        if _below(request, app).startswith(_OF_PLATFORMS):
            return  # a bot's, or a fault that somebody has switched on
        outer, request.match_info.current_app = request.match_info.current_app, app
        told = _told(request, _BROKEN, response.status)
        request.match_info.current_app = outer
        body = told.body
        assert isinstance(body, bytes)
        response.body = body
        response.headers.update({**told.headers, hdrs.CONTENT_LENGTH: str(len(body))})

    return retell


def _below(request: web.Request, app: web.Application) -> str:
    """The path below the tenant's address, wherever that is."""
    return request.path.removeprefix(app.router["page"].url_for().path)


def _told(request: web.Request, sentence: str, status: int) -> web.Response:
    response = sorry(request, sentence, status)
    response.headers.update(SECURITY)
    return response
