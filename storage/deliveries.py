"""What has become of an announcement: its copies in the outbox, counted and one by one."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from bot.policy.copies import Closed, Fate, Recall, Recalled, Staying, Tally, Target
from storage.announcement_tables import acknowledgement, announcement, recall
from storage.delivery_tables import chat_group, outbox
from storage.outbox import State
from storage.queue import OVER_BUDGET
from storage.recalls import NEVER_SENT, WITHDRAWN, why_not
from storage.tables import account, person, school

_ENDED = outbox.c.state.in_([State.DEAD.value, State.FAILED.value])
_UNDER_WAY = or_(outbox.c.parcel.is_not(None), outbox.c.state == State.LEASED.value)
_UNBOUND = and_(outbox.c.person_id.is_not(None), ~exists().where(account.c.person_id == outbox.c.person_id))
FATE: Final = case(
    (outbox.c.state == State.SENT.value, Fate.SENT.value),
    (outbox.c.state == State.UNCERTAIN.value, Fate.UNCERTAIN.value),
    (and_(_ENDED, outbox.c.reason == WITHDRAWN), Fate.WITHDRAWN.value),
    (_ENDED, Fate.FAILED.value),
    (_UNDER_WAY, Fate.SENDING.value),
    (outbox.c.reason == OVER_BUDGET, Fate.BUDGET.value),
    (_UNBOUND, Fate.UNBOUND.value),
    (outbox.c.tries > 0, Fate.AGAIN.value),
    else_=Fate.QUEUED.value,
)
"""Of rows of the outbox; grouped by it only from within a subquery."""


def newest(connection: Connection, *, most: int) -> list[int]:
    """The numbers of the last announcements, the newest first."""
    found = connection.scalars(
        select(announcement.c.number).order_by(announcement.c.number.desc()).limit(most)
    )
    return list(found)


def fate_is(fate: Fate) -> ColumnElement[bool]:
    """Of rows of the outbox."""
    return FATE.in_([fate.value])


def tally(connection: Connection, number: int) -> Tally:
    """Of the copies of one announcement."""
    copies = (
        select(outbox.c.group_id.is_not(None).label("to_group"), FATE.label("fate"))
        .where(outbox.c.announcement == number)
        .subquery()
    )
    rows = connection.execute(
        select(copies.c.to_group, copies.c.fate, func.count()).group_by(copies.c.to_group, copies.c.fate)
    ).all()
    return Tally(
        people={Fate(fate): count for to_group, fate, count in rows if not to_group},
        groups={Fate(fate): count for to_group, fate, count in rows if to_group},
    )


_home = school.alias("home")
_TARGETS: Final = (
    select(
        outbox.c.key,
        person.c.staff_no,
        person.c.name,
        _home.c.name,
        chat_group.c.title,
        school.c.name,
        outbox.c.group_id,
        FATE.label("fate"),
        outbox.c.reason,
        outbox.c.why,
        outbox.c.outlet,
        outbox.c.done_at,
        chat_group.c.stopped_at,
        chat_group.c.ended_at,
        chat_group.c.stopped_for,
        acknowledgement.c.at,
        recall.c.asked_at,
        recall.c.done_at,
        recall.c.taken_back,
        recall.c.reason,
        recall.c.why,
    )
    .select_from(outbox)
    .outerjoin(person, person.c.id == outbox.c.person_id)
    .outerjoin(_home, _home.c.id == person.c.school_id)
    .outerjoin(chat_group, chat_group.c.id == outbox.c.group_id)
    .outerjoin(school, school.c.id == chat_group.c.school_id)
    .outerjoin(
        acknowledgement,
        and_(
            acknowledgement.c.announcement == outbox.c.announcement,
            acknowledgement.c.person_id == outbox.c.person_id,
        ),
    )
    .outerjoin(recall, recall.c.outbox_id == outbox.c.id)
    .order_by(outbox.c.id)
)


def targets(
    connection: Connection, number: int, fate: Fate, *, most: int, school_id: int | None = None
) -> list[Target]:
    """The first copies of that fate; `school_id`: only of its people."""
    wanted = _TARGETS.where(outbox.c.announcement == number, fate_is(fate)).limit(most)
    if school_id is not None:
        wanted = wanted.where(person.c.school_id == school_id)
    return [_target(row) for row in connection.execute(wanted)]


def every_target(connection: Connection, number: int) -> Iterator[Target]:
    """All copies, without holding them in memory."""
    wanted = _TARGETS.where(outbox.c.announcement == number).execution_options(yield_per=500)
    return map(_target, connection.execute(wanted))


def _target(row: Any) -> Target:
    # By place: two tables have a column of the same name.
    key, staff_no, name, home, title, place, group_id, fate, reason, why, outlet, done_at = row[:12]
    stopped_at, ended_at, stopped_for, answered_at = row[12:16]
    asked_at, settled_at, taken_back, stays, stays_why = row[16:]
    is_group = group_id is not None
    closed = Closed.ENDED if ended_at is not None else Closed.STOPPED if stopped_at is not None else Closed.NO
    return Target(
        key=key,
        staff_no=staff_no or "",
        name=(title or (f"{place}群" if place else "全市群")) if is_group else name or "",
        school=(place if is_group else home) or "",
        is_group=is_group,
        fate=Fate(fate),
        reason=reason,
        why=why,
        outlet=outlet,
        done_at=done_at,
        closed=closed,
        stopped_for=stopped_for or "",
        heard_later=fate == Fate.FAILED.value and not is_group and done_at is None,
        answered=answered_at is not None,
        recall=_recall(asked_at, settled_at, taken_back=bool(taken_back), reason=stays or ""),
        recall_reason=stays or "",
        recall_why=stays_why or "",
    )


def _recall(asked_at: int | None, settled_at: int | None, *, taken_back: bool, reason: str) -> Recall:
    if asked_at is None or reason in {WITHDRAWN, NEVER_SENT}:
        return Recall.NONE
    if settled_at is None:
        return Recall.ASKED
    return Recall.TAKEN_BACK if taken_back else Recall.STAYS


def recalled(connection: Connection, number: int) -> Recalled:
    """Of an announcement that is being taken back."""
    is_done = case((recall.c.done_at.is_(None), 0), else_=1)
    perhaps_twice = case((outbox.c.doubt_since.is_(None), 0), else_=1).label("perhaps_twice")
    columns = (
        outbox.c.outlet,
        is_done.label("is_done"),
        recall.c.taken_back,
        perhaps_twice,
        recall.c.reason,
        recall.c.why,
    )
    copies = (
        select(*columns)
        .join(recall, recall.c.outbox_id == outbox.c.id)
        .where(outbox.c.announcement == number)
        .subquery()
    )
    rows: Any = connection.execute(select(*copies.c, func.count()).group_by(*copies.c))
    withdrawn = taken_back = twice = asked = 0
    staying: list[Staying] = []
    for outlet, done, is_back, doubled, reason, why, count in rows:
        if not done:
            asked += count
        elif is_back:
            taken_back += count
            twice += count if doubled else 0
        elif reason == WITHDRAWN:
            withdrawn += count
        elif reason != NEVER_SENT:
            staying.append(Staying(outlet=outlet, reason=reason, why=why, count=count))
    return Recalled(
        withdrawn=withdrawn, taken_back=taken_back, twice=twice, asked=asked, staying=_most_first(staying)
    )


def _most_first(staying: list[Staying]) -> tuple[Staying, ...]:
    return tuple(sorted(staying, key=lambda one: (-one.count, one.outlet, one.reason)))


def would_recall(connection: Connection, number: int, *, at: int) -> Recalled:
    """What would become of its copies if they were taken back now; `asked`: a platform would be."""
    copies = (
        select(outbox.c.outlet, why_not(at).label("reason"))
        .where(outbox.c.announcement == number, ~exists().where(recall.c.outbox_id == outbox.c.id))
        .subquery()
    )
    rows: Any = connection.execute(select(*copies.c, func.count()).group_by(*copies.c))
    asked = withdrawn = 0
    staying: list[Staying] = []
    for outlet, reason, count in rows:
        if not reason:
            asked += count
        elif reason == WITHDRAWN:
            withdrawn += count
        elif reason != NEVER_SENT:
            staying.append(Staying(outlet=outlet, reason=reason, why="", count=count))
    return Recalled(withdrawn=withdrawn, asked=asked, staying=_most_first(staying))


def was_seen() -> ColumnElement[bool]:
    """Copies that reached somebody, or may have."""
    return outbox.c.state.in_([State.SENT.value, State.UNCERTAIN.value])
