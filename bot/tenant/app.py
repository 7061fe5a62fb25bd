"""Puts the tenant together as one aiohttp application, to be mounted at `/tenant` or served on its own."""

from email.utils import formatdate

from aiohttp import web

from bot.tenant.courier import Courier
from bot.tenant.dingtalk.side import DingTalkSide
from bot.tenant.dispatch import route
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.side import WeComSide

WECOM_PATH = "/wecom"
"""Below the tenant's address: `BOT_WECOM__API_BASE`."""
DINGTALK_API_PATH = "/dingtalk/api"
DINGTALK_OAPI_PATH = "/dingtalk/oapi"
AIBOT_PATH = "/wecom/aibot"
"""Below the tenant's address, with ws: instead of http: `BOT_WECOM_AIBOT__WS_URL`."""


class TenantApp:
    """Both platforms over one state; `web` is the application that answers for them."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._courier = Courier(tenant)
        self.wecom = WeComSide(tenant, self._courier)
        self.dingtalk = DingTalkSide(tenant, self._courier)
        self.web = web.Application()
        for side in (self.wecom, self.dingtalk):
            self.web.add_routes([route(tenant, call) for call in side.calls()])
            self.web.add_routes(side.routes())
        self.web.on_response_prepare.append(self._stamp)
        # Before the server waits for its handlers: a long connection would never end by itself.
        self.web.on_shutdown.append(self._shut)
        self.web.on_cleanup.append(self._cleanup)

    async def _stamp(self, _request: web.Request, response: web.StreamResponse) -> None:
        """A platform whose clock is wrong says so in every answer."""
        response.headers["Date"] = formatdate(self.tenant.clock.stamp_ms() / 1000, usegmt=True)

    async def _shut(self, _app: web.Application) -> None:
        self.tenant.closing.set()
        await self.wecom.close()
        await self.dingtalk.close()

    async def _cleanup(self, _app: web.Application) -> None:
        await self._courier.close()
