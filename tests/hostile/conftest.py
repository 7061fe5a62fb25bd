"""A bot that serves both platforms, whoever knows their secrets and means ill, and what the bot says of it in its log."""

import json
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession, CookieJar

from bot.platforms.wecom.crypto import Cipher, signature
from storage.entry_links import Purpose, issue
from tests.kit.fixtures import bot, clock, county, parts, tenant
from tests.kit.installation import APP, ROBOT
from tests.kit.servers import Bot

__all__ = ["bot", "clock", "county", "parts", "tenant"]

_FAILED = ("has failed", "has broken the bot", "Traceback", "never retrieved", '"level": "critical"')


@dataclass(frozen=True)
class Answered:
    status: int
    body: bytes


class Forger:
    """Sends what a platform would never send, as well signed and sealed as if it did."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._cipher = Cipher(APP.encoding_aes_key, APP.corp_id)

    async def send(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answered:
        """As it stands."""
        async with self._session.post(self._url + path, data=body, headers=headers) as response:
            return Answered(response.status, await response.read())

    def sealed(self, inner: bytes) -> str:
        return self._cipher.encrypt(inner)

    async def wecom(self, inner: bytes) -> Answered:
        """An inner document of any kind."""
        return await self.wecom_sealed(self.sealed(inner))

    async def wecom_sealed(
        self, encrypt: str, envelope: str = "<xml><Encrypt>{}</Encrypt></xml>"
    ) -> Answered:
        """A ciphertext of any kind, rightly signed."""
        now = str(int(time.time()))
        query = {
            "msg_signature": signature(APP.token, now, "n", encrypt),
            "timestamp": now,
            "nonce": "n",
        }
        body = envelope.replace("{}", encrypt).encode("utf-8", "surrogatepass")
        return await self.send(f"/wecom/app/callback?{urlencode(query)}", body)

    async def dingtalk(self, body: bytes) -> Answered:
        stamp = str(int(time.time() * 1000))
        secret = ROBOT.client_secret
        sign = b64encode(digest(secret.encode(), f"{stamp}\n{secret}".encode(), sha256)).decode()
        headers = {"timestamp": stamp, "sign": sign, "Content-Type": "application/json"}
        return await self.send("/dingtalk/callback", body, headers)


def wecom_text(content: str = "<![CDATA[我是谁]]>", **fields: str) -> bytes:
    """A document of somebody who says `content`; `fields` are put in as they stand."""
    given = {
        "ToUserName": APP.corp_id,
        "FromUserName": "T1",
        "CreateTime": "1716170400",
        "MsgType": "text",
        "Content": content,
        "MsgId": str(time.time_ns()),
        "AgentID": "1000002",
        **fields,
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
    return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")


def dingtalk_text(content: object = "我是谁", **fields: object) -> dict[str, object]:
    return {
        "msgtype": "text",
        "text": {"content": content},
        "msgId": f"m{time.time_ns()}",
        "conversationType": "1",
        "conversationId": "cid-example",
        "senderStaffId": "T1",
        "senderId": "$:LWCP_v1:$example",
        "senderNick": "示例甲",
        "chatbotUserId": "$:LWCP_v1:$robot",
        "robotCode": ROBOT.robot_code,
        "createAt": int(time.time() * 1000),
        **fields,
    }


@pytest.fixture
async def forger(bot: Bot, county) -> AsyncIterator[Forger]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Forger(session, bot.url)


@pytest.fixture
def quiet(capsys, caplog) -> Callable[[], str]:
    """What has been logged so far; fails where any of it says that something has failed."""

    def said() -> str:
        captured = capsys.readouterr()
        logged = captured.err + captured.out + caplog.text
        assert not [line for line in logged.splitlines() if any(word in line for word in _FAILED)], logged
        return logged

    return said


@pytest.fixture
def enters(bot: Bot, county, forger):
    """`await enters(4)`: the cookie of whoever has this id in tests/kit/county.py."""

    async def enter(person_id: int) -> dict[str, str]:
        with county.database.writing() as connection:
            code = issue(connection, person_id, Purpose.ME, at=county.clock.real_ms(), minutes=10)
        url = f"{bot.url}/me/enter/{code}"
        async with ClientSession() as session, session.get(url, allow_redirects=False) as response:
            assert response.status == 303
            return {"bot_session": response.cookies["bot_session"].value}

    return enter


def as_json(fields: object) -> bytes:
    return json.dumps(fields).encode()
