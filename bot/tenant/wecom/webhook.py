"""Group robots (群机器人, now 消息推送): webhook/send (document 99110)."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.limits import Window
from bot.tenant.people import Chat, Group, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Author
from bot.tenant.wecom.contents import Place, compose
from bot.tenant.wecom.requests import OK, body_of
from bot.tenant.wecom.roster import Roster

_AUTHOR: Final = Author("群机器人")
_BODY: Final = 24 << 20  # a picture beyond its 2 MB has to be read before it can be refused


class Webhooks:
    """One robot in each group that has a key."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._roster = Roster(tenant)
        self._minute = Window(tenant.clock, 20, 60)

    def send(self, ask: Ask) -> Mapping[str, object]:
        key = ask.query.get("key", "")
        group = self._tenant.directory.group_of_webhook(Platform.WECOM, key) if key else None
        if group is None:
            raise Refused(93000, "invalid webhook url")
        drawn = compose(body_of(ask), self._place(group))
        if not self._minute.take(key):
            raise Refused(45009, "api freq out of limit")
        chat = Chat(Platform.WECOM, Room.GROUP, group.chat_id)
        self._tenant.transcript.post(chat, drawn, _AUTHOR, at_ms=self._tenant.clock.ms())
        return OK

    def _place(self, group: Group) -> Place:
        return Place(
            name="webhook",
            owner=group.webhook,
            media=self._tenant.media,
            switches=self._tenant.switches,
            names=lambda account: self._roster.name_in(group, account),
            by_mobile=self._roster.account_of_mobile,
        )

    def calls(self) -> Sequence[Call]:
        return (
            Call(
                name="wecom.webhook.send",
                method="POST",
                path="/wecom/cgi-bin/webhook/send",
                dialect=Dialect.QYAPI,
                title="群 webhook 发消息",
                limits=_LIMITS,
                source="官方文档 99110",
                handle=self.send,
                target=lambda ask: ask.query.get("key", ""),
                body_limit=_BODY,
            ),
        )


_LIMITS: Final = (
    "每个 key 60 秒内 20 条（45009，滑动窗口，被拒绝的不计）",
    "key 不存在 93000",
    "text ≤ 2048 字节，超过的见开关；markdown、markdown_v2 ≤ 4096 字节，超过的拒绝（40058）",
    "image ≤ 2 MB（93018），md5 要对（301019），JPG 或 PNG（40123）",
    "news 1–8 条（45008），标题 ≤ 128、描述 ≤ 512 字节，超过的截断",
    "file、voice 先用 webhook/upload_media 上传",
    "template_card 只有 text_notice 和 news_notice",
)
