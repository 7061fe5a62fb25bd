"""A phone as it is drawn: whose it is, the conversations, and the messages of the open one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

from bot.clock import SHANGHAI
from bot.tenant.markup import is_web_address
from bot.tenant.page.chooser import is_unbound, shortcuts, somebody
from bot.tenant.page.forms import NotThere
from bot.tenant.page.samples import KINDS, VOICE_TEXT
from bot.tenant.page.state import PLATFORM_NAMES, Page
from bot.tenant.page.suggestions import suggestions
from bot.tenant.page.view import View
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Side
from bot.tenant.transcript import Button, Does, Shown

MOST_MESSAGES = 200
_PAUSE_MS = 5 * 60 * 1000
_COLOURS = 6
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Tab:
    """One conversation in the row of them."""

    chat: Chat
    title: str
    short: str
    unread: int
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """`member` is None when nobody in the tenant uses this platform, `chat` when this person has none."""

    platform: Platform
    side: Side
    member: Member | None
    chats: Sequence[tuple[Chat, str]] = ()
    chat: Chat | None = None
    title: str = ""

    @property
    def name(self) -> str:
        return PLATFORM_NAMES[self.platform]

    @property
    def in_group(self) -> bool:
        return self.chat is not None and self.chat.room is Room.GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A message as somebody sees it. `when` stands above it after a pause.

    `taken`: the bot has heard it and has said nothing since.
    """

    shown: Shown
    own: bool
    name: str
    initials: str
    colour: int
    when: str
    time: str
    picture: str
    taken: bool


def phones_of(page: Page, view: View) -> Sequence[Phone]:
    """Raises NotThere for a person or a chat that does not exist."""
    return [_phone(page, view, platform) for platform in Platform]


def _phone(page: Page, view: View, platform: Platform) -> Phone:
    side, directory = page.sides[platform], page.tenant.directory
    key = view.members.get(platform)
    member = somebody(directory, side) if key is None else directory.members.get(key)
    if member is None:
        if key is not None:
            raise NotThere
        return Phone(platform=platform, side=side, member=None)
    chats = side.chats_of(member)
    wanted = view.chats.get(platform)
    chosen = [entry for entry in chats if entry[0].key == wanted] if wanted else list(chats[:1])
    if wanted and not chosen:
        raise NotThere
    chat, title = chosen[0] if chosen else (None, "")
    return Phone(platform=platform, side=side, member=member, chats=chats, chat=chat, title=title)


def tabs_of(page: Page, phone: Phone) -> Sequence[Tab]:
    assert phone.member is not None
    found = []
    for chat, title in phone.chats:
        is_open = phone.chat is not None and chat.key == phone.chat.key
        unread = 0 if is_open else page.marks.unread(phone.member, chat)
        found.append(Tab(chat, title, _short(title, phone.member), unread, is_open))
    return found


def _short(title: str, member: Member) -> str:
    """Without the person's own unit, which they know: there is little room."""
    return title.removeprefix(member.unit).strip(" ·") or title


def subtitle(page: Page, phone: Phone) -> str:
    """What stands below the title of the open chat."""
    if phone.chat is None:
        return ""
    if not phone.in_group:
        return "私聊"
    group = page.tenant.directory.group_of_chat(phone.platform, phone.chat.id)
    return "群聊" if group is None else f"群聊 · {len(group.members)} 人"


def is_deaf(page: Page, phone: Phone) -> bool:
    """Whether nobody can hear what is said in the open chat, whoever is mentioned."""
    no_aibot = page.tenant.installation.aibot is None
    return phone.in_group and phone.platform is Platform.WECOM and no_aibot


def phone_context(page: Page, phone: Phone) -> dict[str, object]:
    """What the template of a phone needs; looking at a chat reads it."""
    directory = page.tenant.directory
    context: dict[str, object] = {
        "phone": phone,
        "kinds": KINDS,
        "voice_text": VOICE_TEXT,
        "shortcuts": shortcuts(directory, phone.side, phone.member),
        "has_codes": page.programme is not None,
        "can_bind": can_bind(page, phone),
        "deaf": is_deaf(page, phone),
    }
    if phone.member is None:
        return context
    bubbles: Sequence[Bubble] = ()
    if phone.chat is not None:
        page.marks.read(phone.member, phone.chat)
        bubbles = bubbles_of(page, phone)
    return {
        **context,
        "tabs": tabs_of(page, phone),
        "subtitle": subtitle(page, phone),
        "chips": suggestions(phone.member, phone.platform, in_group=phone.in_group),
        "initials": initials(phone.member.name),
        "colour": colour(phone.member.key),
        "bubbles": bubbles,
        "busy": phone.chat is not None and page.sending.busy(phone.chat),
    }


def can_bind(page: Page, phone: Phone) -> bool:
    """Whether the bot does not know yet who this is, so that a code would help."""
    return phone.member is not None and is_unbound(page.programme, phone.member, phone.platform)


def bubbles_of(page: Page, phone: Phone) -> Sequence[Bubble]:
    """The last messages of the open chat, oldest first."""
    assert phone.chat is not None
    messages = page.tenant.transcript.of(phone.chat)
    before = (None, *messages)
    pairs = list(zip(before, messages, strict=False))[-MOST_MESSAGES:]
    return [_bubble(page, phone, shown, previous) for previous, shown in pairs]


def bubble_of(page: Page, phone: Phone, shown: Shown) -> Bubble:
    """One of them, when it has changed."""
    previous = None
    for message in page.tenant.transcript.of(shown.chat):
        if message.number == shown.number:
            break
        previous = message
    return _bubble(page, phone, shown, previous)


def _bubble(page: Page, phone: Phone, shown: Shown, previous: Shown | None) -> Bubble:
    assert phone.member is not None
    at = datetime.fromtimestamp(shown.dated_ms / 1000, UTC).astimezone(SHANGHAI)
    time = f"{at:%H:%M}"
    day = f"{at.month}月{at.day}日 星期{_WEEKDAYS[at.weekday()]}"
    when = ""
    if previous is None or _day(previous.dated_ms) != _day(shown.dated_ms):
        when = f"{day} {time}"
    elif abs(shown.dated_ms - previous.dated_ms) > _PAUSE_MS:
        when = time
    name, own = shown.author.name, shown.author.member == phone.member.key
    return Bubble(
        shown=shown,
        own=own,
        name=name,
        initials=initials(name),
        colour=colour(shown.author.member or name),
        when=when,
        time=time,
        picture=shown.drawn.picture,
        taken=own and page.sending.is_silent(shown),
    )


def _day(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(SHANGHAI):%Y-%m-%d}"


def initials(name: str) -> str:
    """As both platforms draw somebody without a photograph: the end of the name."""
    return name[-2:]


def colour(key: str) -> int:
    """One of a few, always the same for the same person."""
    return crc32(key.encode()) % _COLOURS


def is_page(button: Button) -> bool:
    """Whether it opens something that a browser can open."""
    return button.does is Does.OPEN and is_web_address(button.value)
