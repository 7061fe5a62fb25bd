"""What a person said, in no platform's dialect."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

UNNAMED_GROUP: Final = "unnamed"
"""A group that came without its id is a group all the same; it cannot be bound."""


def storable(text: str) -> str:
    """Without what a database or an encoder refuses: NUL, and halves of characters."""
    if text.isprintable():
        return text
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


@unique
class Platform(StrEnum):
    """Where a message came from; CONSOLE is the operator's terminal, PAGE a form of the bot's own pages."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    CONSOLE = "console"
    PAGE = "page"  # the account is the person's id in the database


@unique
class Door(StrEnum):
    """How a message got in, and so how it is answered."""

    CALLBACK = "callback"  # in the response to the platform's request; also at the terminal
    DINGTALK_STREAM = "dingtalk.stream"  # by the session's address: on the connection nothing can be said
    WECOM_CARD = "wecom.card"  # a button of WeCom's application: the response can only change the card
    AIBOT = "wecom.aibot"  # on the AI bot's long connection
    AIBOT_CALLBACK = "wecom.aibot.callback"  # in the response, and in those to the refreshes that follow

    @property
    def connected(self) -> bool:
        """No response carries the answer: it is owed, and remembered until it has been said."""
        return self in {Door.DINGTALK_STREAM, Door.WECOM_CARD, Door.AIBOT}

    @property
    def aibot(self) -> bool:
        return self in {Door.AIBOT, Door.AIBOT_CALLBACK}


@unique
class Kind(StrEnum):
    """What arrived. OTHER is a type that nobody has documented yet: acknowledged, never an error."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    JOINED = "joined"  # the person may talk to the bot from now on (WeCom: subscribe)
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One message or event of one person."""

    platform: Platform
    key: str  # the same for every delivery of this message; unique within the platform
    account: str  # the platform's user id, verbatim; "" when the sender is not of this company
    chat: str  # the group's id; "" in a private chat
    kind: Kind
    text: str  # "" where the kind carries none
    sent_at: int  # epoch milliseconds by the platform's clock
    sender_name: str = ""  # what the platform shows; data, never an identity
    chat_title: str = ""  # the group's name, where the platform tells it; data
    reply_url: str = field(default="", repr=False)  # DingTalk's sessionWebhook, verbatim
    reply_url_expires: int = 0  # epoch milliseconds
    door: Door = Door.CALLBACK
    reply_to: str = ""  # AIBOT: the frame's req_id
    spoken: bool = False  # the text is what the platform has recognised in a voice message
    tapped: bool = False  # the text stands behind a button of a card
    card: str = ""  # tapped: the card's own id
    card_code: str = field(default="", repr=False)  # tapped, WeCom's application: changes the card once
    file_name: str = ""  # FILE: as its sender called it; data
    file_at: str = field(default="", repr=False)  # FILE: how it is fetched; never to a log
    file_key: str = field(default="", repr=False)  # FILE: what it is encrypted with; never to a log

    @property
    def in_group(self) -> bool:
        return self.chat != ""
