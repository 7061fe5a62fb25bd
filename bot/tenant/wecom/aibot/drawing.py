"""What only an AI bot shows: growing text with a folded thinking part, and thumbs to rate it."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.tenant.tenant import Said, SaidKind
from bot.tenant.transcript import Button, Does, Drawn, Shown
from bot.tenant.wecom.drawing import draw_link, draw_markdown_v2, draw_media, draw_place, draw_text
from bot.tenant.wecom.requests import optional_text
from bot.tenant.wecom.sizes import cut

LIKED: Final = "feedback:1"
DISLIKED: Final = "feedback:2"
_THUMBS: Final = (
    Button("有帮助", Does.PRESS, LIKED, "muted"),
    Button("没有帮助", Does.PRESS, DISLIKED, "muted"),
)
_THOUGHT: Final = re.compile(r"\s*<think>(.*?)(?:</think>|\Z)\n*", re.DOTALL)


def draw_stream(content: str, wire: object, *, unfinished: bool, pictures: int = 0) -> Drawn:
    """`<think>…</think>` at the start is folded, so it is not part of what a person reads."""
    thought = _THOUGHT.match(content)
    said = draw_markdown_v2(content[thought.end() :] if thought else content, wire)
    folded = ""
    if thought:
        folded = f"<details><summary>思考过程</summary>{html.escape(thought[1].strip())}</details>"
    tail = "[图片]" * pictures
    return replace(
        said,
        kind="stream",
        text="\n".join(piece for piece in (said.text, tail) if piece),
        html=folded + said.html + (f'<span class="media">{tail}</span>' if tail else ""),
        unfinished=unfinished,
    )


def with_thumbs(drawn: Drawn) -> Drawn:
    """Below an answer that has a feedback id, once it does not grow any more."""
    return drawn if drawn.unfinished else replace(drawn, buttons=(*drawn.buttons, *_THUMBS))


def quoting(drawn: Drawn, quoted: Shown) -> Drawn:
    """Above the answer stands the message that it answers; the answer's own text stays what it is."""
    said = html.escape(f"{quoted.author.name}：{quoted.drawn.text}")
    return replace(drawn, html=f'<blockquote class="quoted">{said}</blockquote>{drawn.html}')


def draw_file(kind: str, media_id: str, file_name: str, body: Mapping[str, Any]) -> Drawn:
    """A file that the bot sends; over-long titles of videos are cut, as documented. Raises Refused."""
    part = body[kind]
    if kind != "video":
        return draw_media(kind, media_id, dict(body), name=file_name if kind == "file" else "")
    title, told = cut(optional_text(part, "title"), 128), cut(optional_text(part, "description"), 512)
    return draw_media(kind, media_id, dict(body), name=title, told=told)


def draw_said(said: Said, media_id: str, mention: str, wire: object) -> Drawn:
    """A person's own message; `mention` is "@name " in a group and empty elsewhere."""
    match said.kind:
        case SaidKind.TEXT:
            return draw_text(mention + said.text, wire)
        case SaidKind.LOCATION:
            return draw_place(said.text, wire)
        case SaidKind.LINK:
            return draw_link(said.text, said.address, wire)
        case _:
            told = (mention if said.kind is SaidKind.IMAGE and said.text else "") + said.text
            return draw_media(said.kind.value, media_id, wire, name=said.file_name, told=told)
