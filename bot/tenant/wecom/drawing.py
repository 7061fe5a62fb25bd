"""WeCom's messages as its client shows them: pure functions from what was sent to what is seen."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.tenant.markup import anchor
from bot.tenant.transcript import Button, Does, Drawn
from bot.tenant.wecom.markdown import V2, Names, read_markdown
from bot.tenant.wecom.sizes import cut

EVERYBODY: Final = "@all"

# Of a text, the client makes links of what stands in anchors (where the message may have them) and of bare addresses.
_ANCHOR: Final = re.compile(r"<a\s+href=\"([^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"，。；、）】》]+")
_DIV: Final = re.compile(r'<div class="(gray|normal|highlight)">(.*?)</div>', re.DOTALL)
_BREAK: Final = re.compile(r"<br\s*/?>")
_BUTTON_CHARACTERS: Final = 4


def draw_text(content: str, wire: object, *, anchors: bool = False, mentioned: Sequence[str] = ()) -> Drawn:
    """`mentioned`: "@name" of everybody whom the message calls, shown behind it."""
    links: list[Button] = []
    seen, drawn, at = "", "", 0
    for found in _ANCHOR.finditer(content) if anchors else ():
        seen, drawn = seen + content[at : found.start()], drawn + _plain(content[at : found.start()], links)
        at = found.end()
        seen, drawn = seen + found[2], drawn + _linked(found[2], found[1], links)
    tail = "".join(f" {name}" for name in mentioned)
    drawn += _plain(content[at:], links)
    drawn += "".join(f' <span class="mention">{html.escape(name)}</span>' for name in mentioned)
    return Drawn(kind="text", text=seen + content[at:] + tail, html=drawn, wire=wire, links=tuple(links))


def _plain(text: str, links: list[Button]) -> str:
    pieces, at = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [_escaped(text[at : found.start()]), _linked(found[0], found[0], links)]
        at = found.end()
    return "".join([*pieces, _escaped(text[at:])])


def _linked(label: str, address: str, links: list[Button]) -> str:
    if not address.startswith(("http://", "https://")):
        return _escaped(label)
    links.append(Button(label, Does.OPEN, address))
    return f"{anchor(address)}{_escaped(label)}</a>"


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def draw_markdown(content: str, wire: object, names: Names) -> Drawn:
    read = read_markdown(content, names)
    return Drawn(
        kind="markdown",
        text=read.text,
        html=read.html,
        wire=wire,
        links=read.links,
        mentions=read.mentions,
    )


def draw_markdown_v2(content: str, wire: object) -> Drawn:
    return Drawn(
        kind="markdown_v2", text=V2.text(content), html=V2.html(content), wire=wire, links=V2.links(content)
    )


def draw_textcard(card: Mapping[str, Any], wire: object) -> Drawn:
    """Title and description are shown as far as 128 and 512 bytes reach (document 90236)."""
    title, description = cut(card["title"], 128), cut(card["description"], 512)
    blocks = _BREAK.sub("\n", _DIV.sub(lambda found: f"{found[2]}\n", description))
    seen = "\n".join(line.strip() for line in blocks.strip().split("\n"))
    drawn, at = "", 0
    for found in _DIV.finditer(description):
        drawn += _broken(description[at : found.start()])
        drawn += f'<div class="{found[1]}">{_broken(found[2])}</div>'
        at = found.end()
    label = (card.get("btntxt") or "详情")[:_BUTTON_CHARACTERS]
    return Drawn(
        kind="textcard",
        text=f"{title}\n{seen}",
        html=f"<h4>{html.escape(title)}</h4>{drawn}{_broken(description[at:])}",
        wire=wire,
        buttons=(Button(label, Does.OPEN, card["url"]),),
    )


def _broken(text: str) -> str:
    return "<br>".join(_escaped(piece) for piece in _BREAK.split(text))


def draw_news(articles: Sequence[Mapping[str, Any]], wire: object, *, kind: str = "news") -> Drawn:
    """Titles and descriptions are shown as far as 128 and 512 bytes reach."""
    lines: list[str] = []
    pieces: list[str] = []
    links: list[Button] = []
    for article in articles:
        title, told = cut(article["title"], 128), cut(article.get("description") or "", 512)
        lines += [title, told] if told else [title]
        heading = _linked(title, article.get("url") or "", links)
        pieces.append(f"<article><h4>{heading}</h4><p>{_escaped(told)}</p></article>")
    return Drawn(kind=kind, text="\n".join(lines), html="".join(pieces), wire=wire, links=tuple(links))


def draw_media(kind: str, media_id: str, wire: object, *, name: str = "", told: str = "") -> Drawn:
    """`kind`: image, voice, video or file; `name` and `told` are shown where the kind has them."""
    label = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "file": "[文件]"}[kind]
    text = " ".join(piece for piece in (label, name, told) if piece)
    return Drawn(
        kind=kind,
        text=text,
        html=f'<span class="media">{html.escape(text)}</span>',
        wire=wire,
        picture=media_id if kind == "image" else "",
        file_name=name if kind == "file" else "",
    )


def draw_place(label: str, wire: object) -> Drawn:
    text = f"[位置] {label}".rstrip()
    return Drawn(
        kind="location", text=text, html=f'<span class="media">{html.escape(text)}</span>', wire=wire
    )


def draw_link(title: str, address: str, wire: object) -> Drawn:
    """A link that a person shares."""
    links: list[Button] = []
    drawn = _linked(title or address, address, links)
    return Drawn(kind="link", text=title or address, html=drawn, wire=wire, links=tuple(links))
