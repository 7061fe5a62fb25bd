"""How DingTalk shows a message: pure functions from what was sent to what a person sees.

The Markdown is the official subset (robot-message-type): headings, quotes, bold, italic, links, pictures, lists.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.tenant.dingtalk.samples import as_message
from bot.tenant.markup import Markup, anchor, link
from bot.tenant.transcript import Button, Does, Drawn

MARKUP = Markup(
    ("heading", "blockquote", "emphasis", "link", "image", "list", "entity"),
    breaks=False,  # document faq-robot: two spaces before the newline
)
EVERYBODY = "@all"
_MOST_MENTIONS = 50  # document custom-robots-send-group-messages
_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；：！？、（）【】《》“”]+")
_WORD = "[0-9A-Za-z_-]"


@dataclass(frozen=True, slots=True)
class Named:
    """A member of the group by the id or the number that `at` calls them by."""

    account: str
    name: str


People = Mapping[str, Named]
NOBODY: People = {}


def draw_message(message: Mapping[str, Any], people: People = NOBODY) -> Drawn:
    """A message that `check_message` has let pass; `people` are those who can be mentioned."""
    kind = message["msgtype"]
    content = message[kind]
    if kind == "text":
        text, mentions = _mentioned(content["content"], message.get("at"), people, appended=True)
        return draw_text(text, message, mentions)
    if kind == "link":
        return _draw_link(content, message)
    if kind == "feedCard":
        return _draw_feed(content, message)
    source, mentions = _mentioned(content["text"], message.get("at"), people, appended=False)
    drawn = draw_markdown(source, message, mentions)
    return drawn if kind == "markdown" else replace(drawn, kind=kind, buttons=_buttons(content))


def draw_sample(key: str, params: Mapping[str, str]) -> Drawn:
    """A template of the OpenAPI, where nobody can be mentioned."""
    wire = {"msgKey": key, "msgParam": dict(params)}
    message = as_message(key, params)
    if message is not None:
        return replace(draw_message(message), wire=wire)
    if key == "sampleImageMsg":
        uploaded = params["photoURL"] if params["photoURL"].startswith(("@", "$")) else ""
        return Drawn(kind="image", text="[图片]", html="<p>[图片]</p>", wire=wire, picture=uploaded)
    if key == "sampleAudio":
        return _plain("voice", f"[语音] {params['duration']} 毫秒", wire)
    if key == "sampleVideo":
        return _plain("video", f"[视频] {params['duration']} 秒", wire)
    name = params["fileName"]
    return replace(_plain("file", f"[文件] {name}", wire), file_name=name)


def draw_text(text: str, wire: object, mentions: tuple[str, ...] = ()) -> Drawn:
    """Line for line; addresses can be tapped."""
    return Drawn(
        kind="text",
        text=text,
        html=f"<p>{_lines(text)}</p>",
        wire=wire,
        mentions=mentions,
        links=tuple(Button(found, Does.OPEN, found) for found in _ADDRESS.findall(text)),
    )


def draw_markdown(source: str, wire: object, mentions: tuple[str, ...] = ()) -> Drawn:
    return Drawn(
        kind="markdown",
        text=MARKUP.text(source),
        html=MARKUP.html(source),
        wire=wire,
        mentions=mentions,
        links=MARKUP.links(source),
    )


def _plain(kind: str, text: str, wire: object) -> Drawn:
    return Drawn(kind=kind, text=text, html=f"<p>{html.escape(text)}</p>", wire=wire)


def _draw_link(content: Mapping[str, Any], wire: object) -> Drawn:
    title, text, address = content["title"], content["text"], content["messageUrl"]
    return Drawn(
        kind="link",
        text=f"{title}\n{text}",
        html=f"{anchor(address)}<strong>{html.escape(title)}</strong></a><p>{_lines(text, tapped=False)}</p>",
        wire=wire,
        links=(link(title, address),),
    )


def _draw_feed(content: Mapping[str, Any], wire: object) -> Drawn:
    links = [(item["title"], item["messageURL"]) for item in content["links"]]
    rows = "".join(f"<li>{anchor(address)}{html.escape(title)}</a></li>" for title, address in links)
    return Drawn(
        kind="feedCard",
        text="\n".join(title for title, _address in links),
        html=f"<ul>{rows}</ul>",
        wire=wire,
        links=tuple(link(title, address) for title, address in links),
    )


def _buttons(card: Mapping[str, Any]) -> tuple[Button, ...]:
    if card.get("singleTitle") and card.get("singleURL"):
        return (link(card["singleTitle"], card["singleURL"]),)
    return tuple(link(button["title"], button["actionURL"]) for button in card["btns"])


def _lines(text: str, *, tapped: bool = True) -> str:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text) if tapped else ():
        address = found.group()
        pieces += [html.escape(text[end : found.start()]), anchor(address), html.escape(address), "</a>"]
        end = found.end()
    return "".join([*pieces, html.escape(text[end:])]).replace("\n", "<br>")


def _mentioned(text: str, at: object, people: People, *, appended: bool) -> tuple[str, tuple[str, ...]]:
    """`@id` becomes `@name` where `at` says so; `appended`: who is not in the text stands at its end.

    Members only (robot-message-type). NoneBot's adapter reports the appended names, LangBot #1615 that Markdown
    shows none.
    """
    if not isinstance(at, Mapping):
        return text, ()
    called = [id_ for key in ("atUserIds", "atMobiles") for id_ in _texts(at.get(key))][:_MOST_MENTIONS]
    known = [id_ for id_ in dict.fromkeys(called) if id_ in people]
    found: dict[str, None] = {}
    if known:
        longest_first = "|".join(re.escape(id_) for id_ in sorted(known, key=len, reverse=True))

        def name(match: re.Match[str]) -> str:
            named = people[match.group(1)]
            found[named.account] = None
            return f"@{named.name}"

        text = re.sub(f"@({longest_first})(?!{_WORD})", name, text)
    if appended:
        for id_ in known:
            if people[id_].account not in found:
                found[people[id_].account] = None
                text += f" @{people[id_].name}"
    if at.get("isAtAll") in (True, "true"):
        found[EVERYBODY] = None
        if appended and "@所有人" not in text:
            text += " @所有人"
    return text, tuple(found)


def _texts(value: object) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else ()
