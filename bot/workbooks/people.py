"""Columns and rows that several workbooks have of people."""

from collections.abc import Iterator

from bot.policy.people import PersonState
from bot.workbooks.commission import Commission
from bot.workbooks.cover import EXCLUDED, LeftOut
from bot.workbooks.sheet import Column, Row, Sheet
from messages.texts.next_step import STATES
from messages.texts.wording import tail
from storage.export_people import Line, by_school, counted_states
from storage.freezes import Freeze

WHO = (
    Column("学校", width=26),
    Column("教研组", width=16),
    Column("姓名", width=12),
    Column("人员编号", width=18),
)


def who(line: Line) -> tuple[str, str, str, str]:
    return line.school, line.group, line.name, shown_number(line.staff_no, line.staff_no_tail)


def shown_number(staff_no: str, last_four: str) -> str:
    """An identity or mobile number is kept as a hash, and shown by its end."""
    return tail(last_four) if last_four else staff_no


def excluded(wanted: Commission, freeze: Freeze | None = None) -> Sheet:
    """Who is on the roster and not in the figures, and why."""
    return Sheet(EXCLUDED, (*WHO, Column("为什么", width=10)), _excluded(wanted, freeze))


def left_out(wanted: Commission, freeze: Freeze | None = None) -> LeftOut:
    states = counted_states(wanted.connection, freeze=freeze, school_id=wanted.order.school_id)
    return LeftOut(
        states=[
            (state, states[state])
            for state in PersonState
            if state is not PersonState.ACTIVE and state in states
        ],
        unranked=[school.name for school in wanted.schools() if not school.ranked],
    )


def _excluded(wanted: Commission, freeze: Freeze | None) -> Iterator[Row]:
    for school in by_school(wanted.connection, freeze=freeze, school_id=wanted.order.school_id, active=False):
        for line in school.people:
            yield (*who(line), STATES[line.state])
