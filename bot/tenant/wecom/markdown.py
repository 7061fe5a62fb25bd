"""WeCom's two dialects of Markdown: the old one of apps and group robots, and markdown_v2.

The old one (documents 90236 and 99110) goes line by line: headings, bold, links, inline code, quotes, three
font colours and mentions; everything else stays as it was typed. markdown_v2 has lists, tables and code blocks
instead, and neither colours nor mentions.
"""

import html
import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.tenant.markup import Markup, anchor, link
from bot.tenant.transcript import Button

Names = Callable[[str], str]
"""The name of the member with this user id, or nothing when nobody here has it."""

_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_QUOTE: Final = re.compile(r"\s{0,3}>\s?(.*)")
_FONT: Final = re.compile(r'<font color="(info|comment|warning)">(.*?)</font>')
_MENTION: Final = re.compile(r"<@([^<>\s]{1,64})>")

V2: Final = Markup(
    ["heading", "list", "blockquote", "hr", "fence", "table", "backticks", "emphasis", "link", "image"],
    breaks=True,
)


@dataclass(frozen=True, slots=True)
class Read:
    """What the old dialect makes of a text."""

    text: str
    html: str
    links: tuple[Button, ...]
    mentions: tuple[str, ...]


def read_markdown(source: str, names: Names) -> Read:
    """`names` resolves `<@userid>`; one that it does not know stays literal."""
    lines: list[str] = []
    pieces: list[str] = []
    links: list[Button] = []
    env: dict[str, Any] = {"names": names, "mentions": []}
    for line in source.replace("\r\n", "\n").split("\n"):
        opening, content, closing = _line(line)
        tokens = _inline(content, env)
        lines.append("".join(token.content for token in tokens))
        links += _links(tokens)
        pieces.append(f"{opening}{_PARSER.renderer.render(tokens, _PARSER.options, env) or '<br>'}{closing}")
    return Read("\n".join(lines), "".join(pieces), tuple(links), tuple(env["mentions"]))


def _line(line: str) -> tuple[str, str, str]:
    if found := _HEADING.fullmatch(line):
        tag = f"h{len(found[1])}"
        return f"<{tag}>", found[2], f"</{tag}>"
    if found := _QUOTE.fullmatch(line):
        return "<blockquote>", found[1], "</blockquote>"
    return "<div>", line, "</div>"


def _inline(content: str, env: MutableMapping[str, Any]) -> list[Token]:
    tokens = _PARSER.parseInline(content, env)[0].children or []
    for token in tokens:
        if token.type in ("em_open", "em_close"):  # there is no italic here
            token.type, token.tag, token.nesting, token.content = "text", "", 0, token.markup
    return tokens


def _links(tokens: Sequence[Token]) -> list[Button]:
    found, address, label = [], "", ""
    for token in tokens:
        if token.type == "link_open":
            address, label = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            found.append(link(label, address))
        else:
            label += token.content
    return found


def _font(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it's own signature
    found = _FONT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        end = state.posMax
        state.push("font_open", "span", 1).attrs = {"class": f"font-{found[1]}"}
        state.pos, state.posMax = found.span(2)
        state.md.inline.tokenize(state)
        state.push("font_close", "span", -1)
        state.posMax = end
    state.pos = found.end()
    return True


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it's own signature
    found = _MENTION.match(state.src, state.pos, state.posMax)
    name = state.env["names"](found[1]) if found else ""
    if found is None or not name:
        return False
    if not silent:
        state.push("mention", "", 0).content = f"@{name}"
        state.env["mentions"].append(found[1])
    state.pos = found.end()
    return True


def _render_mention(
    _self: object, tokens: Sequence[Token], index: int, _options: object, _env: object
) -> str:
    return f'<span class="mention">{html.escape(tokens[index].content)}</span>'


def _render_link(_self: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    return anchor(str(tokens[index].attrs.get("href", "")))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False}).enable(["emphasis", "link", "backticks"])
    parser.inline.ruler.push("font", _font)
    parser.inline.ruler.push("mention", _mention)
    parser.add_render_rule("mention", _render_mention)
    parser.add_render_rule("link_open", _render_link)
    return parser


_PARSER: Final = _parser()
