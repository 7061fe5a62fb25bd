"""Requests as the platforms send them, as raw HTTP bytes, each from another teacher with another message."""

import base64
import hashlib
import hmac
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator

from bot.platforms.wecom.crypto import Cipher, signature

CLIENT_SECRET = "bench-secret"
CORP_ID = "wwbench0000000000"
TOKEN = "benchtoken"
AES_KEY = "b" * 43


Saying = str | Callable[[int, int], str]
"""What is said: always the same, or made from the person's and the message's number."""


def _said(text: Saying, person: int, number: int) -> str:
    return text if isinstance(text, str) else text(person, number)


def _http(path: str, body: bytes, headers: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def dingtalk_sign(secret: str, timestamp: str) -> str:
    message = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def dingtalk(text: Saying, people: int, *, secret: str = CLIENT_SECRET, first: int = 0) -> Iterator[bytes]:
    """Endless; message ids never repeat, not even between calls."""
    timestamp = str(int(time.time() * 1000))
    headers = f"timestamp: {timestamp}\r\nsign: {dingtalk_sign(secret, timestamp)}\r\n"
    run = os.urandom(4).hex()
    for number in itertools.count(first):
        person = number * 7919 % people
        body = {
            "msgtype": "text",
            "text": {"content": f" {_said(text, person, number)}"},
            "msgId": f"msg{run}{number}",
            "createAt": int(timestamp),
            "conversationType": "1",
            "conversationId": "cidBENCH==",
            "senderId": "$:LWCP_v1:$bench",
            "senderStaffId": f"d{person}",
            "senderNick": "示例",
            "senderCorpId": "dingbench",
            "chatbotUserId": "$:LWCP_v1:$robot",
            "chatbotCorpId": "dingbench",
            "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=0",
            "sessionWebhookExpiredTime": int(timestamp) + 5_400_000,
            "robotCode": "dingrobot",
            "isAdmin": False,
        }
        yield _http("/dingtalk/callback", json.dumps(body).encode(), headers)


def wecom(text: Saying, people: int, count: int, *, first: int = 0) -> Iterator[bytes]:
    """`count` requests, encrypted beforehand: the generator must not cost what is measured."""
    cipher = Cipher(AES_KEY, CORP_ID)
    run = int.from_bytes(os.urandom(5), "big")
    made = []
    for number in range(first, first + count):
        second = str(int(time.time()))
        person = number * 7919 % people
        inner = (
            f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>"
            f"<FromUserName><![CDATA[w{person}]]></FromUserName>"
            f"<CreateTime>{second}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{_said(text, person, number)}]]></Content><MsgId>{run}{number:07}</MsgId><AgentID>1</AgentID></xml>"
        )
        encrypt = cipher.encrypt(inner.encode())
        signed = signature(TOKEN, second, "nonce", encrypt)
        body = (
            f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><AgentID><![CDATA[1]]></AgentID>"
            f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        ).encode()
        made.append(_http(f"/wecom/app/callback?msg_signature={signed}&timestamp={second}&nonce=nonce", body))
    return iter(made)
