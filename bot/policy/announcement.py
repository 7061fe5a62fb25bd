"""Announcements: their states, when one person's word is not enough, and what is unusual about one."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from bot.policy.plan import AnnouncementRule, Quiet
from bot.policy.quiet import may_disturb
from bot.policy.workdays import Workdays


@unique
class AnnouncementState(StrEnum):
    """Where an announcement stands; a draft that nobody has confirmed is none yet."""

    WAITING = "waiting"  # for the second person
    SCHEDULED = "scheduled"
    POSTED = "posted"  # its copies are in the outbox
    CANCELLED = "cancelled"  # before anything of it was sent
    EXPIRED = "expired"  # nobody came as the second person in time
    RECALLED = "recalled"  # taken back as far as the platforms can


TRANSITIONS: Final[Mapping[AnnouncementState, frozenset[AnnouncementState]]] = MappingProxyType(
    {
        AnnouncementState.WAITING: frozenset(
            {
                AnnouncementState.SCHEDULED,
                AnnouncementState.POSTED,
                AnnouncementState.CANCELLED,
                AnnouncementState.EXPIRED,
            }
        ),
        AnnouncementState.SCHEDULED: frozenset({AnnouncementState.POSTED, AnnouncementState.CANCELLED}),
        AnnouncementState.POSTED: frozenset({AnnouncementState.CANCELLED, AnnouncementState.RECALLED}),
        AnnouncementState.CANCELLED: frozenset(),
        AnnouncementState.EXPIRED: frozenset(),
        AnnouncementState.RECALLED: frozenset(),
    }
)


def needs_second_person(rule: AnnouncementRule, *, people: int, groups: int, others: int) -> bool:
    """`others`: of the office, besides the author, whom the bot can reach; without any nobody is waited for."""
    if not rule.second_person or not others:
        return False
    many_groups = 0 < rule.second_person_groups < groups
    return people > rule.second_person_people or many_groups


LONG_BYTES: Final = 2_000
"""From more on a message to a phone is read by few, and some platforms cut it into pages."""

_RECEIPT = "(?:收到|已阅|已读)"
# 请回复收到, 收到请回复, 看到后回“1”收到, 收到后扣1; a receipt that is only told of (收到材料的) asks for nothing.
_ASKS_FOR_RECEIPT = re.compile(
    rf"(?:回复|回个|回一下|回一声|请回|答复|回应|打个)[:“\"'「『【\[(]*{_RECEIPT}"
    rf"|{_RECEIPT}(?:后|的|了|通知|消息|公告)*[,、。 ]*(?:请|请大家|请各位|请务必|务必|都|麻烦|均|统一|及时)*(?:群里|在群里)?(?:回复|回个话|回个信|回一下|回一声|回话|答复|回应|扣\s*1|打\s*1)"
    rf"|(?:请|务必)(?:及时)?(?:确认|反馈){_RECEIPT}|{_RECEIPT}请(?:确认|反馈)"
)
_ASKS_FOR_A_ONE = re.compile(r"(?:扣|打|回复?)(?:个|一?下)?\s*[\"“'「『]?\s*1(?![\d.、:])")
_DENIED = re.compile(r"(?:不用|不必|无需|勿|不要|别|无须|不需要?)(?:再|逐一|一一|都|在群里)*$")
_WIDTHS = str.maketrans("，、。：；！？（）［］＂＇｢｣", ",、。:;!?()[]\"'「」")
_EVERYBODY = re.compile(
    r"[@＠]\s*(?:所有人|全体成员|全体人员|全体|全员|大家|all\b|everyone\b|here\b)", re.IGNORECASE
)


def wants_receipt(body: str) -> bool:
    """Whether its author asks for 收到: 请回复收到, 收到请回复, 回复“收到”, 收到扣1."""
    text = body.translate(_WIDTHS).replace("”", "“")
    return any(not _DENIED.search(text[: found.start()]) for found in _ASKS_FOR_RECEIPT.finditer(text))


def takes_a_one(body: str) -> bool:
    """Whether its author has asked for a 1 instead: 收到扣1, 看到后回复1."""
    text = body.translate(_WIDTHS).replace("”", "“")
    return wants_receipt(body) and _ASKS_FOR_A_ONE.search(text) is not None


@unique
class Unusual(StrEnum):
    """What the author should look at before it goes out, in the order in which it is said."""

    QUIET = "quiet"  # at night or on a day off: people hear it later, groups would at once
    CALLS_EVERYBODY = "calls everybody"  # @所有人 is nothing but words in a message of ours
    LONG = "long"


def unusual(body: str, moment: datetime, quiet: Quiet, workdays: Workdays) -> tuple[Unusual, ...]:
    """`moment`: when it is to go out, by the programme's clock."""
    found = {
        Unusual.QUIET: not may_disturb(moment, quiet, workdays),
        Unusual.CALLS_EVERYBODY: _EVERYBODY.search(body) is not None,
        Unusual.LONG: len(body.encode()) > LONG_BYTES,
    }
    return tuple(one for one, holds in found.items() if holds)
