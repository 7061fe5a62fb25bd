"""What comes in by a door is never answered with a trace, whatever goes wrong behind it."""

import structlog
from aiohttp import web

from bot.reception import NotKept

log = structlog.get_logger()


def _door(request: web.Request) -> str:
    """As it was registered: an address itself may have a one-time code in it."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical


@web.middleware
async def calm(request: web.Request, handler: object) -> web.StreamResponse:
    """No stranger ever sees a 500 with a trace, and a platform is asked to come again where that helps."""
    try:
        response: web.StreamResponse = await handler(request)  # type: ignore[operator]
    except web.HTTPException:
        raise
    except NotKept:
        log.critical("neither database nor disk could take a message")
        return web.Response(status=503, headers={"Retry-After": "5"}, text="try again\n")
    except Exception:  # the border on the way in
        log.exception("a door has failed", path=_door(request))
        return web.Response(status=503, headers={"Retry-After": "5"}, text="try again\n")
    return response
