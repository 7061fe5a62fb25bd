"""The callback addresses, asked from here as the platforms ask: past every proxy, with what proxies tend to spoil.

Everything sent is signed, and nothing of it is a message: the doors answer it and remember nothing.
"""

import json
import os
from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import digest
from typing import Final

from bot.doctor import consoles
from bot.doctor.finding import Area, Finding, bad, good
from bot.platforms.dingtalk.routes import CARD_PATH
from bot.platforms.wecom.crypto import Cipher, signature
from bot.settings import Settings

_CALLBACK: Final = Area.CALLBACK
WECOM_PATH: Final = "/wecom/app/callback"
AIBOT_PATH: Final = "/wecom/aibot/callback"
DINGTALK_PATH: Final = "/dingtalk/callback"
_PLAIN: Final = b"doctor 0123456789"
_LONG: Final = "。" * 12_000  # 36 KB: more than some proxies pass on, less than the doors take
_PROXY: Final = "检查中间的代理：网址里的 %2B、%2F、%3D 要原样转发，不解码也不改写。"
_CUT: Final = "检查中间的代理：请求的正文至少要放行 64 KB，原样转发。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request, and what the door answers to it."""

    name: str
    what: str  # the door, in Chinese
    method: str
    path: str
    expects: bytes  # in the answer's body
    status: int = 200
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    where: str = ""
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back."""

    status: int
    body: bytes


def probes(settings: Settings, now_s: int, *, cards: bool = False) -> list[Probe]:
    """Of every door that waits to be called. `cards`: also that of DingTalk's interactive cards."""
    found: list[Probe] = []
    app, aibot, robot = settings.wecom, settings.wecom_aibot, settings.dingtalk
    if app is not None:
        token = app.token.get_secret_value()
        cipher = Cipher(app.encoding_aes_key.get_secret_value(), app.corp_id)
        found += [
            _verification(
                "wecom-url", "企业微信自建应用", WECOM_PATH, token, cipher, now_s, consoles.WECOM_RECEIVING
            ),
            _event(app.corp_id, token, cipher, now_s),
        ]
    if aibot is not None and aibot.token is not None and aibot.encoding_aes_key is not None:
        cipher = Cipher(aibot.encoding_aes_key.get_secret_value(), "")
        found.append(
            _verification(
                "aibot-url",
                "企业微信智能机器人",
                AIBOT_PATH,
                aibot.token.get_secret_value(),
                cipher,
                now_s,
                consoles.AIBOT_RECEIVING,
            )
        )
    if robot is not None and robot.mode == "http":
        secret = robot.client_secret.get_secret_value()
        found += [_own_message(secret, now_s, is_long=is_long) for is_long in (False, True)]
        if cards:
            found.append(_CARDS)
    return found


def echostr(cipher: Cipher, plain: bytes) -> str:
    """With all the characters that a proxy may spoil: + / =."""
    while True:
        sealed = cipher.encrypt(plain)
        if {"+", "/", "="} <= set(sealed):
            return sealed


def judge(probe: Probe, heard: Heard) -> Finding:
    if (heard.status, heard.body) == (probe.status, probe.expects):
        say = "的长消息也收得到。" if probe.is_long else "的回调地址通。"
        return good(_CALLBACK, probe.name, f"{probe.what}{say}")
    say, do = _fault(probe, heard.status)
    return bad(_CALLBACK, probe.name, f"{probe.what}的{say}", do, probe.where)


