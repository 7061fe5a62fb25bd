"""Several processes of the bot behind one address, as behind any load balancer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import ClientConnectionError, web

from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Said
from tests.kit.processes import Process, Town
from tests.kit.servers import Balancer

ROOMS = {Platform.WECOM: Room.APP, Platform.DINGTALK: Room.ROBOT}


class RoundRobin(Balancer):
    """To processes that come and go: in turn, and to the next one where nobody answers (docs/many-processes.md)."""

    def __init__(self) -> None:
        self.behind: list[Process] = []
        self.to_all = False
        """Every request goes to all of them at the same moment, as a platform's repetition may; one answer counts."""
        self.answers: list[bytes] = []
        """Bodies that came back, of `to_all`."""
        self._next = 0
        super().__init__()

    async def _forward(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.to_all:
            every = await asyncio.gather(*(self._ask(one.address, request, body) for one in self.behind))
            self.answers += [answered.body for answered in every if isinstance(answered.body, bytes)]
            return every[0]
        for _ in range(len(self.behind)):
            self._next += 1
            try:
                return await self._ask(self.behind[self._next % len(self.behind)].address, request, body)
            except ClientConnectionError:
                continue  # it is being started anew
        return web.Response(status=502)


@dataclass
class Replicas:
    """示例县, served by several processes whose public address is that of `front`."""

    town: Town
    front: RoundRobin
    settings: dict[str, str] = field(default_factory=dict)

    async def serve(self, count: int = 3, *, module: str = "bot", **settings: str) -> list[Process]:
        """More of them; all at once."""
        self.settings = {"BOT_PUBLIC_URL": self.front.url, **settings}
        started = await asyncio.gather(
            *(self.town.serve(module=module, **self.settings) for _ in range(count))
        )
        self.front.behind += started
        return list(started)

    async def starts_anew(self, old: Process) -> Process:
        """In the place of one that has ended."""
        new = await self.town.serve(**self.settings)
        self.front.behind[self.front.behind.index(old)] = new
        return new

    async def says(self, number: str, text: str, platform: Platform = Platform.DINGTALK) -> Heard:
        side = self.town.app.wecom if platform is Platform.WECOM else self.town.app.dingtalk
        member = self.town.tenant.directory.by_account(platform, number)
        assert member is not None
        return await side.says(member, Chat(platform, ROOMS[platform], number), Said(text=text))

    def reads(self, number: str, platform: Platform = Platform.DINGTALK) -> Sequence[str]:
        """What the bot has said to somebody in private, in order."""
        chat = Chat(platform, ROOMS[platform], number)
        return [shown.drawn.text for shown in self.town.tenant.transcript.of(chat) if shown.by_bot]
