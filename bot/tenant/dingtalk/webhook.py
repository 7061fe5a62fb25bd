"""The two addresses that take messages without a token: a group robot's webhook and a session's.

Official documents custom-robots-send-group-messages and customize-robot-security-settings.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.tenant.calls import Ask, Call, Dialect, Refused, json_object
from bot.tenant.dingtalk.messages import MOST_BYTES, check_message, strings
from bot.tenant.dingtalk.posting import Posting, group_chat
from bot.tenant.dingtalk.sessions import PATH, Sessions
from bot.tenant.dingtalk.signing import is_robot_sign
from bot.tenant.limits import Muting
from bot.tenant.people import Chat, Group, Platform
from bot.tenant.tenant import Tenant

_HOUR_MS = 3_600_000
_RATE = (20, 60.0, 600.0)  # messages, in seconds, and then shut for so long
_KEPT_UUIDS = 10_000
_UNKNOWN = {400101: "access_token不存在", 300001: "token is not exist", 300005: "token is not exist"}
_TOO_FAST = {410100: "发送速度太快而限流", 130101: "send too fast, exceed 20 times per minute"}


class Webhooks:
    """Takes messages for groups and for the chats of open sessions."""

    def __init__(self, tenant: Tenant, posting: Posting, sessions: Sessions) -> None:
        self._tenant = tenant
        self._posting = posting
        self._sessions = sessions
        self._rate = Muting(tenant.clock, *_RATE)
        self._session_rate = Muting(tenant.clock, *_RATE)
        self._seen: dict[tuple[str, str], None] = {}

    def calls(self) -> Sequence[Call]:
        return (
            Call(
                name="dingtalk.robot.send",
                method="POST",
                path="/dingtalk/oapi/robot/send",
                dialect=Dialect.OAPI,
                title="群机器人 webhook 发消息",
                limits=(
                    "每个 webhook 20 条/分钟，超过后停 10 分钟",
                    f"消息体 ≤ {MOST_BYTES} 字节，UTF-8 的 JSON",
                    "加签：毫秒时间戳误差 < 1 小时，sign 只做一次 URL 编码",
                    "text、link、markdown、actionCard、feedCard；键名大小写要写对",
                    "msgUuid 相同的只显示一次",
                    "@ 至多 50 人，正文里要有 @userId 或 @手机号",
                ),
                source="官方文档 custom-robots-send-group-messages；460101 见 PrometheusAlert #318",
                handle=self._as_told(self._send),
                target=_query("access_token"),
            ),
            Call(
                name="dingtalk.robot.send_by_session",
                method="POST",
                path=PATH,
                dialect=Dialect.OAPI,
                title="用 sessionWebhook 回复",
                limits=(
                    "到 sessionWebhookExpiredTime 为止，之后 300001",
                    f"消息体 ≤ {MOST_BYTES} 字节，UTF-8 的 JSON",
                    "消息类型同群机器人 webhook",
                ),
                source="官方文档 receive-message；300001 见 QwenPaw #2221",
                handle=self._as_told(self._answer),
                target=self._conversation,
            ),
        )

    def _as_told(self, handle: Callable[[Ask], None]) -> Callable[[Ask], Mapping[str, object]]:
        """With errcode as a number, or as the text that the official sample has."""

        def answer(ask: Ask) -> Mapping[str, object]:
            as_text = self._tenant.switches.dingtalk_code_as_text
            try:
                handle(ask)
            except Refused as refused:
                code = str(refused.code) if as_text else refused.code
                raise Refused(code, refused.message) from None
            return {"errcode": "0" if as_text else 0, "errmsg": "ok"}

        return answer

    def _send(self, ask: Ask) -> None:
        token = ask.query.get("access_token", "")
        group = self._tenant.directory.group_of_webhook(Platform.DINGTALK, token) if token else None
        if group is None:
            code = self._tenant.switches.dingtalk_unknown_token
            raise Refused(code, _UNKNOWN[code])
        self._check_sign(group, ask)
        message = _message(ask)
        if group.webhook_keywords and not _has(message, group.webhook_keywords):
            raise Refused(310000, "keywords not in content")
        uuid = message.get("msgUuid")
        if isinstance(uuid, str) and uuid and (token, uuid) in self._seen:
            return
        self._take(self._rate, token)
        self._posting.message(group_chat(group), message)
        if isinstance(uuid, str) and uuid:
            self._seen[token, uuid] = None
            if len(self._seen) > _KEPT_UUIDS:
                del self._seen[next(iter(self._seen))]

    def _answer(self, ask: Ask) -> None:
        session = ask.query.get("session", "")
        chat = self._sessions.chat(session)
        if chat is None:
            raise Refused(300001, "session 不存在")
        message = _message(ask)
        if self._tenant.switches.dingtalk_session_limited:
            self._take(self._session_rate, chat.key)
        self._posting.message(chat, message)

    def _check_sign(self, group: Group, ask: Ask) -> None:
        if not group.webhook_secret:
            return
        timestamp, sign = ask.query.get("timestamp", ""), ask.query.get("sign", "")
        if not is_robot_sign(sign, group.webhook_secret, timestamp):
            raise Refused(310000, "sign not match")
        number = int(timestamp) if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16 else 0
        if abs(self._tenant.clock.stamp_ms() - number) >= _HOUR_MS:
            raise Refused(310000, "invalid timestamp")

    def _take(self, rate: Muting, key: str) -> None:
        if not rate.take(key):
            code = self._tenant.switches.dingtalk_rate_code
            raise Refused(code, _TOO_FAST[code])

    def _conversation(self, ask: Ask) -> str:
        chat: Chat | None = self._sessions.chat(ask.query.get("session", ""))
        return "" if chat is None else chat.id


def _query(name: str) -> Callable[[Ask], str]:
    def target(ask: Ask) -> str:
        return ask.query.get(name, "")

    return target


def _message(ask: Ask) -> dict[str, Any]:
    content_type = ask.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refused(43004, "无效的HTTP HEADER Content-Type")
    if len(ask.body) > MOST_BYTES:
        raise Refused(460101, f"message too long, exceed {MOST_BYTES} bytes")
    try:
        message = json_object(ask.body.decode())
    except UnicodeDecodeError:  # JSON in any other encoding than UTF-8 would be read as well
        message = None
    if not message:
        raise Refused(40035, "缺少参数 json")
    check_message(message)
    return message


def _has(message: Mapping[str, Any], keywords: Sequence[str]) -> bool:
    said = list(strings(message[message["msgtype"]]))
    return any(keyword in text for keyword in keywords for text in said)
