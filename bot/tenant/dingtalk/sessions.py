"""Session webhooks: an address for answers that every incoming message brings along, for a limited time."""

from bot.tenant.dingtalk.identifiers import new_session
from bot.tenant.people import Chat
from bot.tenant.tenant import Tenant

PATH = "/dingtalk/oapi/robot/sendBySession"


class Sessions:
    """Those that are still alive."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._open: dict[str, tuple[Chat, int]] = {}

    def open(self, chat: Chat) -> tuple[str, int]:
        """The address and `sessionWebhookExpiredTime`, in the time that stands on the wire."""
        tenant, now = self._tenant, self._tenant.clock.ms()
        lifetime_ms = tenant.switches.dingtalk_session_seconds * 1000
        while self._open and (oldest := next(iter(self._open.items())))[1][1] <= now:
            del self._open[oldest[0]]
        session = new_session()
        self._open[session] = (chat, now + lifetime_ms)
        return f"{tenant.base_url}{PATH}?session={session}", tenant.clock.stamp_ms() + lifetime_ms

    def chat(self, session: str) -> Chat | None:
        """Where its answers go; None when there is no such session, or no longer."""
        chat, until = self._open.get(session, (None, 0))
        return chat if self._tenant.clock.ms() < until else None
