"""Both doors with example credentials, requests signed for them, and the samples."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.wecom.callback import WeComDoor

CORP_ID = "wwEXAMPLE000000000"
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECRET = "example-client-secret"
NOW_MS = 1_767_225_601_000  # one second after the samples were written


@pytest.fixture(scope="session")
def samples() -> Path:
    return Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def vectors(samples) -> dict[str, dict]:
    """Published crypto vectors by their id, each with the token and the key of its set."""
    content = json.loads((samples / "wecom" / "vectors.json").read_text(encoding="utf-8"))
    return {vector["id"]: vector | content["keysets"][vector["keys"]] for vector in content["vectors"]}


@pytest.fixture(scope="session")
def wecom() -> WeComDoor:
    return WeComDoor(CORP_ID, TOKEN, AES_KEY)


@pytest.fixture(scope="session")
def wecom_signed():
    """The signature as WeCom computes it, written down once more and independently."""

    def sign(encrypt, timestamp=str(NOW_MS // 1000), nonce="n0nce"):
        joined = "".join(sorted([TOKEN, timestamp, nonce, encrypt]))
        return hashlib.sha1(joined.encode()).hexdigest(), timestamp, nonce

    return sign


@pytest.fixture(scope="session")
def wecom_request(wecom, wecom_signed):
    """(msg_signature, timestamp, nonce, body) of a genuine delivery of this inner document."""

    def request(inner, timestamp=str(NOW_MS // 1000)):
        encrypt = wecom.cipher.encrypt(inner)
        body = (
            f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>"
            f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        )
        return (*wecom_signed(encrypt, timestamp), body.encode())

    return request


@pytest.fixture(scope="session")
def dingtalk() -> DingTalkDoor:
    return DingTalkDoor(SECRET, "dingrobot-setting")


@pytest.fixture(scope="session")
def dingtalk_signed():
    """(timestamp, sign) headers as DingTalk computes them."""

    def sign(timestamp=str(NOW_MS), secret=SECRET):
        mac = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
        return timestamp, base64.b64encode(mac).decode()

    return sign


@pytest.fixture(scope="session")
def now_ms() -> int:
    return NOW_MS
