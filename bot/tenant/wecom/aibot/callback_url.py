"""回调模式: signed and encrypted callbacks, strictly read answers, and asking again while a stream grows."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from bot.platforms.errors import Unreadable
from bot.platforms.wecom.crypto import Cipher, is_signed, signature
from bot.tenant.calls import Ask, Refused
from bot.tenant.courier import Courier, Delivered, Letter
from bot.tenant.installation import WeComAibot
from bot.tenant.tenant import Heard, Outcome, Tenant
from bot.tenant.wecom.aibot.answers import STREAM, TO_MESSAGE, Answers
from bot.tenant.wecom.aibot.asked import CARD, ENTER, FEEDBACK, MESSAGE, Asked, Asks
from bot.tenant.wecom.requests import body_of

PATH: Final = "/wecom/aibot/callback"
_NO_REPLY = (b"", b"success")
_TO_REFRESH = frozenset({STREAM})


class Wrong(Exception):
    """The bot's answer cannot be used; the sentence says why."""


class CallbackUrl:
    """One bot's callback address."""

    def __init__(
        self, tenant: Tenant, courier: Courier, bot: WeComAibot, asks: Asks, answers: Answers
    ) -> None:
        self._tenant = tenant
        self._courier = courier
        self._bot = bot
        self._asks = asks
        self._answers = answers
        self._cipher = Cipher(bot.encoding_aes_key, "")
        self._tasks: set[asyncio.Task[None]] = set()

    async def verify(self) -> Heard:
        """The check that is made when the address is saved: the bare plain text within a second."""
        plain = str(secrets.randbelow(10**19)).encode()
        echo = self._cipher.encrypt(plain)
        query, _nonce = self._query(echo)
        letter = Letter(
            name="wecom.aibot.verify",
            method="GET",
            path_qs=f"{PATH}?{query}&echostr={_quoted(echo)}",
            headers={},
            body=b"",
            opened=plain.decode(),
        )
        delivered = await self._courier.deliver(letter, self._tenant.pace.wecom_verify)
        if delivered is None:
            return Heard(Outcome.UNHEARD, "回调地址没有在 1 秒内应答。")
        if delivered.status != 200 or delivered.body != plain:
            return Heard(Outcome.REFUSED, "回调地址的应答不是解密后的原文。")
        return Heard(Outcome.ANSWERED, "回调地址通过了验证。")

    async def carry(self, asked: Asked) -> Heard:
        self._asks.add(asked)
        # An event is told once (document 101027); a message is sent again until it is taken.
        tries = 1 if asked.event else self._tenant.pace.wecom_tries
        sent = self._letter(asked.frame_name, asked.body, asked.target)
        delivered: Delivered | None = None
        for attempt in range(tries):
            if attempt:
                await self._tenant.wait(self._tenant.pace.wecom_between)
                if self._tenant.switches.wecom_retry_fresh:
                    sent = self._letter(asked.frame_name, asked.body, asked.target)
            delivered = await self._courier.deliver(sent[0], self._tenant.pace.wecom_answer)
            if delivered is not None and delivered.status == 200:
                break
        if delivered is None:
            return self._remarked(asked, Heard(Outcome.UNHEARD, "机器人没有应答。"))
        if delivered.status != 200:
            return self._remarked(asked, Heard(Outcome.REFUSED, f"机器人回了 HTTP {delivered.status}。"))
        return await self._take(asked, delivered, sent[1])

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()

    async def _take(self, asked: Asked, delivered: Delivered, nonce: str) -> Heard:
        try:
            body = self._open(delivered, nonce)
            if body is None:
                return Heard(Outcome.ACKNOWLEDGED)
            self._apply(asked, body)
        except Wrong as wrong:
            return self._remarked(asked, Heard(Outcome.REFUSED, f"机器人的应答用不了：{wrong}。"))
        for stream_id in tuple(asked.growing):
            task = asyncio.create_task(self._refresh(asked, stream_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asked.settled.wait()
        return Heard(Outcome.ANSWERED)

    def _apply(self, asked: Asked, body: Mapping[str, Any]) -> None:
        if asked.event == FEEDBACK:
            raise Wrong("评价事件不能有应答")
        try:
            if asked.event == ENTER:
                self._answers.welcome(asked, body)
            elif asked.event == CARD:
                self._answers.update(asked, body)
            else:
                self._answers.reply(asked, body, TO_MESSAGE, callback_mode=True)
        except Refused as refused:
            raise Wrong(f"{refused.message}（{refused.code}）") from None

    async def _refresh(self, asked: Asked, stream_id: str) -> None:
        """Asks for the whole text so far until it is finished, or until its six minutes are over."""
        pace = self._tenant.pace
        head = {
            name: value
            for name, value in asked.body.items()
            if name in ("aibotid", "chatid", "chattype", "from")
        }
        while stream_id in asked.growing and not self._tenant.closing.is_set():
            await self._tenant.wait(pace.stream_refresh)
            if self._tenant.clock.ms() - asked.at_ms > pace.stream_life * 1000:
                self._answers.streams.let_go(asked, stream_id)
                return
            body = {
                "msgid": "CAIQ" + secrets.token_urlsafe(24),
                **head,
                "msgtype": STREAM,
                STREAM: {"id": stream_id},
            }
            letter, nonce = self._letter("wecom.aibot.refresh", body, asked.target)
            delivered = await self._courier.deliver(letter, pace.wecom_answer)
            if delivered is None or delivered.status != 200:
                continue
            try:
                self._refreshed(asked, stream_id, self._open(delivered, nonce))
            except Wrong as wrong:
                self._remarked(asked, Heard(Outcome.REFUSED, f"机器人的应答用不了：{wrong}。"))

    def _refreshed(self, asked: Asked, stream_id: str, body: Mapping[str, Any] | None) -> None:
        if body is None:
            return
        stream = body.get(STREAM)
        if not isinstance(stream, dict) or stream.get("id") != stream_id:
            raise Wrong("刷新时要回同一个 stream.id")
        try:
            self._answers.reply(asked, body, _TO_REFRESH, callback_mode=True)
        except Refused as refused:
            raise Wrong(f"{refused.message}（{refused.code}）") from None

    def _open(self, delivered: Delivered, nonce: str) -> dict[str, Any] | None:
        """What the bot says; None when it says nothing. Raises Wrong."""
        if delivered.body in _NO_REPLY:
            return None
        sealed = Ask({}, {}, delivered.body).object()
        if sealed is None:
            raise Wrong("不是 JSON")
        encrypt, signed, stamp = (sealed.get(name) for name in ("encrypt", "msgsignature", "timestamp"))
        if not isinstance(encrypt, str) or not isinstance(signed, str):
            raise Wrong("缺少 encrypt 或 msgsignature")
        if not isinstance(stamp, int) or isinstance(stamp, bool):
            raise Wrong("timestamp 不是整数")
        if sealed.get("nonce") != nonce:
            raise Wrong("nonce 和请求里的不一样")
        if not is_signed(signed, self._bot.token, str(stamp), nonce, encrypt):
            raise Wrong("签名不对")
        try:
            plain = self._cipher.decrypt(encrypt)
        except Unreadable as error:
            raise Wrong(f"解不开密文：{error.reason}") from None
        if (exchange := self._tenant.wire.numbered(delivered.exchange)) is not None:
            exchange.answer_opened = plain.decode("utf-8", "replace")
            self._tenant.wire.changed(exchange)
        try:
            return body_of(Ask({}, {}, plain))
        except Refused:
            raise Wrong("密文里不是 JSON") from None

    def _letter(self, name: str, body: Mapping[str, Any], target: str) -> tuple[Letter, str]:
        """With the nonce that the answer has to carry."""
        plain = json.dumps(body, ensure_ascii=False)
        encrypt = self._cipher.encrypt(plain.encode())
        query, nonce = self._query(encrypt)
        letter = Letter(
            name=name,
            method="POST",
            path_qs=f"{PATH}?{query}",
            headers={"Content-Type": "application/json"},
            body=json.dumps({"encrypt": encrypt}).encode(),
            opened=plain,
            target=target,
        )
        return letter, nonce

    def _query(self, encrypt: str) -> tuple[str, str]:
        stamp = str(self._tenant.clock.stamp_ms() // 1000)
        nonce = str(secrets.randbelow(10**10))
        signed = signature(self._bot.token, stamp, nonce, encrypt)
        return f"msg_signature={signed}&timestamp={stamp}&nonce={nonce}", nonce

    def _remarked(self, asked: Asked, heard: Heard) -> Heard:
        """Told below a person's message; a pressed card and an opened chat have no place for it."""
        if asked.event == MESSAGE and asked.shown is not None:
            self._tenant.transcript.remark(asked.shown, heard.reason)
        return heard


def _quoted(text: str) -> str:
    return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
