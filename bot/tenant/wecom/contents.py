"""What a message may hold, by its msgtype and by where it goes; checked, and drawn as it will be seen.

Official documents 90236 (apps), 90248 (groups made by an app) and 99110 (group robots).
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import md5
from typing import Any, Final

from bot.tenant.calls import Refused, Upload
from bot.tenant.media import Media, Stored
from bot.tenant.switches import Switches
from bot.tenant.transcript import Drawn
from bot.tenant.wecom import drawing
from bot.tenant.wecom.cards import check_card, draw_card
from bot.tenant.wecom.markdown import Names
from bot.tenant.wecom.requests import optional_text, text_of, texts_of
from bot.tenant.wecom.sizes import cut, size

TEXT_BYTES: Final = 2048
APP_MARKDOWN_BYTES: Final = 2048
ROBOT_MARKDOWN_BYTES: Final = 4096
INLINE_IMAGE_BYTES: Final = 2 * 1024 * 1024
_MPNEWS_BYTES: Final = 666 * 1024
_WITH_SCHEME: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_IN_TEXT: Final = re.compile(r"<@([^<>\s]{1,64})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where messages go: to members from the app, into a group from the app, or from a group robot."""

    name: str  # "app", "chat" or "webhook"
    owner: str  # whose files may be sent
    media: Media
    switches: Switches
    names: Names  # of the people who are there
    by_mobile: Callable[[str], str]  # the user id, or nothing


def compose(body: Mapping[str, Any], place: Place) -> Drawn:
    """Raises Refused with the platform's code."""
    msgtype = body.get("msgtype")
    kinds = _KINDS[place.name]
    if not isinstance(msgtype, str) or msgtype not in kinds:
        raise Refused(40008, "invalid message type")
    part = body.get(msgtype)
    if not isinstance(part, dict):
        raise Refused(40058, f"missing {msgtype}")
    return kinds[msgtype](part, body, place)


