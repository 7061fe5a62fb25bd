"""What the first bytes of a web page say to a reader: its title and its visible text."""

import html
import re
from dataclasses import dataclass

# Possessive, because a page may be made to keep whoever reads it busy.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HIDDEN = frozenset({"script", "style", "template", "noscript"})
# A closed list: some of Python's codecs take minutes for a page that was made for it, or unpack archives.
_CODECS = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5",
    "utf-16": "utf-16",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Both without any white space, so that a phrase is found however the page was laid out."""

    title: str
    text: str  # without the title


EMPTY = Page("", "")


def read_page(content_type: str, body: bytes) -> Page:
    """Never fails: what is no page has nothing to say. `content_type` as in the header."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {"", "text/html", "application/xhtml+xml", "text/plain"} or not body.strip():
        return EMPTY
    markup = body.decode(_codec(content_type, body), errors="replace")
    title: list[str] = []
    text: list[str] = []
    position, in_title = 0, False
    while tag := _TAG.search(markup, position):
        (title if in_title else text).append(markup[position : tag.start()])
        closing, name = tag[1] == "/", tag[2].lower()
        position = tag.end()
        if name == "title":
            in_title = not closing
        elif name in _HIDDEN and not closing:
            position = _end_of(name, markup, position)
    (title if in_title else text).append(markup[position:])
    return Page(_squeezed(title), _squeezed(text))


def _end_of(name: str, markup: str, position: int) -> int:
    end = re.compile(rf"</{name}", re.IGNORECASE).search(markup, position)
    return len(markup) if end is None else end.start()


def _squeezed(pieces: list[str]) -> str:
    return "".join(html.unescape(" ".join(pieces)).split())


def _codec(content_type: str, body: bytes) -> str:
    found = _CHARSET.search(content_type.encode(errors="replace")) or _CHARSET.search(body[:2048])
    return "utf-8" if found is None else _CODECS.get(found[1].decode().lower(), "utf-8")
