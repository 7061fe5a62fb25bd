"""What was sent over the OpenAPI: by `processQueryKey`, for recall and read state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.tenant.calls import Refused
from bot.tenant.dingtalk.identifiers import new_query_key
from bot.tenant.people import Chat, Member, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Shown

_DAY_MS = 24 * 3600 * 1000
MOST_KEYS = 20
"""In one recall: both recall pages, `invalidParameter.processQueryKeys.overMax`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`shown_key` is the key of its messages in the transcript, which for a card is its outTrackId."""

    query_key: str
    chats: tuple[Chat, ...]
    recipients: tuple[Member, ...]
    shown_key: str
    at_ms: int


class SentMessages:
    """All of them; after a day nobody can ask who has read one, nor take back a private one."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._sent: dict[str, Sent] = {}

    def record(self, chats: tuple[Chat, ...], recipients: tuple[Member, ...], shown_key: str = "") -> str:
        """The new `processQueryKey`."""
        query_key = new_query_key()
        self._sent[query_key] = Sent(
            query_key=query_key,
            chats=chats,
            recipients=recipients,
            shown_key=shown_key or query_key,
            at_ms=self._tenant.clock.ms(),
        )
        return query_key

    def find(self, query_key: object) -> Sent | None:
        return self._sent.get(query_key) if isinstance(query_key, str) else None

    def is_old(self, sent: Sent) -> bool:
        return self._tenant.clock.ms() - sent.at_ms > _DAY_MS

    def shown(self, sent: Sent) -> list[Shown]:
        found = self._tenant.transcript.find(sent.shown_key)
        return [shown for shown in found if shown.chat in sent.chats]

    def asked_for(self, body: Mapping[str, Any], room: Room) -> Sent:
        """The one that a query names. Raises Refused when there is none, or no longer."""
        query_key = body.get("processQueryKey")
        if not query_key:
            raise Refused("invalidParameter.processQueryKey.missing", "缺少processQueryKey")
        sent = self.find(query_key)
        if sent is None or sent.chats[0].room is not room:
            raise Refused("invalid.processQueryKey", "无效的processQueryKey")
        if self.is_old(sent):
            raise Refused(
                "processQueryKey.expireTime", "processQueryKey还未生成消息查询数据或已过期，无法查询消息"
            )
        return sent

    def recall(self, body: Mapping[str, Any], room: Room, chat_id: str = "") -> Mapping[str, object]:
        """Takes back what is named and tells which; `chat_id`: only out of this group, whenever it was."""
        keys = body.get("processQueryKeys")
        if not isinstance(keys, list) or not keys:
            raise Refused("invalidParameter.processQueryKey.missing", "缺少processQueryKey")
        if len(keys) > MOST_KEYS:
            raise Refused(
                "invalidParameter.processQueryKeys.overMax", f"processQueryKeys超过数量上限{MOST_KEYS}"
            )
        done: list[str] = []
        failed: dict[str, str] = {}
        for key in keys:
            sent = self.find(key)
            if sent is None or sent.chats[0].room is not room or chat_id not in ("", sent.chats[0].id):
                failed[str(key)] = "invalid.processQueryKey"
            elif room is Room.ROBOT and self.is_old(sent):
                failed[str(key)] = "robot.processQueryKey.expired"
            else:
                for shown in self.shown(sent):
                    self._tenant.transcript.recall(shown)
                done.append(sent.query_key)
        return {"successResult": done, "failedResult": failed}
