"""The connections that this installation keeps to the platforms, as its settings have them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import ClientSession

from bot.access_tokens import AccessTokens
from bot.answering import Answering, Take
from bot.clock import Clock
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.access import DingTalkAccess
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.card_desk import CardDesk, CardSender
from bot.platforms.dingtalk.group import DingTalkGroup
from bot.platforms.dingtalk.robot import DingTalkRobot
from bot.platforms.dingtalk.session import Sessions
from bot.platforms.dingtalk.stream.connection import Pace as StreamPace
from bot.platforms.dingtalk.stream.connection import StreamConnection
from bot.platforms.dingtalk.stream.door import Noted, StreamDoor
from bot.platforms.dingtalk.stream.hearing import Hearing
from bot.platforms.dingtalk.stream.saying import Saying
from bot.platforms.wecom.access import WeComAccess
from bot.platforms.wecom.aibot.connection import Line
from bot.platforms.wecom.aibot.door import AibotDoor, Bot
from bot.platforms.wecom.aibot.hearing import Ears
from bot.platforms.wecom.aibot.hearing import Hearing as AibotHearing
from bot.platforms.wecom.aibot.holding import Lease
from bot.platforms.wecom.aibot.pace import LinePace
from bot.platforms.wecom.aibot.saying import Saying as AibotSaying
from bot.platforms.wecom.open_userids import OpenUserIds
from bot.policy.plan import ButtonRule
from bot.settings import DingTalk, Settings, WeComAibot
from messages.incoming import Door, Platform
from storage.database import Database
from storage.sealing import Sealing


class Connection(Protocol):
    """One that is kept up from `start` to `stop`, whatever the platform does."""

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Hears nothing new; what is being said may arrive, the rest stays owed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What connections stand on."""

    settings: Settings
    database: Database
    clock: Clock
    metrics: Metrics
    alarms: OwnerAlarms
    take: Take
    line: Line = field(default_factory=Line)  # the AI bot's, that outlets speak into as well
    line_pace: LinePace = field(default_factory=LinePace)
    stream_pace: StreamPace = field(default_factory=StreamPace)
    buttons: ButtonRule = field(default_factory=ButtonRule)

    @property
    def secret_key(self) -> str:
        key = self.settings.secret_key
        return "" if key is None else key.get_secret_value()


class Connections:
    """All of a process."""

    def __init__(self, ground: Ground, *, answer_within_s: float) -> None:
        """`answer_within_s`: how long a platform may take for a call beside the connection."""
        self._ground = ground
        self._answer_within_s = answer_within_s
        self._kept: Sequence[Connection] = ()
        self._stopping: asyncio.Future[list[None]] | None = None

    async def running(self, _app: object) -> AsyncIterator[None]:
        """As long as the application does."""
        async with open_session(self._answer_within_s) as session:
            self._kept = build_connections(self._ground, session)
            for one in self._kept:
                await one.start()
            yield
            self.begin_to_stop()
            if self._stopping is not None:
                await self._stopping

    def begin_to_stop(self) -> None:
        """Soon nothing new is heard; while requests and what goes out come to an end."""
        if self._stopping is None:
            self._stopping = asyncio.gather(*(one.stop() for one in self._kept))


def build_connections(ground: Ground, session: ClientSession) -> Sequence[Connection]:
    """None for a platform that is off, or that calls us instead."""
    connections: list[Connection] = []
    robot = ground.settings.dingtalk
    if robot is not None and robot.mode == "stream":
        connections.append(_dingtalk_stream(ground, robot, session))
    aibot = ground.settings.wecom_aibot
    if aibot is not None and aibot.secret is not None:
        connections.append(_aibot(ground, aibot, aibot.secret.get_secret_value(), session))
    return connections


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkSpeech:
    """What is owed on DingTalk, and who says it; `desk`: where a template for cards is set up."""

    answering: Answering
    desk: CardDesk | None


