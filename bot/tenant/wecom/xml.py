"""The XML of callbacks and passive replies, written and read without a tree of anybody else's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

# What XML 1.0 does not allow even inside CDATA (section 2.2, production Char).
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST: Final = 20

Fields = Sequence[tuple[str, "str | int | Fields"]]


def write_xml(fields: Fields, root: str = "xml") -> str:
    """Numbers stand bare, texts in CDATA, as WeCom writes them."""
    return f"<{root}>{''.join(_element(name, value) for name, value in fields)}</{root}>"


def _element(name: str, value: "str | int | Fields") -> str:
    if isinstance(value, str):
        return f"<{name}>{_cdata(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return write_xml(value, name)


def _cdata(text: str) -> str:
    return f"<![CDATA[{_NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


class NotXml(Exception):
    """It is none, or one that nobody should read (a DTD, too deep)."""


@dataclass(slots=True)
class Node:
    """An element."""

    tag: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def child(self, tag: str) -> "Node | None":
        return next((node for node in self.children if node.tag == tag), None)

    def value(self, tag: str) -> str:
        """The text of a child; empty when there is none."""
        node = self.child(tag)
        return "" if node is None else node.text


class _Builder:
    """What the parser tells, put together."""

    def __init__(self) -> None:
        self.root = Node("")
        self._open = [self.root]

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST:
            raise NotXml("too deep")
        node = Node(tag)
        self._open[-1].children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        self._open[-1].text += text

    def end(self, _tag: str) -> None:
        self._open.pop()

    def close(self) -> Node:
        return self.root.children[0]


def read_xml(document: bytes) -> Node:
    """The root element. Raises NotXml."""
    parser = DefusedXMLParser(target=_Builder(), encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(document)
        root: Node = parser.close()
    except (ParseError, DefusedXmlException) as error:
        raise NotXml(str(error)) from None
    return root
