"""What people do in the chat with the app, carried to the bot, and its passive reply shown to them.

Official documents 90238 (delivery), 90239 (messages), 90240 (events), 90241 (passive reply).
"""

import secrets
from collections.abc import Mapping
from typing import Final

from bot.tenant.calls import Upload
from bot.tenant.courier import Courier, Delivered
from bot.tenant.installation import WeComApp
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Said, SaidKind, Tenant
from bot.tenant.transcript import Author, Drawn, Shown
from bot.tenant.wecom import drawing
from bot.tenant.wecom.card_updates import CardUpdates, card_of
from bot.tenant.wecom.cards import selections
from bot.tenant.wecom.identifiers import message_number
from bot.tenant.wecom.letters import Seal
from bot.tenant.wecom.messages import APP_OWNER, Messages
from bot.tenant.wecom.passive import BadReply, Passive, Question, open_reply, read_reply
from bot.tenant.wecom.xml import Fields, write_xml

NO_FILES: Final = "机器人没有收到：企业微信不把文件转给自建应用。"
OUTSIDER: Final = "机器人没有听到：企业微信只把本单位成员的话转给它。"
_FORMATS: Final = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4"}
# The point of the official example (document 90239).
_PLACE: Final[Fields] = (("Location_X", "23.134"), ("Location_Y", "113.358"), ("Scale", 15))


