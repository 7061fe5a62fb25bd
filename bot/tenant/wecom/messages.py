"""Messages of the app to its members: message/send and message/recall (documents 90236 and 94867)."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.limits import Window
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Author, Drawn
from bot.tenant.wecom.access import Access
from bot.tenant.wecom.card_updates import CardUpdates
from bot.tenant.wecom.contents import Place, compose
from bot.tenant.wecom.identifiers import message_id
from bot.tenant.wecom.requests import OK, body_of, number_of, optional_text, text_of

APP_OWNER: Final = "app"
"""Uploads of apps belong to all apps of the corp (document 96484)."""
_ROOT: Final = "1"  # the department that everybody is in
_RECALL_MS: Final = 24 * 3600 * 1000
_LONGEST_INTERVAL_S: Final = 4 * 3600


@dataclass(frozen=True, slots=True)
class _To:
    """Who a message is for, and what of it does not exist."""

    members: Sequence[Member]
    users: Sequence[str]
    parties: Sequence[str]
    tags: Sequence[str]


class Messages:
    """What the app says to people, each in the private chat with it."""

    def __init__(self, tenant: Tenant, access: Access, cards: CardUpdates) -> None:
        self._tenant = tenant
        self._access = access
        self._cards = cards
        self._minute = Window(tenant.clock, 30, 60)
        self._hour = Window(tenant.clock, 1000, 3600)
        self._sent: OrderedDict[str, int] = OrderedDict()
        self._said: OrderedDict[str, tuple[int, Mapping[str, object]]] = OrderedDict()

    def place(self) -> Place:
        return Place(
            name="app",
            owner=APP_OWNER,
            media=self._tenant.media,
            switches=self._tenant.switches,
            names=_nobody,
            by_mobile=_nobody,
        )

    def send(self, ask: Ask) -> Mapping[str, object]:
        body = body_of(ask)
        self._access.check_agent(body)
        safe = number_of(body, "safe", 0)
        if safe not in ((0, 1, 2) if body.get("msgtype") == "mpnews" else (0, 1)):
            raise Refused(40058, "invalid safe")
        if safe == 1 and body.get("msgtype") == "news":
            raise Refused(40074, "news msg not support safe")
        to = self._recipients(body)
        drawn = compose(body, self.place())
        asked_ms, digest = self._duplicate_check(body)
        earlier = self._said.get(digest)
        if asked_ms and earlier and self._tenant.clock.ms() - earlier[0] < asked_ms:
            return earlier[1]
        answer = self._post(drawn, to)
        if asked_ms or self._tenant.switches.wecom_compares_with_all:
            self._said[digest] = (self._tenant.clock.ms(), answer)
            self._said.move_to_end(digest)
            while self._tenant.clock.ms() - next(iter(self._said.values()))[0] > _LONGEST_INTERVAL_S * 1000:
                self._said.popitem(last=False)
        return answer

    def _post(self, drawn: Drawn, to: _To) -> Mapping[str, object]:
        key, now = message_id(), self._tenant.clock.ms()
        for member in to.members:
            account = member.account(Platform.WECOM)
            # Beyond its limits a message is dropped, and the app is told nothing (document 90236).
            if self._minute.take(account) and self._hour.take(account):
                chat = Chat(Platform.WECOM, Room.APP, account)
                self._tenant.transcript.post(chat, drawn, Author(self._access.app.name), at_ms=now, key=key)
        self._remember(key, now)
        answer: dict[str, object] = {
            **OK,
            "invaliduser": "|".join(user.lower() for user in to.users),
            "invalidparty": "|".join(to.parties),
            "invalidtag": "|".join(to.tags),
            "unlicenseduser": "",
            "msgid": key,
        }
        if drawn.kind == "template_card":
            answer["response_code"] = self._cards.issue(key)
        return answer

    def _remember(self, key: str, now: int) -> None:
        self._sent[key] = now
        while now - next(iter(self._sent.values())) > _RECALL_MS:
            self._sent.popitem(last=False)

    def _recipients(self, body: Mapping[str, Any]) -> _To:
        users, parties, tags = (_listed(body, name) for name in ("touser", "toparty", "totag"))
        if not (users or parties or tags):
            raise Refused(82001, "touser, toparty and totag are all empty")
        for names, limit, code in ((users, 1000, 40032), (parties, 100, 82002), (tags, 100, 82003)):
            if len(names) > limit:
                raise Refused(code, f"more than {limit} recipients of one kind")
        everybody = [m for m in self._tenant.directory.members.values() if m.account(Platform.WECOM)]
        if users == ["@all"]:
            return _To(everybody, (), (), ())
        found = {user: self._access.member(user) for user in users}
        chosen = {member.key: member for member in found.values() if member is not None}
        if _ROOT in parties:
            chosen |= {member.key: member for member in everybody}
        if not chosen:
            raise Refused(81013, "user & party & tag all invalid")
        strangers = [user for user, member in found.items() if member is None]
        return _To(list(chosen.values()), strangers, [party for party in parties if party != _ROOT], tags)

    def _duplicate_check(self, body: Mapping[str, Any]) -> tuple[int, str]:
        """For how long the same must not be sent again, in milliseconds, and what "the same" is."""
        content = {name: value for name, value in body.items() if "duplicate_check" not in name}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        if number_of(body, "enable_duplicate_check", 0) != 1:
            return 0, digest
        seconds = number_of(body, "duplicate_check_interval", 1800)
        if not 0 < seconds <= _LONGEST_INTERVAL_S:
            raise Refused(40058, "duplicate_check_interval exceed 4 hours")
        return seconds * 1000, digest

    def recall(self, ask: Ask) -> Mapping[str, object]:
        key = text_of(body_of(ask), "msgid")
        sent = self._sent.get(key)
        if sent is None or self._tenant.clock.ms() - sent > _RECALL_MS:
            raise Refused(40058, "invalid msgid: not of this app, or older than 24 hours")
        for shown in self._tenant.transcript.find(key):
            self._tenant.transcript.recall(shown)
        return OK

    def calls(self) -> Sequence[Call]:
        return (
            Call(
                name="wecom.message.send",
                method="POST",
                path="/wecom/cgi-bin/message/send",
                dialect=Dialect.QYAPI,
                title="应用发消息给成员",
                limits=_SEND_LIMITS,
                source="官方文档 90236、90454",
                handle=self._access.guarded("message/send", self.send),
                target=_to_user,
                body_limit=8 << 20,
            ),
            Call(
                name="wecom.message.recall",
                method="POST",
                path="/wecom/cgi-bin/message/recall",
                dialect=Dialect.QYAPI,
                title="撤回应用消息",
                limits=("24 小时内", "只能撤回本应用的消息，其余 40058"),
                source="官方文档 94867",
                handle=self._access.guarded("message/recall", self.recall),
            ),
        )


def _nobody(_user: str) -> str:
    return ""


def _listed(body: Mapping[str, Any], name: str) -> list[str]:
    return [item for item in (piece.strip() for piece in optional_text(body, name).split("|")) if item]


def _to_user(ask: Ask) -> str:
    found = (ask.object() or {}).get("touser")
    return found if isinstance(found, str) else ""


_SEND_LIMITS: Final = (
    "touser ≤ 1000 人，toparty、totag 各 ≤ 100 个（40032、82002、82003），@all 为全部成员",
    "部分收件人无效：errcode 0，invaliduser 为小写；全部无效 81013",
    "agentid 不是本应用 301002",
    "text ≤ 2048 字节，超过的截断",
    "markdown ≤ 2048 字节，超过的见开关",
    "textcard 标题 ≤ 128、描述 ≤ 512 字节，超过的截断；url ≤ 2048 字节",
    "news、mpnews 1–8 条（45008）；mpnews 正文 ≤ 666 KB（45002）",
    "media_id 无效、过期或类型不符 40007",
    "同一成员每分钟 30 条、每小时 1000 条，超过的不送达、不报错",
    "每个企业每个接口每分钟 1 万次、每小时 15 万次（45009）",
    "enable_duplicate_check：间隔默认 1800 秒，最长 4 小时；相同的请求不再送达，应答同前一次",
)
