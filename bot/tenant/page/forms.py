"""Reads what the page posts: only from the page itself, only so much, and with one clear sentence when it is wrong."""

from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.tenant.page.state import Page
from bot.tenant.page.view import View
from bot.tenant.people import Chat, Member, Platform
from bot.tenant.tenant import Side
from bot.tenant.transcript import Shown

_BODY_LIMIT = 64 * 1024
_MOST_FIELDS = 200
_FORM = "application/x-www-form-urlencoded"


class Wrong(Exception):
    """A form that cannot be carried out; the sentence is for the person."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class NotThere(Exception):
    """The page asks for somebody or something that does not exist."""


def refuse_strangers(request: web.Request) -> None:
    """Another site must not act in somebody's name. What is no browser sends neither header and has no name to lend.

    Raises Wrong.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site != "same-origin" or (origin is not None and _netloc(origin) != request.host):
        raise Wrong("这个请求来自别的网站，没有执行。请在练习场的页面上操作。", 403)


def refuse_strange_names(request: web.Request, names: Collection[str]) -> None:
    """A foreign name that leads to this machine (DNS rebinding) would make another site look like this one.

    Addresses, names of the local network and `names` are good. Raises Wrong.
    """
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        name = "."
    if "." not in name or name.endswith((".localhost", ".local")) or name in names:
        return
    try:
        ip_address(name)
    except ValueError:
        raise Wrong(
            "练习场不认这个网址，请用 IP 地址或 localhost 打开，或者用 BOT_PUBLIC_URL 设好网址。", 421
        ) from None


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


class Form:
    """One posted form. `view` is the page it was posted from."""

    def __init__(self, page: Page, fields: Sequence[tuple[str, str]]) -> None:
        self._page = page
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name, []).append(value)
        self.view = View.read(dict(parse_qsl(self.text("back"))))

    def text(self, name: str) -> str:
        """The last one wins: a button that was pressed stands behind the fields of its form."""
        return self._fields.get(name, [""])[-1]

    def several(self, prefix: str) -> Mapping[str, tuple[str, ...]]:
        """All fields that begin so, by the rest of their names."""
        return {
            name.removeprefix(prefix): tuple(value for value in values if value)
            for name, values in self._fields.items()
            if name.startswith(prefix)
        }

    def number(self, name: str) -> int:
        """Raises NotThere: only our own pages write numbers."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise NotThere
        return int(text)

    def side(self) -> Side:
        """Raises NotThere."""
        platform = self.text("platform")
        if platform not in set(Platform):
            raise NotThere
        return self._page.sides[Platform(platform)]

    def member(self) -> Member:
        """Raises NotThere."""
        member = self._page.tenant.directory.members.get(self.text("member"))
        if member is None:
            raise NotThere
        return member

    def chat(self) -> tuple[Side, Member, Chat]:
        """Somebody in one of their own chats. Raises NotThere."""
        side, member, key = self.side(), self.member(), self.text("chat")
        for chat, _title in side.chats_of(member):
            if chat.key == key:
                return side, member, chat
        raise NotThere

    def shown(self, chat: Chat) -> Shown:
        """A message of this chat. Raises NotThere."""
        shown = self._page.tenant.transcript.numbered(self.number("number"))
        if shown is None or shown.chat.key != chat.key:
            raise NotThere
        return shown


async def read_form(request: web.Request, page: Page) -> Form:
    """Raises Wrong."""
    if request.content_type != _FORM:
        raise Wrong("表单的格式不对，请在练习场的页面上操作。", 415)
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > _BODY_LIMIT:
            raise Wrong("内容太长了，请分几次发送。", 413)
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Wrong("表单里的项目太多了，请刷新页面再试。") from None
    return Form(page, fields)
