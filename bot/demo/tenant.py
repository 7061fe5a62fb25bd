"""The practice tenant of the demonstration county, with the app and the bots that its settings describe."""

from urllib.parse import urlsplit

from aiohttp import web

from bot.clock import Clock
from bot.demo.directory import AIBOT_GROUP, directory
from bot.settings import Settings
from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.installation import DingTalkRobot, Installation, WeComAibot, WeComApp
from bot.tenant.page.programme import Programme
from bot.tenant.page.routes import add_page
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Tenant

MOUNTED_AT = "/tenant"


def demo_tenant(settings: Settings, clock: Clock, programme: Programme, address: str) -> web.Application:
    """To be mounted at MOUNTED_AT of the server that listens on `address`, beside the bot."""
    key = "" if settings.secret_key is None else settings.secret_key.get_secret_value()
    tenant = Tenant(
        installation=_installation(settings),
        directory=directory(key),
        clock=PlatformClock(clock),
        bot_url=address,
        base_url=address + MOUNTED_AT,
    )
    app = TenantApp(tenant)
    for group in tenant.directory.groups.values():
        if group.name == AIBOT_GROUP and group.platform is Platform.WECOM:
            app.wecom.aibot.has_talked_in(Chat(group.platform, Room.GROUP, group.chat_id))
    add_page(app, programme, _names(settings))
    return app.web


def mount(app: web.Application, tenant: web.Application) -> None:
    """Beside the bot; whoever opens the bare address is taken to the page."""

    async def to_the_page(_request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{MOUNTED_AT}/")

    app.add_subapp(MOUNTED_AT, tenant)
    app.router.add_get("/", to_the_page)


def _names(settings: Settings) -> set[str]:
    """Of the hosts at which the operator lets people open the page."""
    public = "" if settings.public_url is None else urlsplit(str(settings.public_url)).hostname
    return {name for name in (settings.host.lower(), public) if name}


def _installation(settings: Settings) -> Installation:
    wecom, aibot, dingtalk = settings.wecom, settings.wecom_aibot, settings.dingtalk
    return Installation(
        app=None
        if wecom is None
        else WeComApp(
            corp_id=wecom.corp_id,
            agent_id=wecom.agent_id,
            secret=wecom.secret.get_secret_value(),
            token=wecom.token.get_secret_value(),
            encoding_aes_key=wecom.encoding_aes_key.get_secret_value(),
        ),
        aibot=None
        if aibot is None or aibot.secret is None
        else WeComAibot(bot_id=aibot.bot_id, secret=aibot.secret.get_secret_value(), name=aibot.name),
        robot=None
        if dingtalk is None
        else DingTalkRobot(
            client_id=dingtalk.client_id,
            client_secret=dingtalk.client_secret.get_secret_value(),
            robot_code=dingtalk.robot_code,
            stream=dingtalk.mode == "stream",
        ),
    )
