"""Groups to which nothing has come through any more, though something was due."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from bot.policy.workdays import Workdays


@unique
class Cause(StrEnum):
    """What it is likely to be."""

    REFUSED = "refused"  # the platform has said no
    UNANSWERED = "unanswered"  # it was asked, and has neither taken it nor refused it
    NOT_TRIED = "not_tried"  # it was never asked: the bot stood still, or has no way there


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What was due to a group since it last received something."""

    messages: int
    first_at: int  # epoch milliseconds
    refused: bool
    tried: bool

    @property
    def cause(self) -> Cause:
        if self.refused:
            return Cause.REFUSED
        return Cause.UNANSWERED if self.tried else Cause.NOT_TRIED


def is_silent(last: date, first_due: date, today: date, workdays: Workdays, most: int) -> bool:
    """Looked at in the morning of a workday: `most` workdays before it have passed without anything.

    `last`: when it received something, or was bound; `first_due`: since when something waits for it. What
    was received on Monday leaves Tuesday and Wednesday empty by Thursday; what is due since Thursday may
    still come.
    """
    return workdays.since(last, today) > most and workdays.since(first_due, today) >= most
