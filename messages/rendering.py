"""Answers in each platform's dialect: plain text for WeCom and the terminal, restricted Markdown for DingTalk."""

import re
import unicodedata
from typing import Final

from messages.incoming import Platform
from messages.outgoing import Answer, Data, Line, LineKind, Reply
from messages.splitting import Footer, Piece, footer, plain_footer, split

WECOM_BYTES: Final = 2048  # a passive text is cut beyond that (official document 90241)
DINGTALK_BYTES: Final = 6000  # 20,000 are taken; nobody reads that much in a chat
_TITLE_CHARACTERS: Final = 40
_NO_TITLE: Final = "研修助手"

# DingTalk documents no escaping, so data with any of these goes out as a text message.
_MARKUP_IN_DATA: Final = re.compile(
    r"[\[\](){}*_#>@!`~<|\\&$]|://|www\.|^\s*(?:[-+=]|\d+[.)])", re.IGNORECASE
)
# Our own sentences hold placeholders such as <编码> and links whose underscores are not emphasis.
_MARKUP_IN_TEXT: Final = re.compile(r"[*_`~<|\\]|://|\]\(")
# WeCom turns this, and only this, into a link; a full-width sign looks the same and is none.
_ANCHOR: Final = re.compile(r"<(?=\s*/?\s*a\b)", re.IGNORECASE)

_PLAIN_PREFIX: Final = {LineKind.TEXT: "", LineKind.HEADING: "", LineKind.ITEM: "· ", LineKind.QUOTE: ""}
_MARKDOWN_PREFIX: Final = {
    LineKind.TEXT: "",
    LineKind.HEADING: "### ",
    LineKind.ITEM: "- ",
    LineKind.QUOTE: "> ",
}


def pages(answer: Answer, platform: Platform) -> tuple[Reply, ...]:
    """The replies in order; none for silence. `更多` brings the second and the following ones."""
    return _pages(answer, platform, footer)


def pages_unasked(answer: Answer, platform: Platform) -> tuple[Reply, ...]:
    """As `pages`, where all of them are sent one after the other."""
    return _pages(answer, platform, plain_footer)


def _pages(answer: Answer, platform: Platform, footer: Footer) -> tuple[Reply, ...]:
    if not answer.lines:
        return ()
    if platform is Platform.WECOM:
        bodies = split(_plain(answer, anchors=False), WECOM_BYTES, footer=footer)
        return tuple(Reply(body=body) for body in bodies)
    if platform is Platform.CONSOLE:
        return (Reply(body="".join(gap + line for gap, line in _plain(answer))),)
    if len(answer.lines) == 1 or not _fit_for_markdown(answer):
        return tuple(Reply(body=body) for body in split(_plain(answer), DINGTALK_BYTES, footer=footer))
    title = _text(answer.lines[0])[:_TITLE_CHARACTERS].strip() or _NO_TITLE
    bodies = split(_markdown(answer), DINGTALK_BYTES, before_footer="\n\n", footer=footer)
    return tuple(Reply(body=body, markdown=True, title=title) for body in bodies)


def literal(text: str) -> str:
    """Text of somebody else on one line: no control, direction or invisible characters."""
    if text.isprintable():
        return text
    return "".join(_visible(char) for char in text).strip()


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    # Private use and unassigned code points stay: rare characters of names are written with them.
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char


def _text(line: Line) -> str:
    return "".join(part if isinstance(part, str) else literal(part.text) for part in line.parts)


def _plain(answer: Answer, *, anchors: bool = True) -> list[Piece]:
    """`anchors`: whether an HTML anchor in data is harmless there."""
    pieces: list[Piece] = []
    for line in answer.lines:
        text = _text(line) if anchors else _without_anchors(line)
        gap = "\n\n" if line.kind is LineKind.HEADING else "\n"
        pieces.append((gap if pieces else "", _PLAIN_PREFIX[line.kind] + text))
    return pieces


def _without_anchors(line: Line) -> str:
    text = _text(line)
    return _ANCHOR.sub("＜", text) if "<" in text else text


def _markdown(answer: Answer) -> list[Piece]:
    pieces: list[Piece] = []
    previous: LineKind | None = None
    for line in answer.lines:
        # A blank line ends a list or a quotation; two spaces break the line within one (document faq-robot).
        gap = "" if previous is None else "  \n" if previous is line.kind is not LineKind.HEADING else "\n\n"
        pieces.append((gap, _MARKDOWN_PREFIX[line.kind] + _text(line).replace("\n", "  \n")))
        previous = line.kind
    return pieces


def _fit_for_markdown(answer: Answer) -> bool:
    for line in answer.lines:
        for part in line.parts:
            if isinstance(part, Data):
                if _MARKUP_IN_DATA.search(literal(part.text)):
                    return False
            elif _MARKUP_IN_TEXT.search(part):
                return False
    return True
