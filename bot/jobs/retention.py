"""retention: every night what has served its time goes (`storage.retention` says what); what is not done tonight is tomorrow."""

import time
from collections.abc import Callable
from typing import Final

from bot.jobs.job import JobParts, Ran, Slot
from bot.policy.timetable import Outcome
from storage import audit
from storage.retention import RULES
from storage.retention_rule import Moment
from storage.sweeping import Swept, sweep

LONGEST_S: Final = 120.0
"""The timetable's other jobs wait so long; a lease lasts longer."""
_ACTOR: Final = "timetable"


def retention(parts: JobParts, slot: Slot, is_over: Callable[[], bool] | None = None) -> Ran:
    """A second run for the day finds nothing left to do. `is_over`: when to stop, if not after `LONGEST_S`."""
    moment = Moment(now_ms=slot.real_ms, today=slot.now.date(), days=parts.plan.retention)
    done = sweep(parts.database, RULES, moment, is_over=is_over or _within(LONGEST_S))
    with parts.database.writing() as connection:
        audit.record(
            connection,
            at=slot.real_ms,
            actor=_ACTOR,
            action="retention",
            person_id=None,
            detail={"rows": done.rows, "finished": done.finished},
        )
    return Ran(
        outcome=Outcome.DONE if done.rows else Outcome.NOTHING,
        detail=_in_words(done),
    )


def _within(seconds: float) -> Callable[[], bool]:
    ends = time.monotonic() + seconds
    return lambda: time.monotonic() > ends


def _in_words(done: Swept) -> str:
    if not done.rows:
        return "没有到期的，什么也没有清理。" if done.finished else "时间到了还没看完，明天接着清理。"
    named = "；".join(f"{rule.rows} {done.rows[rule.name]} 条" for rule in RULES if rule.name in done.rows)
    return f"清理了：{named}。{'' if done.finished else '没有清完，明天接着清理。'}"
