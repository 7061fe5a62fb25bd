"""What delivery and the outlets say to each other: a page goes out, or why it did not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Protocol, runtime_checkable

from messages.incoming import Platform
from messages.outgoing import Answer, Page, Reply


@unique
class Do(StrEnum):
    """What to do about a message that the platform has not said to have taken."""

    AGAIN = "again"  # it was not taken: later
    RENEW = "renew"  # it was not taken: once more with another access token
    LEAVE = "leave"  # it was not taken, and never will be: this person, or these words
    STOP = "stop"  # nothing will be taken until somebody mends something
    DOUBT = "doubt"  # it may have been taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`after_s`: not before; 0 = the more tries, the later. `everybody`: it concerns the whole outlet."""

    do: Do
    after_s: int = 0
    everybody: bool = False
    mend: str = ""  # STOP: what somebody has to look at
    code: str = ""  # the platform's own, for the office and for metrics; filled in by the outlet
    say: str = ""  # what it means and what to do about it, in Chinese, for the office
    most_tries: int = 0  # AGAIN: then it is given up; 0 = as long as it is worth saying
    over_limit: bool = (
        False  # AGAIN: more than the platform takes in a minute, an hour or a day, whichever it is
    )


LATER = Verdict(do=Do.AGAIN)
NO_ANSWER = "连不上平台，或者平台没有正常回答。过一会儿再发；一直这样，请检查服务器的网络。"
PERHAPS = "平台没有回答，可能已经送到了。请问一问对方收到没有。"
PLATFORM_DOWN = Verdict(do=Do.AGAIN, everybody=True, say=NO_ANSWER)
IN_DOUBT = Verdict(do=Do.DOUBT, everybody=True, say=PERHAPS)
LOST_AGAIN = Verdict(do=Do.DOUBT, say=PERHAPS)  # by a process of ours: the platform is not to blame
LEFT = Verdict(do=Do.LEAVE)
RENEW = Verdict(do=Do.RENEW)


def stop(mend: str) -> Verdict:
    return Verdict(do=Do.STOP, everybody=True, mend=mend)


def wait(seconds: int) -> Verdict:
    """The platform wants to be left alone for so long."""
    return Verdict(do=Do.AGAIN, after_s=seconds, everybody=True)


@dataclass(frozen=True, slots=True)
class Taken:
    """The platform has taken the page; `receipts`: what it calls the messages that came of it."""

    receipts: tuple[str, ...] = ()  # one, but for a page that had to be halved; none where it says nothing


TAKEN = Taken()


class SendFailed(Exception):
    """The platform has not said that it has taken the message."""

    def __init__(self, verdict: Verdict, errcode: int | str, detail: str = "") -> None:
        super().__init__(errcode)
        self.verdict = verdict
        self.errcode = errcode
        self.detail = detail  # for the log: never what somebody wrote, never a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most so many messages in any such stretch of time."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the platform takes, with a margin; kept across all processes before it complains."""

    each: Window  # one person, or one group
    together: Window  # everything that goes out here
    receivers: int = 1  # of one call with the same words
    side_by_side: int = 20  # calls of one process


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallLimits:
    """What the platform takes back, with a margin; it counts apart from what goes out."""

    together: Window
    receipts: int = 1  # of one call
    side_by_side: int = 8  # calls of one process


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message goes: to a person's account, or into a group. Never to a log, but for `name`."""

    name: str  # for logs and metrics of nobody in particular: "p12", "g3"
    account: str = field(default="", repr=False)
    chat: str = ""  # the group's own id
    webhook: str = field(default="", repr=False)  # the group's whole URL
    secret: str = field(default="", repr=False)  # that DingTalk's webhook is signed with
    reply_url: str = field(default="", repr=False)  # DingTalk's sessionWebhook
    reply_until: int = 0  # epoch milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call: what it is known by, and whether the same was perhaps taken before."""

    key: str  # stays the same when a page is sent again: DingTalk's msgUuid
    first_tried_s: int | None = None  # it may have been taken so many seconds ago; None = it was not
    may_be_recalled: bool = False  # by a way that gives a receipt, where there are several


class Outlet(Protocol):
    """One way out to one platform: people by the app, groups by webhook, and so on."""

    @property
    def name(self) -> str:
        """As metrics name it: "wecom.app", "dingtalk.robot", or a `bot.policy.outgoing.Way`."""
        ...

    @property
    def platform(self) -> Platform: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def knows_repetitions_for_s(self) -> int:
        """For so long the platform itself drops a message that it has taken before; 0 = it never does."""
        ...

    def pages(self, answer: Answer) -> Sequence[Reply]:
        """As this outlet takes it: within its bytes, with (1/3), in the markup that it shows. Pure."""
        ...

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        """One call. What became of it for each address, in the order of `to`.

        Raises SendFailed where it holds for all of them. At most `limits.receivers` addresses.
        """
        ...


@runtime_checkable
class NeedsConnection(Protocol):
    """An outlet through which something goes out only where its connection is, in one process of several."""

    @property
    def connected(self) -> bool: ...


@runtime_checkable
class SomeAccounts(Protocol):
    """An outlet to people that leads to one sort of their accounts, because another leads to the rest."""

    @property
    def veiled(self) -> bool | None:
        """Whether to those that are hidden (`bot.policy.veiled`), or to all others; None = to all of them."""
        ...


@runtime_checkable
class TakesBack(Protocol):
    """An outlet whose platform takes messages back; for how long stands in `bot.policy.outgoing.RECALLS_FOR_S`."""

    @property
    def recalls(self) -> RecallLimits: ...

    async def recall(self, chat: Address | None, receipts: Sequence[str], /) -> Sequence[Verdict | None]:
        """One call. None for each message that is gone, in the order of `receipts`; asked again it says the same.

        `chat`: the group they were sent to, None = people. At most `recalls.receipts` of them. Raises SendFailed
        where it holds for all of them.
        """
        ...
