"""A socket that is dead before its reader has noticed: nobody may go on asking it."""

import pytest
from aiohttp import ClientConnectionResetError

from bot.platforms.wecom.aibot.connection import Link, NotAcknowledged, NotSaid
from bot.platforms.wecom.aibot.frames import Cmd
from bot.platforms.wecom.aibot.pace import LinePace


class DeadSocket:
    closed = False

    async def send_str(self, _text):
        raise ClientConnectionResetError("Cannot write to closing transport")

    async def close(self):
        return


async def test_the_first_write_that_fails_ends_the_link_for_everybody():
    gone = []
    link = Link(DeadSocket(), LinePace(), lambda _callback: None, lambda: gone.append(True))

    with pytest.raises(NotAcknowledged):
        await link.ask(Cmd.PING)
    assert gone
    with pytest.raises(NotSaid):
        await link.ask(Cmd.PING)
