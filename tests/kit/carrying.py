"""Carries what people do to the bot; over a connection it knows by the bot's books when that has been dealt with."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.tenant.dingtalk.side import DingTalkSide
from bot.tenant.faults import Effect
from bot.tenant.people import Chat, Member, Platform
from bot.tenant.tenant import Heard, Outcome, Side, Tenant
from bot.tenant.wecom.side import WeComSide
from tests.kit.dealings import Dealings, Mark
from tests.kit.doors import Way, way_of
from tests.kit.patience import PATIENCE_SECONDS

HEARD = (Outcome.ANSWERED, Outcome.ACKNOWLEDGED)
_STEP_SECONDS = 0.01
_BRING_IT_AGAIN = (Effect.TWICE, Effect.UNHEARD)

Delivery = Coroutine[None, None, Heard]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the bot is to hear: so many messages, and so many of them once more."""

    messages: int = 1
    repeated: int = 0


ONE = Expected()


def is_fine(heard: Heard) -> bool:
    """Heard by the bot; or, without a reason, said to nobody."""
    return heard.outcome in (*HEARD, Outcome.NO_BOT) and not heard.reason


@dataclass(frozen=True, slots=True)
class Carrier:
    """Of one platform."""

    side: Side
    tenant: Tenant
    dealings: Dealings

    def way(self, chat: Chat) -> Way:
        return way_of(chat, self.tenant.installation)

    async def carry(
        self,
        member: Member,
        chat: Chat,
        deliveries: Sequence[Delivery],
        expected: Expected,
        read: Callable[[], int],
    ) -> list[Heard]:
        """Returns when everything has been dealt with and all answers are there; `read`: how many there are."""
        way = self.way(chat)
        await self._somebody_is_there(way)
        mark = await self.dealings.mark(self.side.platform, member.account(self.side.platform))
        faults = [
            (fault, fault.struck) for fault in self.tenant.faults.on() if fault.effect in _BRING_IT_AGAIN
        ]
        tasks = [asyncio.ensure_future(delivery) for delivery in deliveries]

        async def dealt_with() -> bool:
            struck = sum(fault.struck - before for fault, before in faults)
            wanted = Expected(messages=expected.messages, repeated=expected.repeated + struck)
            return await self._dealt_with(mark, tasks, wanted, read)

        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while not await dealt_with():  # noqa: ASYNC110  a database tells nobody
                        await asyncio.sleep(_STEP_SECONDS)
                    return [task.result() for task in tasks if task.done()]
            raise AssertionError(
                f"not dealt with within {PATIENCE_SECONDS:g} s: {await self.dealings.since(mark)}"
            )
        finally:
            # The AI bot's silence is not told apart from its thinking: the platform would wait on.
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _dealt_with(
        self,
        mark: Mark,
        tasks: Sequence["asyncio.Future[Heard]"],
        expected: Expected,
        read: Callable[[], int],
    ) -> bool:
        over = [task.result() for task in tasks if task.done()]
        if any(not is_fine(heard) for heard in over):
            return True
        if self.side.platform is Platform.DINGTALK and len(over) < len(tasks):
            return False
        to_nobody = sum(heard.outcome is Outcome.NO_BOT for heard in over)
        since = await self.dealings.since(mark)
        return (
            since.messages >= expected.messages - to_nobody
            and since.repeated >= expected.repeated
            and read() >= since.answers
        )

    async def _somebody_is_there(self, way: Way) -> None:
        """After a start it takes a moment; whoever is never there is found out when nobody hears."""
        if not way.connected:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self._is_connected():  # noqa: ASYNC110  nor does a connection
                    await asyncio.sleep(_STEP_SECONDS)

    def _is_connected(self) -> bool:
        match self.side:
            case WeComSide():
                return self.side.aibot.connected
            case DingTalkSide():
                return self.side.stream.connected
            case _:
                return True