def _text(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    content = text_of(part, "content", missing=44004)
    if size(content) > TEXT_BYTES:
        if place.name == "webhook" and place.switches.wecom_long_text == "refuse":
            raise Refused(40058, f"text.content exceed max length {TEXT_BYTES}")
        content = cut(content, TEXT_BYTES)
    called = _called(part, place) if place.name != "app" else []
    if place.name == "chat":  # documented for groups of an app from client 5.0.6 on
        content = _IN_TEXT.sub(lambda found: _resolved(found, place, called), content)
    behind = [user for user in called if user not in _IN_TEXT.findall(str(part["content"]))]
    seen = drawing.draw_text(
        content, body, anchors=place.name != "webhook", mentioned=[_at(user, place) for user in behind]
    )
    return _mentioning(seen, called)


def _resolved(found: re.Match[str], place: Place, called: list[str]) -> str:
    name = place.names(found[1])
    if not name:
        return found[0]
    if found[1] not in called:
        called.append(found[1])
    return f"@{name}"


def _called(part: Mapping[str, Any], place: Place) -> list[str]:
    """Whom the two lists call; people who are not in the group are not called, and nobody is told."""
    mobiles = texts_of(part, "mentioned_mobile_list")
    wanted = texts_of(part, "mentioned_list") + [
        mobile if mobile == drawing.EVERYBODY else place.by_mobile(mobile) for mobile in mobiles
    ]
    return [
        user for user in dict.fromkeys(wanted) if user and (user == drawing.EVERYBODY or place.names(user))
    ]


def _at(user: str, place: Place) -> str:
    return "@所有人" if user == drawing.EVERYBODY else f"@{place.names(user)}"


def _mentioning(drawn: Drawn, called: list[str]) -> Drawn:
    if not called:
        return drawn
    return Drawn(
        kind=drawn.kind,
        text=drawn.text,
        html=drawn.html,
        wire=drawn.wire,
        links=drawn.links,
        mentions=tuple(called),
    )


def _markdown(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    content = text_of(part, "content", missing=44004)
    if place.name == "webhook":
        _at_most(content, ROBOT_MARKDOWN_BYTES, "markdown.content")
    elif size(content) > APP_MARKDOWN_BYTES:
        if place.switches.wecom_long_markdown == "refuse":
            raise Refused(45002, "content size out of limit")
        content = cut(content, APP_MARKDOWN_BYTES)
    return drawing.draw_markdown(content, body, place.names if place.name != "app" else _nobody)


def _nobody(_user: str) -> str:
    return ""


def _markdown_v2(part: Mapping[str, Any], body: Mapping[str, Any], _place: Place) -> Drawn:
    content = text_of(part, "content", missing=44004)
    _at_most(content, ROBOT_MARKDOWN_BYTES, "markdown_v2.content")
    return drawing.draw_markdown_v2(content, body)


def _at_most(content: str, limit: int, name: str) -> None:
    if size(content) > limit:
        raise Refused(40058, f"{name} exceed max length {limit}")


def stored_of(part: Mapping[str, Any], place: Place, kind: str, name: str = "media_id") -> Stored:
    """The uploaded file; 40007 when it is not there any more, of another kind, or somebody else's."""
    stored = place.media.find(text_of(part, name, missing=41006))
    if stored is None or stored.kind != kind or stored.owner != place.owner:
        raise Refused(40007, "invalid media_id")
    return stored


def _file(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    stored = stored_of(part, place, "file")
    return drawing.draw_media("file", stored.media_id, body, name=stored.file_name)


def _image(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    return drawing.draw_media("image", stored_of(part, place, "image").media_id, body)


def _voice(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    return drawing.draw_media("voice", stored_of(part, place, "voice").media_id, body)


def _video(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    title, told = cut(optional_text(part, "title"), 128), cut(optional_text(part, "description"), 512)
    return drawing.draw_media("video", stored_of(part, place, "video").media_id, body, name=title, told=told)


def is_picture(content: bytes) -> bool:
    """JPG or PNG, by its first bytes."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def _inline_image(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    try:
        content = base64.b64decode(text_of(part, "base64"), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(40058, "image.base64 is not base64") from None
    if len(content) > INLINE_IMAGE_BYTES:
        raise Refused(93018, "image size exceed limit 2MB")
    if md5(content, usedforsecurity=False).hexdigest() != text_of(part, "md5").lower():
        raise Refused(301019, "image md5 not match")
    if not is_picture(content):
        raise Refused(40123, "invalid image format, JPG or PNG only")
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    stored = place.media.store("image", Upload("image", kind, content), owner=place.owner)
    # The picture itself is kept once, in Media.
    wire = {**body, "image": {**part, "base64": f"（{len(content)} 字节）"}}
    return drawing.draw_media("image", stored.media_id, wire)


def _textcard(part: Mapping[str, Any], body: Mapping[str, Any], _place: Place) -> Drawn:
    text_of(part, "title", missing=41016)
    text_of(part, "description")
    _address(part, "url", 2048)
    optional_text(part, "btntxt")
    return drawing.draw_textcard(part, body)


def _address(part: Mapping[str, Any], name: str, limit: int) -> None:
    address = text_of(part, name, missing=41010)
    if size(address) > limit:
        raise Refused(40039, "invalid url size")
    if not _WITH_SCHEME.fullmatch(address):
        raise Refused(45034, "url needs http:// or https://")


def _articles(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    articles = part.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise Refused(45008, "articles count out of limit, 1 to 8")
    for article in articles:
        if not isinstance(article, dict):
            raise Refused(40058, "an article must be an object")
        text_of(article, "title", missing=41016)
    return articles


def _news(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    articles = _articles(part)
    for article in articles:
        optional_text(article, "description")
        optional_text(article, "picurl")
        # An app's article may lead to a mini-program instead of an address.
        if place.name != "webhook" and article.get("appid"):
            optional_text(article, "url")
        else:
            _address(article, "url", 2048)
    return drawing.draw_news(articles, body)


def _mpnews(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    articles = _articles(part)
    for article in articles:
        stored_of(article, place, "image", "thumb_media_id")
        if size(text_of(article, "content")) > _MPNEWS_BYTES:
            raise Refused(45002, "content size out of limit")
    seen = [{"title": a["title"], "description": optional_text(a, "digest")} for a in articles]
    return drawing.draw_news(seen, body, kind="mpnews")


def _card(part: Mapping[str, Any], body: Mapping[str, Any], place: Place) -> Drawn:
    return draw_card(check_card(part, place=place.name), body)


_Draw = Callable[[Mapping[str, Any], Mapping[str, Any], Place], Drawn]
_FROM_APP: Final[Mapping[str, _Draw]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "file": _file,
    "textcard": _textcard,
    "news": _news,
    "mpnews": _mpnews,
}
_KINDS: Final[Mapping[str, Mapping[str, _Draw]]] = {
    "app": {**_FROM_APP, "template_card": _card},
    "chat": _FROM_APP,
    "webhook": {
        "text": _text,
        "markdown": _markdown,
        "markdown_v2": _markdown_v2,
        "image": _inline_image,
        "news": _news,
        "file": _file,
        "voice": _voice,
        "template_card": _card,
    },
}
