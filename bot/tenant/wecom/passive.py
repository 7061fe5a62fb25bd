"""The bot's answer to a callback, opened and checked as strictly as one may (document 90241)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.platforms.errors import Unreadable
from bot.platforms.wecom.crypto import Cipher, is_signed
from bot.tenant.calls import Refused
from bot.tenant.installation import WeComApp
from bot.tenant.transcript import Drawn
from bot.tenant.wecom import drawing
from bot.tenant.wecom.cards import check_card
from bot.tenant.wecom.contents import TEXT_BYTES, Place, stored_of
from bot.tenant.wecom.sizes import cut
from bot.tenant.wecom.xml import Node, NotXml, read_xml

_ENVELOPE: Final = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
_ANSWERABLE_EVENTS: Final = frozenset(
    {
        "subscribe",
        "enter_agent",
        "LOCATION",
        "click",
        "view",
        "view_miniprogram",
        "scancode_waitmsg",
        "template_card_menu_event",
    }
)
_UPDATES: Final = frozenset({"update_button", "update_template_card"})
_WHY: Final = {
    "base64": "密文不是 Base64",
    "block": "密文长度不对",
    "padding": "密文解不开（填充不对，多半是 EncodingAESKey 不一致）",
    "length": "密文解不开（长度字段不对）",
    "receive-id": "密文里的 CorpID 不是本企业的",
}


class BadReply(Exception):
    """The platform cannot make anything of it; the text is a reason in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive:
    """Something to see, or a change to the card that was pressed."""

    drawn: Drawn | None = None
    replace_name: str = ""
    card: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the reply answers. `event` is empty for a message."""

    account: str
    event: str = ""


def open_reply(body: bytes, app: WeComApp, cipher: Cipher) -> bytes:
    """The XML inside. Raises BadReply."""
    envelope = _xml(body, "应答")
    found = {name: envelope.value(name) for name in _ENVELOPE}
    for name, value in found.items():
        if not value:
            raise BadReply(f"应答里没有 {name}")
    if not found["TimeStamp"].isdecimal():
        raise BadReply("应答里的 TimeStamp 不是数字")
    if not is_signed(found["MsgSignature"], app.token, found["TimeStamp"], found["Nonce"], found["Encrypt"]):
        raise BadReply("应答的签名不对")
    try:
        return cipher.decrypt(found["Encrypt"])
    except Unreadable as error:
        raise BadReply(f"应答的{_WHY.get(error.reason, '密文解不开')}") from None


def read_reply(plain: bytes, app: WeComApp, question: Question, place: Place) -> Passive:
    """What it says. Raises BadReply."""
    root = _xml(plain, "应答的明文")
    if root.value("ToUserName") != question.account:
        raise BadReply("应答的 ToUserName 不是提问的人")
    if root.value("FromUserName") != app.corp_id:
        raise BadReply("应答的 FromUserName 不是本企业的 CorpID")
    if not root.value("CreateTime").isdecimal():
        raise BadReply("应答的 CreateTime 不是数字")
    kind = root.value("MsgType")
    if kind in _UPDATES:
        return _update(kind, root, question)
    if question.event and question.event not in _ANSWERABLE_EVENTS:
        raise BadReply(f"事件 {question.event} 不能这样应答")
    draw = _KINDS.get(kind)
    if draw is None:
        raise BadReply(f"被动回复没有 {kind or '空的'} 这种类型")
    try:
        return Passive(drawn=draw(root, place))
    except Refused as refused:
        raise BadReply(f"应答的内容不对（{refused.code}：{refused.message}）") from None


def _xml(document: bytes, what: str) -> Node:
    try:
        return read_xml(document)
    except NotXml:
        raise BadReply(f"{what}不是 XML") from None


def _update(kind: str, root: Node, question: Question) -> Passive:
    if question.event != "template_card_event":
        raise BadReply(f"{kind} 只能应答卡片按钮")
    if kind == "update_button":
        button = root.child("Button")
        name = "" if button is None else button.value("ReplaceName")
        if not name:
            raise BadReply("应答里没有 Button/ReplaceName")
        return Passive(replace_name=name)
    node = root.child("TemplateCard")
    if node is None:
        raise BadReply("应答里没有 TemplateCard")
    try:
        return Passive(card=check_card(_json(node), place="app"))
    except Refused as refused:
        raise BadReply(f"应答里的卡片不对（{refused.code}：{refused.message}）") from None


def _text(root: Node, _place: Place) -> Drawn:
    content = cut(root.value("Content"), TEXT_BYTES)
    if not content:
        raise BadReply("应答里没有文字")
    return drawing.draw_text(content, _json(root), anchors=True)


def _image(root: Node, place: Place) -> Drawn:
    return drawing.draw_media("image", _media(root, "Image", place), _json(root))


def _voice(root: Node, place: Place) -> Drawn:
    return drawing.draw_media("voice", _media(root, "Voice", place), _json(root))


def _video(root: Node, place: Place) -> Drawn:
    media_id = _media(root, "Video", place)
    node = root.child("Video") or Node("Video")
    return drawing.draw_media(
        "video", media_id, _json(root), name=node.value("Title"), told=node.value("Description")
    )


def _media(root: Node, tag: str, place: Place) -> str:
    node = root.child(tag) or Node(tag)
    return stored_of({"media_id": node.value("MediaId")}, place, tag.lower()).media_id


def _news(root: Node, _place: Place) -> Drawn:
    node = root.child("Articles") or Node("Articles")
    articles = [
        {
            "title": item.value("Title"),
            "description": item.value("Description"),
            "url": item.value("Url"),
        }
        for item in node.children
        if item.tag == "item"
    ]
    if not 1 <= len(articles) <= 8 or root.value("ArticleCount") != str(len(articles)):
        raise BadReply("图文要有 1 到 8 条，ArticleCount 要与条数一致")
    return drawing.draw_news(articles, _json(root))


_KINDS: Final[Mapping[str, Callable[[Node, Place], Drawn]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "news": _news,
}

# The XML names of a card are the JSON ones in capitals; these are not split where the capitals are.
_NAMES: Final = {"KeyName": "keyname", "AppId": "appid", "PagePath": "pagepath"}
_NUMBERS: Final = frozenset({"type", "style", "desc_color", "mode"})
_LONGEST_NUMBER: Final = 9  # digits; Python itself refuses to read thousands of them
_SWITCHES: Final = frozenset({"disable", "is_checked"})
_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


def _json(node: Node) -> dict[str, Any]:
    """An element with its children as the same thing in JSON; elements named …List are lists."""
    found: dict[str, Any] = {}
    for child in node.children:
        name = _NAMES.get(child.tag) or _CAPITAL.sub("_", child.tag).lower()
        value = _json(child) if child.children else _value(name, child.text)
        if name.endswith("_list"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _value(name: str, text: str) -> object:
    if name in _NUMBERS and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return int(text)
    return text.lower() in ("true", "1") if name in _SWITCHES else text
