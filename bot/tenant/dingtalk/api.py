"""The robot's OpenAPI: sends into groups and to people, recalls, and tells who has read.

Official documents the-robot-sends-a-group-message, chatbots-send-one-on-one-chat-messages-in-batches and those
on recall and read state; the codes are the ones of their tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.tenant.calls import Ask, Call, Dialect, Handle, Refused
from bot.tenant.dingtalk import samples
from bot.tenant.dingtalk.drawing import draw_sample
from bot.tenant.dingtalk.files import Files, ending
from bot.tenant.dingtalk.gate import RATE, Gate
from bot.tenant.dingtalk.posting import Posting, group_chat, private_chat
from bot.tenant.dingtalk.sent import MOST_KEYS, Sent, SentMessages
from bot.tenant.faults import Effect
from bot.tenant.people import Group, Member, Platform, Room
from bot.tenant.tenant import Tenant

MOST_PEOPLE = 20
MOST_RESULTS = 200
FLOW_CONTROL = "dingtalk.flow_control"
"""A fault with this name and a user id lets batchSend report that user as flow-controlled."""
_V1 = "/dingtalk/api/v1.0/robot"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A row of the table below: `limits` besides the rate, which all of them share."""

    name: str
    path: str
    title: str
    source: str
    handle: Handle
    target: Callable[[Ask], str]
    limits: tuple[str, ...] = ()
    method: str = "POST"