class Callbacks:
    """One app's chats."""

    def __init__(
        self, tenant: Tenant, courier: Courier, app: WeComApp, messages: Messages, cards: CardUpdates
    ) -> None:
        self._tenant = tenant
        self._courier = courier
        self._app = app
        self._seal = Seal(app)
        self._messages = messages
        self._cards = cards

    def chat_of(self, member: Member) -> Chat:
        return Chat(Platform.WECOM, Room.APP, member.account(Platform.WECOM))

    async def says(self, member: Member, said: Said) -> Heard:
        number = message_number()
        drawn, fields = self._message(member, said, number)
        author = Author(member.name, member.key)
        shown = self._tenant.transcript.post(
            self.chat_of(member), drawn, author, at_ms=self._tenant.clock.ms(), key=number
        )
        if said.kind is SaidKind.FILE:
            self._tenant.transcript.remark(shown, NO_FILES)
            return Heard(Outcome.NO_BOT, NO_FILES)
        return await self._carry(write_xml(fields), self._question(member), shown)

    async def repeats(self, shown: Shown) -> Heard:
        """The same MsgId and CreateTime under a fresh seal."""
        inner = shown.drawn.wire
        if not isinstance(inner, str) or shown.drawn.kind == "file":
            return Heard(Outcome.NO_BOT, NO_FILES)
        return await self._carry(inner, Question(account=shown.chat.id), shown)

    async def joins(self, member: Member) -> Heard:
        """The member comes into the app's visible range."""
        return await self._event(member, "subscribe", (("EventKey", ""),))

    async def enters(self, member: Member) -> Heard:
        """The member opens the chat with the app."""
        return await self._event(member, "enter_agent", (("EventKey", ""),))

    async def clicks(self, member: Member, key: str) -> Heard:
        """An entry of the app's menu."""
        return await self._event(member, "click", (("EventKey", key),))

    async def presses(
        self, member: Member, shown: Shown, key: str, chosen: dict[str, tuple[str, ...]]
    ) -> Heard:
        """A button of a card, or an entry of the menu in its corner."""
        card = card_of(shown)
        menu = (card.get("action_menu") or {}).get("action_list") or ()
        in_menu = any(entry.get("key") == key for entry in menu)
        fields: list[tuple[str, str | int | Fields]] = [
            ("EventKey", key),
            ("TaskId", str(card.get("task_id", ""))),
            ("CardType", str(card.get("card_type", ""))),
            ("ResponseCode", self._cards.issue(shown.key)),
        ]
        if not in_menu:
            fields.append(("SelectedItems", _selected(card, chosen)))
        event = "template_card_menu_event" if in_menu else "template_card_event"
        return await self._event(member, event, fields, pressed=shown)

    async def verify_url(self) -> Heard:
        """What saving the address does: within one second the bare text, and nothing around it."""
        echo = str(10**18 + secrets.randbelow(8 * 10**18))
        letter = self._seal.check(echo, second=self._second())
        answer = await self._courier.deliver(letter, self._tenant.pace.wecom_verify)
        if answer is None:
            return Heard(Outcome.UNHEARD, "回调地址没有在 1 秒内应答。")
        if answer.status != 200:
            return Heard(Outcome.REFUSED, f"回调地址没有通过：HTTP {answer.status}。")
        if answer.body != echo.encode():
            return Heard(Outcome.REFUSED, "回调地址没有通过：应答的不是 echostr 的明文。")
        return Heard(Outcome.ACKNOWLEDGED, "回调地址已通过验证。")

    async def _event(
        self, member: Member, event: str, fields: Fields, *, pressed: Shown | None = None
    ) -> Heard:
        head = self._head(member.account(Platform.WECOM), "event")
        inner = write_xml((*head, ("Event", event), *fields, ("AgentID", self._app.agent_id)))
        return await self._carry(inner, self._question(member, event), pressed)

    def _question(self, member: Member, event: str = "") -> Question:
        return Question(account=member.account(Platform.WECOM), event=event)

    def _second(self) -> int:
        return self._tenant.clock.stamp_ms() // 1000

    def _head(self, account: str, kind: str) -> Fields:
        return (
            ("ToUserName", self._app.corp_id),
            ("FromUserName", account),
            ("CreateTime", self._second()),
            ("MsgType", kind),
        )

    def _message(self, member: Member, said: Said, number: str) -> tuple[Drawn, Fields]:
        """How it looks to the person, and what of it goes to the bot."""
        body, media_id = self._body(said)
        fields = (
            *self._head(member.account(Platform.WECOM), said.kind),
            *body,
            ("MsgId", int(number)),
            ("AgentID", self._app.agent_id),
        )
        return draw_said(said, write_xml(fields), media_id), fields

    def _body(self, said: Said) -> tuple[Fields, str]:
        match said.kind:
            case SaidKind.TEXT:
                return (("Content", said.text),), ""
            case SaidKind.LOCATION:
                return (*_PLACE, ("Label", said.text), ("AppType", "wxwork")), ""
            case SaidKind.LINK:
                link = (("Title", said.text), ("Description", ""), ("Url", said.address), ("PicUrl", ""))
                return link, ""
            case SaidKind.FILE:
                return (), ""
        media_id = self._store(said)
        return (*self._attached(said.kind, media_id), ("MediaId", media_id)), media_id

    def _attached(self, kind: SaidKind, media_id: str) -> Fields:
        if kind is SaidKind.IMAGE:
            return (("PicUrl", f"{self._tenant.base_url}/wecom/pictures/{media_id}"),)
        return (("Format", "amr"),) if kind is SaidKind.VOICE else (("ThumbMediaId", media_id),)

    def _store(self, said: Said) -> str:
        upload = Upload(said.file_name or said.kind, _FORMATS[said.kind], said.content)
        return self._tenant.media.store(said.kind, upload, owner=APP_OWNER, prefix="1").media_id

    async def _carry(self, inner: str, question: Question, shown: Shown | None) -> Heard:
        """`shown`: below which it is said when the bot has not heard."""
        heard = await self._deliver(inner, question, shown)
        if heard.reason and shown is not None:
            self._tenant.transcript.remark(shown, heard.reason)
        return heard

    async def _deliver(self, inner: str, question: Question, shown: Shown | None) -> Heard:
        if not question.account:
            return Heard(Outcome.NO_BOT, OUTSIDER)
        pace, answer = self._tenant.pace, None
        letter = self._seal.callback(inner, account=question.account, second=self._second())
        for number in range(pace.wecom_tries):
            if number:
                await self._tenant.wait(pace.wecom_between)
                if self._tenant.closing.is_set():
                    break
                if self._tenant.switches.wecom_retry_fresh:
                    letter = self._seal.callback(inner, account=question.account, second=self._second())
            answer = await self._courier.deliver(letter, pace.wecom_answer)
            if answer is not None and answer.status == 200:
                return self._take(answer, question, shown)
        if answer is None:
            return Heard(
                Outcome.UNHEARD,
                f"平台没有收到应答：每次等 {pace.wecom_answer:g} 秒，一共试了 {pace.wecom_tries} 次。",
            )
        wrong = self._tenant.clock.wrong_by() or f"一共试了 {pace.wecom_tries} 次。"
        return Heard(Outcome.REFUSED, f"机器人没有接受（HTTP {answer.status}）：{wrong}")

    def _take(self, answer: Delivered, question: Question, shown: Shown | None) -> Heard:
        if not answer.body:
            return Heard(Outcome.ACKNOWLEDGED)
        try:
            plain = open_reply(answer.body, self._app, self._seal.cipher)
            exchange = self._tenant.wire.numbered(answer.exchange)
            if exchange is not None:
                exchange.answer_opened = plain.decode("utf-8", "replace")
                self._tenant.wire.changed(exchange)
            reply = read_reply(plain, self._app, question, self._messages.place())
        except BadReply as error:
            return Heard(Outcome.ACKNOWLEDGED, f"机器人的回复没有显示：{error}。")
        self._show(reply, question, shown)
        return Heard(Outcome.ANSWERED)

    def _show(self, reply: Passive, question: Question, pressed: Shown | None) -> None:
        if reply.drawn is not None:
            chat = Chat(Platform.WECOM, Room.APP, question.account)
            author = Author(self._app.name)
            self._tenant.transcript.post(chat, reply.drawn, author, at_ms=self._tenant.clock.ms())
        elif pressed is not None:
            self._cards.redraw(pressed, reply.card, reply.replace_name)


def draw_said(said: Said, wire: object, media_id: str = "") -> Drawn:
    """A person's own message; `wire` is what was, or would be, sent of it."""
    match said.kind:
        case SaidKind.TEXT:
            return drawing.draw_text(said.text, wire)
        case SaidKind.LOCATION:
            return drawing.draw_place(said.text, wire)
        case SaidKind.LINK:
            return drawing.draw_link(said.text, said.address, wire)
        case SaidKind.FILE:
            return drawing.draw_media("file", media_id, wire, name=said.file_name)
    return drawing.draw_media(said.kind, media_id, wire)


def _selected(card: dict[str, object], chosen: Mapping[str, tuple[str, ...]]) -> Fields:
    return [
        (
            "SelectedItem",
            [
                ("QuestionKey", item["question_key"]),
                ("OptionIds", [("OptionId", option) for option in item["option_ids"]["option_id"]]),
            ],
        )
        for item in selections(card, dict(chosen))
    ]
