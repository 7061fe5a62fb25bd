"""The server interface of the app, and what can be done to its tokens."""

from collections.abc import Sequence

from bot.tenant.calls import Call, Dialect
from bot.tenant.tenant import Deed, Tenant
from bot.tenant.wecom.access import Access
from bot.tenant.wecom.appchat import AppChats
from bot.tenant.wecom.card_updates import CardUpdates
from bot.tenant.wecom.contacts import Contacts
from bot.tenant.wecom.messages import Messages
from bot.tenant.wecom.uploads import Uploads


class WeComApi:
    """Everything below /cgi-bin that needs the app's token, and the way to one."""

    def __init__(self, tenant: Tenant) -> None:
        self.access = Access(tenant)
        self.cards = CardUpdates(tenant, self.access)
        self.messages = Messages(tenant, self.access, self.cards)
        self._parts = (
            self.messages,
            self.cards,
            AppChats(tenant, self.access),
            Uploads(tenant, self.access),
            Contacts(tenant, self.access),
        )

    def calls(self) -> Sequence[Call]:
        gettoken = Call(
            name="wecom.gettoken",
            method="GET",
            path="/wecom/cgi-bin/gettoken",
            dialect=Dialect.QYAPI,
            title="取 access_token",
            limits=(
                "有效 7200 秒；不认识 40014、过期 42001、没有带 41001",
                "corpid 不对 40013，secret 不对 40001；一小时内错 2000 次，封一小时（45009）",
                "地址里带 debug=1 的，每个接口每分钟 5 次（45009）",
            ),
            source="官方文档 91039",
            handle=self.access.gettoken,
        )
        return (gettoken, *(call for part in self._parts for call in part.calls()))

    def deeds(self) -> Sequence[Deed]:
        return (
            Deed("wecom.tokens.expire", "企业微信：让 access_token 过期（42001）", self._expire),
            Deed("wecom.tokens.withdraw", "企业微信：提前收回 access_token（40014）", self._withdraw),
        )

    async def _expire(self) -> str:
        self.access.tokens.expire()
        return "企业微信发出的 access_token 都过期了。"

    async def _withdraw(self) -> str:
        self.access.tokens.withdraw()
        return "企业微信收回了发出的 access_token。"