def dingtalk_speech(ground: Ground, robot: DingTalk, session: ClientSession) -> DingTalkSpeech:
    access = DingTalkAccess(
        session=session,
        tokens=AccessTokens(Platform.DINGTALK, ground.database, ground.secret_key, ground.clock),
        api_base=robot.api_base,
        oapi_base=robot.oapi_base,
        client_id=robot.client_id,
        client_secret=robot.client_secret.get_secret_value(),
        robot_code=robot.robot_code,
    )
    cards = None
    if ground.buttons.dingtalk_card_template:
        route_key = "" if robot.mode == "stream" else ground.buttons.dingtalk_card_callback_key
        cards = CardSender(access=access, template=ground.buttons.dingtalk_card_template, route_key=route_key)
    saying = Saying(
        Sessions(access, ground.clock),
        DingTalkRobot(access),
        DingTalkGroup(access, ground.clock),
        ground.clock,
        cards,
    )
    answering = Answering(
        Door.DINGTALK_STREAM,
        ground.take,
        saying.say,
        connected=lambda: True,  # it goes by HTTPS
        database=ground.database,
        clock=ground.clock,
        sealing=Sealing(ground.secret_key) if ground.secret_key else None,
    )
    desk = None if cards is None else CardDesk(cards, answering.hear, ground.clock, ground.alarms)
    return DingTalkSpeech(answering=answering, desk=desk)


def _dingtalk_stream(ground: Ground, robot: DingTalk, session: ClientSession) -> Connection:
    secret, speech = robot.client_secret.get_secret_value(), dingtalk_speech(ground, robot, session)
    hearing = Hearing(
        DingTalkDoor(secret, robot.robot_code),
        speech.answering.hear,
        clock=ground.clock,
        metrics=ground.metrics,
        alarms=ground.alarms,
        tapped=None if speech.desk is None else speech.desk.tapped,
    )
    connection = StreamConnection(
        session,
        hearing.hear,
        api_base=robot.api_base,
        client_id=robot.client_id,
        client_secret=secret,
        looks_on=Noted(ground.metrics, ground.alarms),
        pace=ground.stream_pace,
    )
    return StreamDoor(connection, speech.answering, speech.desk)


def _aibot(ground: Ground, aibot: WeComAibot, secret: str, session: ClientSession) -> Connection:
    saying = AibotSaying(ground.line, ground.clock, ground.line_pace)
    answering = Answering(
        Door.AIBOT,
        ground.take,
        saying.say,
        connected=lambda: ground.line.connected,
        database=ground.database,
        clock=ground.clock,
        sealing=Sealing(ground.secret_key) if ground.secret_key else None,
    )
    ears = Ears(
        name=aibot.name,
        database=ground.database,
        clock=ground.clock,
        metrics=ground.metrics,
        alarms=ground.alarms,
        unveil=_unveiling(ground, session),
    )
    return AibotDoor(
        session,
        Bot(bot_id=aibot.bot_id, secret=secret, ws_url=aibot.ws_url),
        ground.line,
        lease=Lease(aibot.bot_id, ground.database, ground.clock, ground.line_pace),
        hearing=AibotHearing(ears, answering, saying, ground.line_pace),
        answering=answering,
        metrics=ground.metrics,
        alarms=ground.alarms,
        pace=ground.line_pace,
    )


def _unveiling(ground: Ground, session: ClientSession) -> OpenUserIds | None:
    """None without an application, in whose name one asks, or without a key for its token."""
    app = ground.settings.wecom
    if app is None or not ground.secret_key:
        return None
    access = WeComAccess(
        session=session,
        tokens=AccessTokens(Platform.WECOM, ground.database, ground.secret_key, ground.clock),
        api_base=app.api_base,
        corp_id=app.corp_id,
        secret=app.secret.get_secret_value(),
    )
    pace = ground.line_pace
    return OpenUserIds(access, ground.database, ground.clock, gather_s=pace.gather, within_s=pace.unveil)
