"""The address that comes with every message and takes answers for a while (official document receive-message)."""

from dataclasses import dataclass
from typing import Final

from yarl import URL

from bot.clock import Clock
from bot.platforms.dingtalk.access import DingTalkAccess
from bot.platforms.dingtalk.answers import granted_by_number
from bot.platforms.dingtalk.bodies import message
from bot.platforms.dingtalk.failures import WEBHOOK
from messages.outgoing import Reply

SESSION_MARGIN_MS: Final = 60_000
_PATH: Final = "/robot/sendBySession"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Of one robot; they cost no API calls, and what went by them stays."""

    access: DingTalkAccess
    clock: Clock

    def lives(self, address: str, until: int) -> bool:
        """Only DingTalk's own address is followed: it came with a body that nobody has signed."""
        if self.clock.real_ms() >= until - SESSION_MARGIN_MS:
            return False
        try:
            given, ours = URL(address), URL(self.access.oapi_base + _PATH)
            return given.origin() == ours.origin() and given.path == ours.path
        except ValueError:
            return False

    async def say(self, address: str, page: Reply, *, private: bool) -> None:
        """Raises SendFailed: with a number where DingTalk itself has refused it, so that another way is open."""
        body = message(page, private=private)
        await granted_by_number(self.access.session, address, WEBHOOK, body=body, one_group=True)
