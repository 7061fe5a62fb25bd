"""公告: all of them, the newest first."""

from datetime import datetime, timedelta
from typing import Final

from bot.pages.visit import Outcome, Shown, Visit
from bot.policy.announcement import AnnouncementState
from messages.texts.evidence_words import shortened
from storage.announcement_pages import newest

PER_PAGE: Final = 30
STATES: Final = {
    AnnouncementState.WAITING: ("等另一位同事确认", "warn"),
    AnnouncementState.SCHEDULED: ("定时，还没发", "warn"),
    AnnouncementState.POSTED: ("已发", "good"),
    AnnouncementState.CANCELLED: ("取消了，没有发", ""),
    AnnouncementState.EXPIRED: ("没人确认，过期了", "bad"),
    AnnouncementState.RECALLED: ("已撤回", "bad"),
}
"""What each state is called, and its colour."""


def programme_time(visit: Visit, at: int) -> datetime:
    """`at` by the real clock: in a rehearsal the programme's is another."""
    return visit.now - timedelta(milliseconds=visit.real_ms - at)


def announcements(visit: Visit) -> Outcome:
    said = visit.asked.query.get("before", "")
    before = int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else None
    found = newest(visit.connection, before=before, most=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    return Shown(
        "office/announcements.html",
        "公告",
        {
            "shown": shown,
            "begins": {one.number: shortened(one.body, 60).text for one in shown},
            "confirmed": {one.number: programme_time(visit, one.confirmed_at) for one in shown},
            "states": STATES,
            "older": shown[-1].number if len(found) > PER_PAGE else None,
            "first": before is None,
        },
    )
