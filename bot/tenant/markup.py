"""Markdown as a chat client shows it: only the rules that the platform knows, the rest literally."""

import html
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.tenant.transcript import Button, Does

_SAY = "dtmd://dingtalkclient/sendMessage?"


class Markup:
    """One platform's subset. `extend` may add inline rules of its own (colours, mentions)."""

    def __init__(
        self, rules: Sequence[str], *, breaks: bool, extend: Callable[[MarkdownIt], None] | None = None
    ) -> None:
        """`rules` are markdown-it's names; `breaks`: a single newline starts a new line."""
        self._parser = MarkdownIt("zero", {"html": False, "breaks": breaks}).enable(["newline", *rules])
        self._parser.add_render_rule("link_open", _link_open)
        self._parser.add_render_rule("image", _image)
        if extend is not None:
            extend(self._parser)
        self._breaks = breaks

    def html(self, source: str) -> str:
        """Safe to put into a page: everything that is not a rule is escaped."""
        return str(self._parser.render(source))

    def text(self, source: str) -> str:
        """What a person reads, a line for each line; list items begin with “· ”."""
        lines: list[str] = []
        prefix = ""
        ordered: list[int] = []
        cells: list[str] | None = None
        for token in self._parser.parse(source):
            if token.type == "ordered_list_open":
                ordered.append(int(token.attrs.get("start", 1)))
            elif token.type == "ordered_list_close":
                ordered.pop()
            elif token.type == "list_item_open":
                prefix = f"{token.info}{token.markup} " if token.info else "· "
            elif token.type == "tr_open":
                cells = []
            elif token.type == "tr_close":
                lines.append(" | ".join(cells or ()))
                cells = None
            elif token.type == "inline" and cells is not None:
                cells.append(self._inline(token))
            elif token.type == "inline":
                lines += (prefix + self._inline(token)).split("\n")
                prefix = ""
            elif token.type in ("fence", "code_block"):
                lines += token.content.rstrip("\n").split("\n")
        return "\n".join(lines)

    def links(self, source: str) -> tuple[Button, ...]:
        """What can be tapped within the text, in order."""
        found: list[Button] = []
        for token in self._parser.parse(source):
            address, label = "", ""
            for child in token.children or ():
                if child.type == "link_open":
                    address, label = str(child.attrs.get("href", "")), ""
                elif child.type == "link_close":
                    found.append(link(label, address))
                else:
                    label += child.content
        return tuple(found)

    def _inline(self, token: Token) -> str:
        pieces = []
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                pieces.append("\n" if self._breaks or child.type == "hardbreak" else " ")
            elif child.type == "image":
                pieces.append(f"[图片]{child.content}")
            else:
                pieces.append(child.content)
        return "".join(pieces)


def _link_open(_self: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    return anchor(str(tokens[index].attrs.get("href", "")))


def link(label: str, address: str) -> Button:
    """What a tap on this address does: DingTalk's dtmd links let the person say something."""
    if address.startswith(_SAY):
        said = parse_qs(urlsplit(address).query).get("content", [""])[0]
        return Button(label, Does.SAY, said)
    return Button(label, Does.OPEN, address)


def is_web_address(address: str) -> bool:
    """Whether a browser can open it without harm: everything but http and https would be a trap."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as “https://[”, which bots may send
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def anchor(address: str) -> str:
    """The opening tag, without an address where there is none to open; what would be said is kept apart."""
    target = link("", address)
    if target.does is Does.SAY:
        return f'<a href="#" data-say="{html.escape(target.value)}">'
    if not is_web_address(address):
        return "<a>"
    return f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">'


def _image(_self: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    # Nothing from another host is loaded on this page; the person sees what would be there.
    token = tokens[index]
    return f'<span class="picture">[图片] {html.escape(token.content)}</span>'
