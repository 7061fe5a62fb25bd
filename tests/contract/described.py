"""What the contract has to be told of a platform, or of another way into one: a new one is one more `Described`."""

from dataclasses import dataclass

from messages.incoming import Platform
from tests.contract.seats import Seats, at_terminals
from tests.kit.doors import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """How the bot writes there to people who have not asked, and what the platform may answer."""

    name: str  # of the outlet
    call: str  # under which the practice tenant knows it
    again: int | str  # a code that means: not now
    never: int | str  # a code that means: not this person
    stop: int | str | None  # a code that means: nobody, until somebody mends something; None = there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One platform under the contract."""

    name: str
    platform: Platform
    door: Door | None = (
        None  # through which the practice tenant brings its messages; None = it has none there
    )
    seats: Seats | None = None  # where people sit who speak through no door of the tenant
    page_bytes: int  # that one message may have; a terminal takes what the bot says at once
    hears_groups: bool
    repeats: bool = True  # whether it delivers a message again when it is in doubt
    counted: bool = True  # whether messages of one person in a minute are limited
    callback: str = ""  # where requests come in, strangers' as well; "" = only over a connection of ours
    unsigned_status: int = 0  # what such a request is answered with when it proves nothing
    proof: str = ""  # the query's or the header's name that proves where a request comes from
    outgoing: Outgoing | None = None  # None: it only answers


_TO_DINGTALK = Outgoing(
    name="dingtalk.robot",
    call="dingtalk.robot.oto_send",
    again="system.busy",
    never="staffId.notExisted",
    stop="invalidParameter.robotCode.auth",
)
WECOM_APP = Described(
    name="wecom-app",
    platform=Platform.WECOM,
    door=Door.WECOM,
    page_bytes=2048,
    hears_groups=False,
    callback="/wecom/app/callback",
    unsigned_status=403,
    proof="msg_signature",
    outgoing=Outgoing(name="wecom.app", call="wecom.message.send", again=45009, never=60111, stop=48002),
)
WECOM_AIBOT = Described(
    name="wecom-aibot",
    platform=Platform.WECOM,
    door=Door.AIBOT,
    page_bytes=6000,
    hears_groups=True,
    outgoing=Outgoing(
        name="wecom.aibot.people", call="wecom.aibot.send_msg", again=45009, never=93000, stop=None
    ),
)
DINGTALK_HTTP = Described(
    name="dingtalk-http",
    platform=Platform.DINGTALK,
    door=Door.DINGTALK,
    page_bytes=6000,
    hears_groups=True,
    callback="/dingtalk/callback",
    unsigned_status=403,
    proof="sign",
    outgoing=_TO_DINGTALK,
)
DINGTALK_STREAM = Described(
    name="dingtalk-stream",
    platform=Platform.DINGTALK,
    door=Door.STREAM,
    page_bytes=6000,
    hears_groups=True,
    outgoing=_TO_DINGTALK,
)
CONSOLE = Described(
    name="console",
    platform=Platform.CONSOLE,
    seats=at_terminals,
    page_bytes=20_000,
    hears_groups=True,
    repeats=False,
    counted=False,
)
PLATFORMS = (WECOM_APP, WECOM_AIBOT, DINGTALK_HTTP, DINGTALK_STREAM, CONSOLE)
