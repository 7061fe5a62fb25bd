"""How a file of each platform gets here: DingTalk's by a code, the AI bot's by an encrypted address."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from yarl import URL

from bot.outlets import Grounds
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.access import DingTalkAccess
from bot.platforms.dingtalk.files import address_of_file
from bot.platforms.wecom.aibot.media import Undecryptable, decrypted
from bot.received_files.fetching import Fetched, Fetcher, NotFetched, Why
from bot.sending import Do, SendFailed
from bot.settings import DingTalk, Settings
from messages.incoming import Platform
from storage.received_files import ReceivedFile, Way

_ANSWER_S = 10.0
_LATER = frozenset({Do.AGAIN, Do.DOUBT, Do.RENEW})
_SOCKETS = {"wss": "https", "ws": "http"}


class Source(Protocol):
    """Where the bytes of files come from."""

    async def __call__(self, file: ReceivedFile, way: Way) -> Fetched:
        """Raises NotFetched."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Platforms:
    """The real ones, as this installation has them set up."""

    grounds: Grounds
    fetcher: Fetcher

    async def __call__(self, file: ReceivedFile, way: Way) -> Fetched:
        if file.platform == Platform.DINGTALK.value:
            return await self._from_dingtalk(way)
        return await self._from_aibot(way)

    async def _from_dingtalk(self, way: Way) -> Fetched:
        robot = self.grounds.settings.dingtalk
        if robot is None:
            raise NotFetched(Why.GONE)
        try:
            address = await self._address(robot, way.at)
        except SendFailed as failed:
            if failed.verdict.do in _LATER:
                raise NotFetched(Why.LATER) from None
            raise NotFetched(Why.GONE, failed.verdict.say) from None
        fetched = await self.fetcher.fetch(address)
        return Fetched("", fetched.content)  # whatever it is called there: its sender has named it

    async def _address(self, robot: DingTalk, code: str) -> str:
        async with open_session(_ANSWER_S) as session:
            access = DingTalkAccess(
                session=session,
                tokens=self.grounds.tokens(Platform.DINGTALK),
                api_base=robot.api_base,
                oapi_base=robot.oapi_base,
                client_id=robot.client_id,
                client_secret=robot.client_secret.get_secret_value(),
                robot_code=robot.robot_code,
            )
            return await address_of_file(access, code)

    async def _from_aibot(self, way: Way) -> Fetched:
        aibot = self.grounds.settings.wecom_aibot
        own = aibot.encoding_aes_key if aibot is not None else None
        key = way.key or (own.get_secret_value() if own is not None else "")
        fetched = await self.fetcher.fetch(way.at)
        try:
            content = await asyncio.to_thread(decrypted, fetched.content, key)
        except Undecryptable:
            raise NotFetched(Why.GONE) from None
        return Fetched(fetched.name, content)


def platform_bases(settings: Settings) -> frozenset[str]:
    """Where this installation finds the platforms."""
    found: set[str] = set()
    if settings.dingtalk is not None:
        found |= {settings.dingtalk.api_base, settings.dingtalk.oapi_base}
    if settings.wecom is not None:
        found.add(settings.wecom.api_base)
    if settings.wecom_aibot is not None:
        socket = URL(settings.wecom_aibot.ws_url)
        found.add(str(socket.with_scheme(_SOCKETS.get(socket.scheme, socket.scheme)).origin()))
    return frozenset(found)
