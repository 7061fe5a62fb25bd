"""What goes out without being an answer: its kinds, how long each is worth saying, and the ways to a group."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Kind(StrEnum):
    """What a message is; bounded, so that it may label a metric."""

    NOTICE = "notice"  # to a person: what was decided, asked, handed over
    REPLY = "reply"  # to a person: the answer to a question that was asked in a group
    ALARM = "alarm"  # to the office: what does not work, and its cure
    RANKING = "ranking"
    CORRECTION = "correction"  # of something that was posted
    ANNOUNCEMENT = "announcement"  # what the office says to many
    URGENT = "urgent"  # the same, also to people in quiet hours
    SUMMARY = "summary"  # to leaders, leads and the office: what has changed
    REMINDER = "reminder"  # to a person: what to do next
    TRIAL = "trial"  # into a group: somebody of the office tries whether it gets through


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a kind goes out."""

    minutes: int | None  # how long it is worth saying; None = always
    any_hour: bool = False  # people hear it at night and on days off as well: they have asked for it
    with_answers: bool = False  # a person who writes first hears it with the answer
    mergeable: bool = True  # several that wait for one chat become one message
    budget: bool = True  # counts towards a group's messages a day


_FORTNIGHT = 14 * 24 * 60  # longer than any holiday

MANNERS = {
    Kind.NOTICE: Manner(minutes=None, with_answers=True),
    Kind.REPLY: Manner(minutes=60, any_hour=True, with_answers=True, mergeable=False),
    Kind.ALARM: Manner(minutes=None, with_answers=True),
    Kind.RANKING: Manner(minutes=120, mergeable=False, budget=False),  # as long as a missed one is made up
    Kind.CORRECTION: Manner(minutes=24 * 60),
    # Each copy stays a message of its own: it is counted, and may be taken back.
    Kind.ANNOUNCEMENT: Manner(minutes=_FORTNIGHT, with_answers=True, mergeable=False),
    Kind.URGENT: Manner(minutes=_FORTNIGHT, any_hour=True, with_answers=True, mergeable=False),
    Kind.SUMMARY: Manner(minutes=12 * 60, mergeable=False),  # until the evening of its day
    Kind.REMINDER: Manner(minutes=4 * 60),
    Kind.TRIAL: Manner(minutes=10, any_hour=True, mergeable=False, budget=False),
}


@unique
class Way(StrEnum):
    """How one gets into a group; also the names of the outlets that lead to groups."""

    WECOM_WEBHOOK = "wecom.webhook"
    WECOM_AIBOT = "wecom.aibot"
    DINGTALK_WEBHOOK = "dingtalk.webhook"
    DINGTALK_GROUP = "dingtalk.group"

    @property
    def platform(self) -> str:
        """The value of its `Platform`: the first word."""
        return self.value.partition(".")[0]


RECALLED = frozenset({Kind.ANNOUNCEMENT, Kind.URGENT})
"""What goes out so that it can be taken back."""
DAY_S = 24 * 3_600
RECALLS_FOR_S = {
    "wecom.app": DAY_S,
    "dingtalk.robot": DAY_S,
    Way.DINGTALK_GROUP.value: 365 * DAY_S,  # no limit is documented
}
"""For so long an outlet takes back what the platform has a name for; the others never do."""

TAKES_PICTURES = frozenset({Way.WECOM_WEBHOOK, Way.WECOM_AIBOT, Way.DINGTALK_GROUP})
