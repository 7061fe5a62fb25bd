"""What the bot says, whichever way it came: checked, counted and shown."""

from collections.abc import Mapping
from typing import Any, Final

from bot.tenant.calls import Refused
from bot.tenant.installation import WeComAibot
from bot.tenant.limits import Window
from bot.tenant.people import Chat, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Author, Drawn, Shown
from bot.tenant.wecom.aibot.asked import Asked, Asks
from bot.tenant.wecom.aibot.drawing import draw_file, quoting, with_thumbs
from bot.tenant.wecom.aibot.streams import LONGEST, Streams, feedback_id, read_frame
from bot.tenant.wecom.cards import check_card, draw_card
from bot.tenant.wecom.drawing import draw_markdown_v2, draw_text
from bot.tenant.wecom.requests import text_of, texts_of
from bot.tenant.wecom.sizes import size

MEDIA: Final = ("file", "image", "voice", "video")
STREAM: Final = "stream"
CARD: Final = "template_card"
BOTH: Final = "stream_with_template_card"
TO_MESSAGE: Final = frozenset({STREAM, CARD, BOTH})
"""In callback mode (document 101031): no plain text, no markdown."""
TO_MESSAGE_LONG: Final = frozenset({*TO_MESSAGE, "markdown", *MEDIA})
TO_ENTER: Final = frozenset({"text", CARD})
PUSHED: Final = frozenset({"markdown", CARD, *MEDIA})
LATER: Final = frozenset({"markdown", CARD})
LATER_IN_GROUP: Final = frozenset({"markdown"})

Body = Mapping[str, Any]


class Answers:
    """Those of one bot."""

    def __init__(self, tenant: Tenant, bot: WeComAibot, asks: Asks) -> None:
        self._tenant = tenant
        self._bot = bot
        self._asks = asks
        self._minute = Window(tenant.clock, 30, 60)
        self._hour = Window(tenant.clock, 1000, 3600)
        self.streams = Streams(tenant, self._post, self._count)
        self.cards: dict[int, dict[str, Any]] = {}
        """Cards by the number of the message that shows them."""
        self._tasks: set[str] = set()

    @property
    def owner(self) -> str:
        """Whose the uploaded files are."""
        return f"aibot:{self._bot.bot_id}"

    def reply(
        self, asked: Asked, body: Body, allowed: frozenset[str], *, callback_mode: bool = False
    ) -> None:
        """An answer to a message or to its refresh. Raises Refused."""
        kind = _kind(body, allowed)
        if kind not in (STREAM, BOTH):
            self._show(asked.chat, kind, body)
            self._asks.settle(asked.chat)
            return
        if kind == BOTH and not (callback_mode or self._tenant.switches.aibot_stream_with_card):
            raise Refused(40008, "invalid message type")
        frame = read_frame(body.get("stream"), pictures_allowed=callback_mode)
        card = body.get("template_card") if kind == BOTH else None
        checked = None if card is None else check_card(card, place="aibot")
        self.streams.take(asked, frame, dict(body), callback_mode=callback_mode)
        if checked is not None:
            self._show_card(asked.chat, checked, body)

    def welcome(self, asked: Asked, body: Body) -> None:
        self._show(asked.chat, _kind(body, TO_ENTER), body)
        asked.answered = True
        self._asks.settle(asked.chat)

    def push(self, chat: Chat, body: Body) -> None:
        """Of the bot's own accord."""
        self._show(chat, _kind(body, PUSHED), body)
        self._asks.settle(chat)

    def later(self, code: str, body: Body) -> None:
        """Through a response_url: once, within an hour; in a group it quotes the message (document 101138)."""
        asked = self._asks.by_response_code(code)
        group = asked.chat.room is Room.GROUP
        self._show(asked.chat, _kind(body, LATER_IN_GROUP if group else LATER), body, quoted=asked.shown)
        asked.response_used = True
        self._asks.settle(asked.chat)

    def update(self, asked: Asked, body: Body) -> None:
        """The card that was pressed is drawn anew. Raises Refused."""
        if body.get("response_type") != "update_template_card":
            raise Refused(40058, "invalid response_type")
        card = check_card(body.get("template_card"), place="aibot")
        shown = asked.shown
        if shown is None or card.get("task_id") != self.cards[shown.number].get("task_id"):
            raise Refused(40058, "template_card.task_id mismatch")
        wanted = texts_of(body, "userids")
        if not wanted or asked.body["from"]["userid"] in wanted:
            self.cards[shown.number] = card
            self._tenant.transcript.redraw(shown, draw_card(card, dict(body)))
        asked.answered = True
        asked.settled.set()

    def _show(self, chat: Chat, kind: str, body: Body, *, quoted: Shown | None = None) -> None:
        if kind == CARD:
            card = check_card(body.get("template_card"), place="aibot")
            self._count(chat)
            self._show_card(chat, card, body)
            return
        drawn, feedback = self._drawn(kind, body)
        self._count(chat)
        if quoted is not None and chat.room is Room.GROUP:
            drawn = quoting(drawn, quoted)
        shown = self._post(chat, with_thumbs(drawn) if feedback else drawn, "")
        if feedback:
            self.streams.feedback[shown.number] = feedback

    def _show_card(self, chat: Chat, card: dict[str, Any], body: Body) -> None:
        task = card.get("task_id", "")
        if task and task in self._tasks:
            # A task_id counts once per bot; what comes again is taken and reaches nobody.
            return
        self._tasks.add(task)
        drawn = draw_card(card, dict(body))
        feedback = feedback_id(card)
        shown = self._post(chat, with_thumbs(drawn) if feedback else drawn, task)
        self.cards[shown.number] = card
        if feedback:
            self.streams.feedback[shown.number] = feedback

    def _drawn(self, kind: str, body: Body) -> tuple[Drawn, str]:
        """With the feedback id, which is empty when there is none."""
        match kind:
            case "text":
                return draw_text(text_of(_part(body, "text"), "content", missing=44004), dict(body)), ""
            case "markdown":
                return self._markdown(body)
            case _:
                return self._media(body), ""

    def _markdown(self, body: Body) -> tuple[Drawn, str]:
        part = _part(body, "markdown")
        content = text_of(part, "content", missing=44004)
        if size(content) > LONGEST:
            raise Refused(40058, f"markdown.content exceed max length {LONGEST}")
        return draw_markdown_v2(content, dict(body)), feedback_id(part)

    def _media(self, body: Body) -> Drawn:
        kind = body["msgtype"]
        stored = self._tenant.media.find(text_of(_part(body, kind), "media_id", missing=40007))
        if stored is None or stored.kind != kind or stored.owner != self.owner:
            raise Refused(40007, "invalid media_id")
        return draw_file(kind, stored.media_id, stored.file_name, body)

    def _post(self, chat: Chat, drawn: Drawn, key: str) -> Shown:
        now = self._tenant.clock.ms()
        return self._tenant.transcript.post(chat, drawn, Author(self._bot.name), at_ms=now, key=key)

    def _count(self, chat: Chat) -> None:
        """30 a minute and 1000 an hour in one conversation, answers and pushes together (document 101463)."""
        if not (self._minute.take(chat.key) and self._hour.take(chat.key)):
            raise Refused(45009, "api freq out of limit")


def _kind(body: Body, allowed: frozenset[str]) -> str:
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in allowed:
        raise Refused(40008, "invalid message type")
    return kind


def _part(body: Body, name: str) -> dict[str, Any]:
    part = body.get(name)
    if not isinstance(part, dict):
        raise Refused(40058, f"missing {name}")
    return part
