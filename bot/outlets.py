"""All ways out of this installation, as its settings have them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import ClientSession

from bot.access_tokens import AccessTokens
from bot.clock import Clock
from bot.platforms.dingtalk.access import DingTalkAccess
from bot.platforms.dingtalk.group import DingTalkGroup
from bot.platforms.dingtalk.robot import DingTalkRobot
from bot.platforms.dingtalk.webhook import DingTalkWebhook
from bot.platforms.wecom.access import WeComAccess
from bot.platforms.wecom.aibot.connection import Line
from bot.platforms.wecom.aibot.outlet import AibotGroups, AibotPeople
from bot.platforms.wecom.app import WeComApp
from bot.platforms.wecom.webhook import WeComWebhook
from bot.policy.outgoing import Way
from bot.sending import Outlet
from bot.settings import DingTalk, Settings, WeCom
from messages.incoming import Platform
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What outlets stand on."""

    settings: Settings
    database: Database
    clock: Clock
    line: Line = field(default_factory=Line)  # the AI bot's; without its connection nothing goes out there

    @property
    def secret_key(self) -> str:
        key = self.settings.secret_key
        return "" if key is None else key.get_secret_value()

    def tokens(self, platform: Platform) -> AccessTokens:
        return AccessTokens(platform, self.database, self.secret_key, self.clock)


def open_ways(settings: Settings) -> frozenset[Way]:
    """Into which bound groups anything goes out here; the rest wait for what is not set up, or not there yet."""
    ways = {Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK}
    if settings.dingtalk is not None:
        ways.add(Way.DINGTALK_GROUP)
    if settings.aibot_connects:
        ways.add(Way.WECOM_AIBOT)
    return frozenset(ways)


def webhook_bases(settings: Settings) -> dict[Way, str]:
    """Where group webhooks may lead to; also without the platform's app."""
    wecom, dingtalk = settings.wecom, settings.dingtalk
    return {
        Way.WECOM_WEBHOOK: WeCom.model_fields["api_base"].default if wecom is None else wecom.api_base,
        Way.DINGTALK_WEBHOOK: (
            DingTalk.model_fields["oapi_base"].default if dingtalk is None else dingtalk.oapi_base
        ),
    }


def reaches(settings: Settings) -> frozenset[Platform]:
    """Where people can be written to; without a key there is nothing to seal the platforms' tokens with."""
    if settings.secret_key is None:
        return frozenset()
    ways = {
        Platform.WECOM: settings.wecom is not None or settings.aibot_connects,
        Platform.DINGTALK: settings.dingtalk is not None,
    }
    return frozenset(platform for platform, is_open in ways.items() if is_open)


def build_outlets(grounds: Grounds, session: ClientSession) -> list[Outlet]:
    """None without a key to seal tokens and webhooks with.

    Group webhooks need no app: they are there even where the platform itself is off.
    """
    if not grounds.secret_key:
        return []
    return [*_wecom(grounds, session), *_dingtalk(grounds, session)]


def _wecom(grounds: Grounds, session: ClientSession) -> Iterator[Outlet]:
    app = grounds.settings.wecom
    yield WeComWebhook(session, WeCom.model_fields["api_base"].default if app is None else app.api_base)
    if app is not None:
        access = WeComAccess(
            session=session,
            tokens=grounds.tokens(Platform.WECOM),
            api_base=app.api_base,
            corp_id=app.corp_id,
            secret=app.secret.get_secret_value(),
        )
        yield WeComApp(access, app.agent_id, veiled=False if grounds.settings.aibot_connects else None)
    if grounds.settings.aibot_connects:
        yield AibotGroups(grounds.line)
        yield AibotPeople(grounds.line, veiled=None if app is None else True)


def _dingtalk(grounds: Grounds, session: ClientSession) -> Iterator[Outlet]:
    robot = grounds.settings.dingtalk
    oapi_base = DingTalk.model_fields["oapi_base"].default if robot is None else robot.oapi_base
    yield DingTalkWebhook(session, grounds.clock, oapi_base)
    if robot is not None:
        access = DingTalkAccess(
            session=session,
            tokens=grounds.tokens(Platform.DINGTALK),
            api_base=robot.api_base,
            oapi_base=oapi_base,
            client_id=robot.client_id,
            client_secret=robot.client_secret.get_secret_value(),
            robot_code=robot.robot_code,
        )
        yield DingTalkRobot(access)
        yield DingTalkGroup(access, grounds.clock)