class RobotApi:
    """Needs a token and the code of the own robot."""

    def __init__(
        self, tenant: Tenant, gate: Gate, posting: Posting, sent: SentMessages, files: Files
    ) -> None:
        self._tenant = tenant
        self._gate = gate
        self._files = files
        self._posting = posting
        self._sent = sent

    def calls(self) -> Sequence[Call]:
        return [
            Call(
                name=f"dingtalk.robot.{entry.name}",
                method=entry.method,
                path=f"{_V1}/{entry.path}",
                dialect=Dialect.V1,
                title=entry.title,
                limits=(*entry.limits, RATE),
                source=f"官方文档 {entry.source}",
                handle=entry.handle,
                target=entry.target,
            )
            for entry in (*self._sending(), *self._recalling(), *self._looking())
        ]

    def _sending(self) -> Sequence[_Entry]:
        v1 = self._gate.v1
        param = f"msgParam ≤ {samples.MOST_BYTES} 字节，值都是字符串"
        return (
            _Entry(
                name="group_send",
                path="groupMessages/send",
                title="机器人发群消息",
                limits=(
                    param,
                    "不能 @ 人",
                    f"msgKey：{'、'.join(samples.NAMES)}",
                    "mediaId 要是上传过的（resource.not.found）",
                    "sampleAudio 只有 amr、ogg，sampleFile 的 fileType 只有 xlsx、pdf、zip、rar、doc、docx（错误码是推断）",
                ),
                source="the-robot-sends-a-group-message",
                handle=v1("group_send", self._send_to_group),
                target=_conversation,
            ),
            _Entry(
                name="oto_send",
                path="oToMessages/batchSend",
                title="机器人给人发单聊消息",
                limits=(
                    param,
                    f"userIds ≤ {MOST_PEOPLE} 个",
                    "部分失败也是 HTTP 200：看 invalidStaffIdList、flowControlledStaffIdList",
                    f"要让某个人被限流：故障 {FLOW_CONTROL}，对象填他的 userId",
                ),
                source="chatbots-send-one-on-one-chat-messages-in-batches",
                handle=v1("oto_send", self._send_to_people),
                target=_only_user,
            ),
        )

    def _recalling(self) -> Sequence[_Entry]:
        v1 = self._gate.v1
        keys = f"processQueryKeys ≤ {MOST_KEYS} 个"
        return (
            _Entry(
                name="group_recall",
                path="groupMessages/recall",
                title="撤回群消息",
                limits=(keys, "聊天里没有提示"),
                source="enterprise-chatbot-withdraws-internal-group-messages",
                handle=v1("group_recall", self._recall_from_group),
                target=_conversation,
            ),
            _Entry(
                name="oto_recall",
                path="otoMessages/batchRecall",  # sic: "oto" where sending has "oTo"
                title="撤回单聊消息",
                limits=(keys, "24 小时内", "聊天里没有提示"),
                source="batch-message-recall-chat",
                handle=v1("oto_recall", self._recall_from_people),
                target=_nobody,
            ),
        )

    def _looking(self) -> Sequence[_Entry]:
        return (
            _Entry(
                name="oto_read",
                method="GET",
                path="oToMessages/readStatus",
                title="单聊消息的已读状态",
                limits=("24 小时内", "processQueryKey 要做 URL 编码"),
                source="chatbot-batch-query-the-read-status-of-messages",
                handle=self._gate.v1_query("oto_read", self._read_by_people),
                target=_nobody,
            ),
            _Entry(
                name="group_read",
                path="groupMessages/query",
                title="群消息的已读名单",
                limits=(f"maxResults ≤ {MOST_RESULTS}", "24 小时内（推断，同单聊）"),
                source="chatbot-queries-the-read-status-of-a-message",
                handle=self._gate.v1("group_read", self._read_in_group),
                target=_conversation,
            ),
            _Entry(
                name="group_robots",
                path="groups/robots/query",
                title="群里的机器人",
                source="obtain-the-list-of-robots-in-the-group",
                handle=self._gate.v1("group_robots", self._robots),
                target=_conversation,
            ),
        )

    def _send_to_group(self, body: dict[str, Any]) -> Mapping[str, object]:
        self._gate.own_robot(body, "invalidParameter.robotCode.missing")
        group = self._group(body, "invalid.openConversationId")
        key, params = self._sample(body)
        chat = group_chat(group)
        query_key = self._sent.record((chat,), tuple(self._tenant.directory.people_in(group)))
        self._posting.post(chat, draw_sample(key, params), query_key)
        return {"processQueryKey": query_key}

    def _send_to_people(self, body: dict[str, Any]) -> Mapping[str, object]:
        self._gate.own_robot(body, "invalidParameter.robotCode.empty")
        users = body.get("userIds")
        if not isinstance(users, list) or not users or not all(isinstance(user, str) for user in users):
            raise Refused("invalidParameter.userIds.empty", "用户userId列表为空")
        if len(users) > MOST_PEOPLE:
            raise Refused("invalidParameter.userIds.overMax", f"用户userId列表超过最大限制{MOST_PEOPLE}")
        key, params = self._sample(body)
        reached: dict[str, Member] = {}
        invalid: list[str] = []
        throttled: list[str] = []
        for user in dict.fromkeys(users):
            member = self._posting.member(user)
            if member is None:
                invalid.append(user)
            elif self._tenant.faults.strike(FLOW_CONTROL, user, only=Effect.CODE):
                throttled.append(user)
            else:
                reached[user] = member
        chats = tuple(private_chat(user) for user in reached)
        query_key = self._sent.record(chats, tuple(reached.values())) if reached else ""
        for chat in chats:
            self._posting.post(chat, draw_sample(key, params), query_key)
        return {
            "processQueryKey": query_key,
            "invalidStaffIdList": invalid,
            "flowControlledStaffIdList": throttled,
        }

    def _recall_from_group(self, body: dict[str, Any]) -> Mapping[str, object]:
        self._gate.own_robot(body, "miss.chatbotId")
        group = self._group(body, "invalid.openConversationId")
        return self._sent.recall(body, Room.GROUP, group.chat_id)

    def _recall_from_people(self, body: dict[str, Any]) -> Mapping[str, object]:
        self._gate.own_robot(body, "invalidParameter.robotCode")
        return self._sent.recall(body, Room.ROBOT)

    def _read_by_people(self, query: Mapping[str, str]) -> Mapping[str, object]:
        self._gate.own_robot(query, "invalidParameter.robotCode.missing")
        sent = self._sent.asked_for(query, Room.ROBOT)
        people = zip(sent.chats, sent.recipients, strict=True)
        return {
            "sendStatus": self._status(sent),
            "messageReadInfoList": [
                {
                    "name": member.name,
                    "userId": member.account(Platform.DINGTALK),
                    "readStatus": "READ" if (member.key, chat.key) in self._tenant.read else "UNREAD",
                }
                for chat, member in people
            ],
        }

    def _read_in_group(self, body: dict[str, Any]) -> Mapping[str, object]:
        if body.get("robotCode"):
            self._gate.own_robot(body, "invalidParameter.robotCode.missing")
        sent = self._sent.asked_for(body, Room.GROUP)
        if body.get("openConversationId") not in (None, sent.chats[0].id):
            raise Refused("invalid.openConversationId", "无效的openConversationId")
        size, start = body.get("maxResults", MOST_RESULTS), body.get("nextToken") or "0"
        if not isinstance(size, int) or not 0 < size <= MOST_RESULTS:
            raise Refused("invalidParameter.pageSize.invalid", "无效的maxResults")
        if not (isinstance(start, str) and start.isascii() and start.isdigit() and len(start) < 10):
            raise Refused("invalidParameter.cursor.invalid", "无效的nextToken")
        readers = [
            member.account(Platform.DINGTALK)
            for member in sent.recipients
            if (member.key, sent.chats[0].key) in self._tenant.read and member.account(Platform.DINGTALK)
        ]
        end = int(start) + size
        return {
            "sendStatus": self._status(sent),
            "readUserIds": readers[int(start) : end],
            "hasMore": end < len(readers),
            "nextToken": str(end) if end < len(readers) else "",
        }

    def _robots(self, body: dict[str, Any]) -> Mapping[str, object]:
        self._group(body, "illegal.openconevrsation.id")  # sic
        robot = self._gate.robot
        found = {"robotCode": robot.robot_code, "name": robot.name, "downloadIconURL": "", "openRobotType": 2}
        return {"chatbotInstanceVOList": [found]}

    def _group(self, body: Mapping[str, Any], unknown: str) -> Group:
        conversation = body.get("openConversationId")
        if not conversation:
            raise Refused("miss.openConversationId", "缺少openConversationId")
        group = self._posting.group(conversation)
        if group is None:
            raise Refused(unknown, "无效的openConversationId")
        return group

    def _sample(self, body: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        params = samples.check_sample(body.get("msgKey"), body.get("msgParam"))
        for name, uploaded in samples.MEDIA.items():
            value = params.get(name, "")
            if value and (uploaded or value.startswith(("@", "$"))):
                stored = self._files.uploaded(value)
                if stored is None:
                    raise Refused("resource.not.found", f"资源不存在：{name}")
                if body["msgKey"] == "sampleAudio" and ending(stored.file_name) not in samples.SOUNDS:
                    raise Refused(samples.WRONG_VALUE, f"参数不合法：只能播放{'、'.join(samples.SOUNDS)}")
        return str(body["msgKey"]), params

    def _status(self, sent: Sent) -> str:
        shown = self._sent.shown(sent)
        return "RECALLED" if shown and all(one.recalled for one in shown) else "SUCCESS"


def _conversation(ask: Ask) -> str:
    return str((ask.object() or {}).get("openConversationId", ""))


def _only_user(ask: Ask) -> str:
    users = (ask.object() or {}).get("userIds")
    return str(users[0]) if isinstance(users, list) and len(users) == 1 else ""


def _nobody(_ask: Ask) -> str:
    return ""