def _fault(probe: Probe, status: int) -> tuple[str, str]:
    """What is wrong, and what to do."""
    if probe.is_long:
        return f"长消息过不来（HTTP {status}）。", _CUT
    if 300 <= status < 400:
        say = f"回调地址被转到别处（HTTP {status}），平台不会跟过去。"
        return say, "把 BOT_PUBLIC_URL 和后台里的地址改成转过去以后的那个。"
    match status:
        case 200:
            say, do = "回调地址有人回答，但不是机器人（{path}）。", "检查代理把这个路径转给了谁。"
        case 403:
            say, do = (
                "回调地址通，但签名到这里就不对了（HTTP 403）。",
                f"{_PROXY}刚改过 .env 的话，先重启机器人。",
            )
        case 404:
            say, do = (
                "回调地址没有人接（HTTP 404，{path}）。",
                "检查代理要转发 {path}；刚开通的话，先重启机器人。",
            )
        case 502 | 503 | 504:
            say = f"回调地址到了代理，代理连不上机器人（HTTP {status}）。"
            do = "检查机器人在不在运行，代理转发的端口是不是 BOT_PORT。"
        case _:
            say, do = f"回调地址不通（HTTP {status}，{{path}}）。", _PROXY if probe.query else _CUT
    return say.format(path=probe.path), do.format(path=probe.path)


def judge_tenant(heard: Heard) -> Finding:
    """Of /tenant/, which is there only under `demo`."""
    if 200 <= heard.status < 300:
        say = "演练页面（/tenant/）对外开着，谁都能冒充任何人。"
        return bad(_CALLBACK, "tenant", say, "正式使用要运行 python -m bot serve，不是 demo。")
    return good(_CALLBACK, "tenant", "演练页面没有对外开。")


# ── what is asked ──

# Unsigned, for a signed tap would have to be somebody's: that it is refused shows who stands there.
_CARDS: Final = Probe(
    name="dingtalk-card",
    what="钉钉互动卡片",
    method="POST",
    path=CARD_PATH,
    expects=b"forbidden\n",
    status=403,
    where=consoles.DINGTALK_CARDS,
)


def _verification(  # noqa: PLR0913, PLR0917  a door has parts
    name: str, what: str, path: str, token: str, cipher: Cipher, now_s: int, where: str
) -> Probe:
    """As WeCom does when the address is saved (document 90930)."""
    sealed = echostr(cipher, _PLAIN)
    query = {**_signed(token, sealed, now_s), "echostr": sealed}
    return Probe(name=name, what=what, method="GET", path=path, query=query, expects=_PLAIN, where=where)


def _event(corp_id: str, token: str, cipher: Cipher, now_s: int) -> Probe:
    """A long event of which the app has no use."""
    inner = (
        f"<xml><ToUserName>{corp_id}</ToUserName><FromUserName>doctor</FromUserName><CreateTime>{now_s}</CreateTime>"
        f"<MsgType>event</MsgType><Event>view</Event><EventKey>{_LONG}</EventKey></xml>"
    )
    sealed = cipher.encrypt(inner.encode())
    return Probe(
        name="wecom-body",
        what="企业微信自建应用",
        method="POST",
        path=WECOM_PATH,
        query=_signed(token, sealed, now_s),
        headers={"Content-Type": "text/xml"},
        body=f"<xml><ToUserName>{corp_id}</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode(),
        expects=b"",
        is_long=True,
    )


def _own_message(secret: str, now_s: int, *, is_long: bool) -> Probe:
    """What the robot says itself, which it does not listen to."""
    said = {
        "msgtype": "text",
        "msgId": "doctor",
        "senderId": "doctor",
        "chatbotUserId": "doctor",
        "text": {"content": _LONG if is_long else ""},
    }
    timestamp, key = str(now_s * 1000), secret.encode()
    sign = b2a_base64(digest(key, f"{timestamp}\n{secret}".encode(), "sha256"), newline=False).decode()
    return Probe(
        name="dingtalk-body" if is_long else "dingtalk",
        what="钉钉机器人",
        method="POST",
        path=DINGTALK_PATH,
        headers={"Content-Type": "application/json; charset=utf-8", "timestamp": timestamp, "sign": sign},
        body=json.dumps(said, ensure_ascii=False).encode(),
        expects=b'{"msgtype":"empty"}',
        where="" if is_long else consoles.DINGTALK_ROBOT,
        is_long=is_long,
    )


def _signed(token: str, sealed: str, now_s: int) -> dict[str, str]:
    nonce = os.urandom(8).hex()
    return {
        "msg_signature": signature(token, str(now_s), nonce, sealed),
        "timestamp": str(now_s),
        "nonce": nonce,
    }
