"""Carries what people say to the robot, by HTTP or over its stream, and shows what it answers.

Official documents receive-message and appendix-b-proposals-for-rational-use-of-resources.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.tenant.calls import Frame, Refused, json_object
from bot.tenant.courier import Courier, Letter
from bot.tenant.dingtalk.frames import MESSAGES
from bot.tenant.dingtalk.messages import MOST_BYTES, check_message
from bot.tenant.dingtalk.posting import Posting
from bot.tenant.dingtalk.signing import robot_sign
from bot.tenant.dingtalk.stream import Stream
from bot.tenant.installation import DingTalkRobot
from bot.tenant.tenant import Heard, Outcome, Tenant
from bot.tenant.transcript import Shown

NAME = "dingtalk.callback"
PATH = "/dingtalk/callback"
FRAME = Frame(
    name=NAME,
    direction="平台 → 机器人",
    title=f"机器人消息：POST {PATH}",
    limits=(
        "请求头 timestamp 和 sign（原样的 base64，不做 URL 编码）；消息体不签名",
        "2.5 秒内应答 200；没有应答时 60 秒后再送一次，msgId 不变，签名换新的",
        "应答可以是 text、markdown、actionCard、feedCard、empty，或者空",
        "群里只有 @ 机器人的文字、图片、图文消息会送来",
        "群里文字中 @ 的群成员（@姓名，后面是空白）不在 text.content 里，只列在 atUsers 里",
    ),
    source="官方文档 receive-message、robot-message-type；重发见 dingtalk-stream-sdk-nodejs 的注释",
)


@dataclass(frozen=True, slots=True)
class _Try:
    """One delivery. `heard` is final unless the message was not acknowledged."""

    heard: Heard
    acknowledged: bool


class Callbacks:
    """One robot's messages."""

    def __init__(self, tenant: Tenant, courier: Courier, stream: Stream, posting: Posting) -> None:
        self._tenant = tenant
        self._courier = courier
        self._stream = stream
        self._posting = posting

    async def carry(self, robot: DingTalkRobot, shown: Shown, body: Mapping[str, Any]) -> Heard:
        """Until it is acknowledged; a remark on the message says what went wrong."""
        tenant = self._tenant
        if robot.stream and not self._stream.connected:
            reason = "机器人没有听到：它的 Stream 现在没有连上。"
            tenant.transcript.remark(shown, reason)
            return Heard(Outcome.NO_BOT, reason)
        switches = tenant.switches
        again = switches.dingtalk_repeats_stream if robot.stream else switches.dingtalk_repeats_http
        first = await self._try(robot, shown, body)
        if not first.acknowledged and again:
            seconds = tenant.pace.dingtalk_again
            tenant.transcript.remark(shown, f"{first.heard.reason}{seconds:g} 秒后再送一次。")
            await tenant.wait(seconds)
            if not tenant.closing.is_set():
                first = await self._try(robot, shown, body)
        return self._told(shown, first.heard)

    async def repeat(self, robot: DingTalkRobot, shown: Shown, body: Mapping[str, Any]) -> Heard:
        """The same message once more: the same msgId under a fresh signature."""
        return self._told(shown, (await self._try(robot, shown, body)).heard)

    def _told(self, shown: Shown, heard: Heard) -> Heard:
        if heard.reason != shown.note:
            self._tenant.transcript.remark(shown, heard.reason)
        return heard

    async def _try(self, robot: DingTalkRobot, shown: Shown, body: Mapping[str, Any]) -> _Try:
        if robot.stream:
            return await self._push(shown, body)
        pace = self._tenant.pace
        delivered = await self._courier.deliver(self._letter(robot, shown, body), pace.dingtalk_http)
        if delivered is None:
            return _unheard(pace.dingtalk_http)
        if delivered.status != 200:
            wrong = self._tenant.clock.wrong_by()
            reason = f"机器人没有收下这条消息（HTTP {delivered.status}）。{wrong}"
            return _Try(Heard(Outcome.REFUSED, reason), acknowledged=False)
        return _Try(self._show(shown, delivered.body), acknowledged=True)

    async def _push(self, shown: Shown, body: Mapping[str, Any]) -> _Try:
        seconds = self._tenant.pace.dingtalk_stream
        ack = await self._stream.push(MESSAGES, dict(body), seconds, target=shown.chat.id)
        if ack is None:
            return _unheard(seconds)
        return _Try(Heard(Outcome.ACKNOWLEDGED), acknowledged=True)

    def _letter(self, robot: DingTalkRobot, shown: Shown, body: Mapping[str, Any]) -> Letter:
        timestamp = str(self._tenant.clock.stamp_ms())
        return Letter(
            name=NAME,
            method="POST",
            path_qs=PATH,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "timestamp": timestamp,
                "sign": robot_sign(robot.client_secret, timestamp),
            },
            body=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
            target=shown.chat.id,
        )

    def _show(self, shown: Shown, answer: bytes) -> Heard:
        """What the HTTP response says, in the same chat."""
        if answer.strip() in (b"", b"null"):
            return Heard(Outcome.ACKNOWLEDGED)
        message = json_object(answer)
        if message is None:
            return _unreadable("应当是一个 JSON 对象")
        if message.get("msgtype") == "empty":
            return Heard(Outcome.ACKNOWLEDGED)
        if len(answer) > MOST_BYTES:
            return _unreadable(f"超过 {MOST_BYTES} 字节")
        try:
            check_message(message)
        except Refused as refused:
            return _unreadable(refused.message)
        self._posting.message(shown.chat, message)
        return Heard(Outcome.ANSWERED)


def _unheard(seconds: float) -> _Try:
    reason = f"平台没有收到应答：等了 {seconds:g} 秒。"
    return _Try(Heard(Outcome.UNHEARD, reason), acknowledged=False)


def _unreadable(why: str) -> Heard:
    return Heard(Outcome.ACKNOWLEDGED, f"机器人应答了，但钉钉显示不了：{why}。")
