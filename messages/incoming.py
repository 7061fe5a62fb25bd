"""What a person said, in no platform's dialect."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Platform(StrEnum):
    """Where a message came from; CONSOLE is the operator's terminal."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    CONSOLE = "console"


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
    reply_url: str = ""  # DingTalk's sessionWebhook, verbatim
    reply_url_expires: int = 0  # epoch milliseconds

    @property
    def in_group(self) -> bool:
        return self.chat != ""
