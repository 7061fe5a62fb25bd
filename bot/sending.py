"""What delivery and the platforms' clients say to each other: a page goes out, or why it did not."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol

from messages.incoming import Platform
from messages.outgoing import Reply


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
    """`after_s`: not before; 0 = the more tries, the later. `everybody`: it concerns the whole platform."""

    do: Do
    after_s: int = 0
    everybody: bool = False
    mend: str = ""  # STOP: what somebody has to look at


LATER = Verdict(do=Do.AGAIN)
PLATFORM_DOWN = Verdict(do=Do.AGAIN, everybody=True)
IN_DOUBT = Verdict(do=Do.DOUBT, everybody=True)
LOST_AGAIN = Verdict(do=Do.DOUBT)  # by a process of ours: the platform is not to blame
LEFT = Verdict(do=Do.LEAVE)
RENEW = Verdict(do=Do.RENEW)


def stop(mend: str) -> Verdict:
    return Verdict(do=Do.STOP, everybody=True, mend=mend)


def wait(seconds: int) -> Verdict:
    """The platform wants to be left alone for so long."""
    return Verdict(do=Do.AGAIN, after_s=seconds, everybody=True)


class SendFailed(Exception):
    """The platform has not said that it has taken the message."""

    def __init__(self, verdict: Verdict, errcode: int | str, detail: str = "") -> None:
        super().__init__(errcode)
        self.verdict = verdict
        self.errcode = errcode
        self.detail = detail  # for the log: never what somebody wrote, never a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many messages go out side by side, and how long such a round takes at least."""

    width: int
    round_s: float = 0.0


class Sender(Protocol):
    """A platform's client, as delivery needs it."""

    @property
    def platform(self) -> Platform: ...

    @property
    def rate(self) -> Rate: ...

    @property
    def knows_repetitions_for_s(self) -> int:
        """For so long the platform itself drops a message that it has taken before; 0 = it never does."""
        ...

    async def send(self, account: str, page: Reply, *, first_tried_s: int | None) -> None:
        """Returns when the platform has taken it; raises SendFailed.

        `first_tried_s`: it may have been taken so many seconds ago; None = it was not.
        """
        ...
