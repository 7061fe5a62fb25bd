"""Answers in each way's dialect: plain text for people on WeCom and the terminal, else restricted Markdown."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from messages.incoming import Door, Platform
from messages.outgoing import Answer, Data, Line, LineKind, Reply
from messages.splitting import Footer, Piece, footer, plain_footer, split

WECOM_BYTES: Final = 2048  # a passive text is cut beyond that (official document 90241)
DINGTALK_BYTES: Final = 6000  # 20,000 are taken; nobody reads that much in a chat
_WECOM_MARKDOWN_BYTES: Final = 4096  # official document 99110
# A webhook's body may have 20,000 bytes, msgParam 15,000: JSON makes twice as much of line breaks and quotes.
_DINGTALK_WEBHOOK_BYTES: Final = 9_500
_DINGTALK_GROUP_BYTES: Final = 7_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one way out takes an answer. No `markdown_bytes` = it has no Markdown that we use."""

    text_bytes: int
    markdown_bytes: int = 0
    anchors: bool = True  # whether an HTML anchor in data is harmless there
    only_markdown: bool = False  # there is no plain text: what could be markup is written so that it is none


WECOM_TEXT: Final = Dialect(text_bytes=WECOM_BYTES, anchors=False)
WECOM_GROUP: Final = Dialect(text_bytes=WECOM_BYTES, markdown_bytes=_WECOM_MARKDOWN_BYTES, anchors=False)
DINGTALK_PRIVATE: Final = Dialect(text_bytes=DINGTALK_BYTES, markdown_bytes=DINGTALK_BYTES)
DINGTALK_WEBHOOK: Final = Dialect(text_bytes=_DINGTALK_WEBHOOK_BYTES, markdown_bytes=_DINGTALK_WEBHOOK_BYTES)
DINGTALK_GROUP: Final = Dialect(text_bytes=_DINGTALK_GROUP_BYTES, markdown_bytes=_DINGTALK_GROUP_BYTES)
# 20,480 bytes are taken (official document 101031); nobody reads that much in a chat.
AIBOT: Final = Dialect(text_bytes=6000, markdown_bytes=6000, anchors=False, only_markdown=True)
_DIALECTS: Final = {Platform.WECOM: WECOM_TEXT, Platform.DINGTALK: DINGTALK_PRIVATE}

_TITLE_CHARACTERS: Final = 40
_NO_TITLE: Final = "研修助手"

# Nobody documents any escaping, so data with any of these goes out as a text message.
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


def pages(answer: Answer, platform: Platform, door: Door = Door.CALLBACK) -> tuple[Reply, ...]:
    """The replies in order; none for silence. `更多` brings the second and the following ones."""
    if platform in {Platform.CONSOLE, Platform.PAGE}:
        whole = "".join(gap + line for gap, line in _plain(answer))
        return (Reply(body=whole),) if answer.lines else ()
    first, *rest = _pages(answer, AIBOT if door.aibot else _DIALECTS[platform], footer) or (None,)
    if first is None:
        return ()
    return (first if answer.buttons is None else replace(first, buttons=answer.buttons), *rest)


def pages_in(answer: Answer, dialect: Dialect) -> tuple[Reply, ...]:
    """All of them, to be sent one after the other."""
    *before, last = _pages(answer, dialect, plain_footer) or (None,)
    return () if last is None else (*before, replace(last, buttons=answer.buttons))


def _pages(answer: Answer, dialect: Dialect, footer: Footer) -> tuple[Reply, ...]:
    if not answer.lines:
        return ()
    if dialect.only_markdown:
        answer = literal_in_markdown(answer)
    elif not dialect.markdown_bytes or len(answer.lines) == 1 or not _fit_for_markdown(answer):
        pieces = _plain(answer, anchors=dialect.anchors)
        bodies = split(pieces, dialect.text_bytes, footer=footer)
        return tuple(Reply(body=body) for body in bodies)
    title = _text(answer.lines[0])[:_TITLE_CHARACTERS].strip() or _NO_TITLE
    bodies = split(_markdown(answer), dialect.markdown_bytes, before_footer="\n\n", footer=footer)
    return tuple(Reply(body=body, markdown=True, title=title) for body in bodies)


# Full-width signs look nearly the same and mean nothing to Markdown.
_FULL_WIDTH: Final = str.maketrans("[]*_`~<>|\\#$&", "［］＊＿｀～＜＞｜＼＃＄＆")
_LINK: Final = re.compile(r"https?://[^\s，。；、（）“”《》<>]+")
# What could end a link early, or begin other markup inside it.
_IN_LINK: Final = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "[]*`|\\{}<>"})
_BLOCK: Final = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")


def literal_in_markdown(answer: Answer) -> Answer:
    """The same words so that Markdown shows them as they are; links stay links."""
    return replace(answer, lines=tuple(_literal_line(line) for line in answer.lines))


def literal_body(body: str) -> str:
    """A text message as Markdown that shows the same words, line for line."""
    return "  \n".join(map(_literal_words, body.split("\n")))


def _literal_line(line: Line) -> Line:
    """Line by line: a list that somebody has written inside their own text becomes none."""
    words = "\n".join(map(_literal_words, _text(line).split("\n")))
    return Line(line.kind, (words,))


def _literal_words(words: str) -> str:
    pieces, end = [], 0
    for link in _LINK.finditer(words):
        pieces += [words[end : link.start()].translate(_FULL_WIDTH), link[0].translate(_IN_LINK)]
        end = link.end()
    pieces.append(words[end:].translate(_FULL_WIDTH))
    whole = "".join(pieces)
    return _BLOCK.sub("\\1\u200b\\2", whole)


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
    if len(line.parts) == 1 and isinstance(line.parts[0], str):
        return line.parts[0]
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
