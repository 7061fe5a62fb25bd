"""What a database must not go on with once it was brought back to an older state.

Since the backup was made the bot has gone on, and nobody knows any more what it said. So whatever was still to be
said may have been said: it is *uncertain* (the law of `storage.outbox`), stands in the list of what was not
delivered, and goes out again only when somebody has looked. Who answers for it twice is worse than who must ask once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.policy.announcement import AnnouncementState
from bot.policy.timetable import Outcome
from storage import audit
from storage.announcement_tables import announcement, recall
from storage.connection_tables import owed_reply, received_file
from storage.delivery_tables import job_run, outbox
from storage.outbox import State
from storage.page_tables import entry_link, job_request, page_session
from storage.tables import binding_code, channel, lease, number_series

RESTORED: Final = "restored"
"""Why a message is uncertain, and the word of the 编号 that stands for all that were lost."""
NUMBERS_LEFT_OUT: Final = 1_000
"""So many 编号 are not given out: people may hold receipts with numbers that the backup does not know."""
_NOT_AGAIN: Final = "数据库从备份恢复，这一次可能已经发过，没有再发。"

JobDay = tuple[str, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """How far back it goes: everything between the two moments is gone."""

    taken_at: int  # epoch milliseconds of the real clock, as `now`
    now: int
    programme_now: int  # by the programme's clock
    runs: Sequence[JobDay]  # that the timetable may have done in between
    stood_still: bool = False  # the operator knows that nothing ran in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What was held back or spoiled."""

    uncertain: int = 0  # messages that may have gone out
    codes: int = 0  # binding codes
    announcements: tuple[int, ...] = ()  # 定时 that may have been posted
    runs: tuple[JobDay, ...] = ()
    next_number: int = 1


def settle(connection: Connection, lost: Lost, *, by: str) -> Aftermath:
    """In the transaction that ends with the database being in use. `by`: as in the audit."""
    _let_go(connection, lost.now)
    codes = _spoil_ways_in(connection, lost.now)
    if lost.stood_still:
        found = Aftermath(codes=codes, next_number=_newest_number(connection) + 1)
    else:
        found = Aftermath(
            codes=codes,
            uncertain=_hold_messages(connection, lost.now),
            announcements=_hold_announcements(connection, lost),
            runs=_pass_over(connection, lost),
            next_number=_leave_out_numbers(connection, lost.now),
        )
    audit.record(
        connection,
        at=lost.now,
        actor=by,
        action="database.restored",
        person_id=None,
        detail={"as_of": lost.taken_at, "uncertain": found.uncertain, "codes": codes},
    )
    return found


def _let_go(connection: Connection, now: int) -> None:
    """What processes held that are not there any more, and what they were lent by the platforms."""
    connection.execute(delete(lease))
    connection.execute(update(channel).values(token="", token_until=0, renewing_until=0, paused_until=0))
    connection.execute(update(received_file).values(held_until=0))
    connection.execute(update(job_request).values(taken_until=0))
    connection.execute(update(recall).values(leased_until=0))
    connection.execute(update(job_run).where(job_run.c.leased_until > 0).values(leased_until=0))
    # Whoever still waits for one of these asks again; that is better than reading it a second time.
    connection.execute(delete(owed_reply).where(owed_reply.c.noted_at <= now))


def _spoil_ways_in(connection: Connection, now: int) -> int:
    """Who was thrown out since must not be in again: sessions, links, and binding codes (how many)."""
    connection.execute(update(page_session).where(page_session.c.ended_at.is_(None)).values(ended_at=now))
    open_ones = (entry_link.c.used_at.is_(None), entry_link.c.expires_at > now)
    connection.execute(update(entry_link).where(*open_ones).values(expires_at=now))
    unused = (
        binding_code.c.used_at.is_(None),
        binding_code.c.voided_at.is_(None),
        binding_code.c.expires_at > now,
    )
    return connection.execute(update(binding_code).where(*unused).values(voided_at=now)).rowcount


def _hold_messages(connection: Connection, now: int) -> int:
    on_its_way = outbox.c.state.in_([State.QUEUED.value, State.LEASED.value])
    nobody_holds = {"lease": None, "leased_until": None, "parcel": None, "account": None}
    held = connection.execute(
        update(outbox)
        .where(on_its_way)
        .values(state=State.UNCERTAIN.value, reason=RESTORED, done_at=now, **nobody_holds)
    ).rowcount
    # What a platform had refused waited for the person's next answer, and may have been said with it.
    waits = (outbox.c.state == State.FAILED.value, outbox.c.done_at.is_(None))
    return held + connection.execute(update(outbox).where(*waits).values(done_at=now)).rowcount


def _hold_announcements(connection: Connection, lost: Lost) -> tuple[int, ...]:
    came_up = (
        announcement.c.state == AnnouncementState.SCHEDULED.value,
        announcement.c.due_at <= lost.programme_now,
    )
    rows = connection.scalars(
        update(announcement)
        .where(*came_up)
        .values(state=AnnouncementState.CANCELLED.value, ended_at=lost.now)
        .returning(announcement.c.number)
    )
    return tuple(sorted(rows))


def _pass_over(connection: Connection, lost: Lost) -> tuple[JobDay, ...]:
    """On record as done with nothing to do: what is `skipped` would be run when the clock comes by."""
    columns = job_run.c
    end = {"finished_at": lost.now, "outcome": Outcome.NOTHING.value, "detail": _NOT_AGAIN, "holder": ""}
    passed = []
    for job, day in lost.runs:
        mine = (columns.job == job, columns.day == day)
        begun = connection.execute(select(columns.finished_at, columns.by_hand).where(*mine)).first()
        if begun is None:
            row = {"job": job, "day": day, "started_at": lost.now, "leased_until": 0, **end}
            connection.execute(insert(job_run).values(row))
        elif begun.finished_at is None or begun.by_hand:
            connection.execute(update(job_run).where(*mine).values(by_hand=False, **end))
        else:
            continue
        passed.append((job, day))
    return tuple(passed)


def _leave_out_numbers(connection: Connection, now: int) -> int:
    """A receipt from the lost time must never name somebody else's piece."""
    placeholder = _newest_number(connection) + NUMBERS_LEFT_OUT
    connection.execute(insert(number_series).values(number=placeholder, kind=RESTORED, issued_at=now))
    return placeholder + 1


def _newest_number(connection: Connection) -> int:
    return connection.scalar(select(func.max(number_series.c.number))) or 0
