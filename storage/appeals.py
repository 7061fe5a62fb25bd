"""申诉: numbered cases with the figures of the person as they stood; every answer stays in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from bot.policy.appeal import AppealState, Figures
from bot.policy.people import Whereabouts
from bot.policy.standing import Evidence, Grade, Step
from storage.choices import certified_points
from storage.numbers import next_number
from storage.tables import filing, person, school, standing
from storage.work_tables import appeal, evidence, paper

KIND = "appeal"
"""What its numbers are called in the series."""

_ANSWERER = person.alias("answerer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One case as it stands."""

    number: int
    appellant: Whereabouts
    name: str
    school: str
    text: str
    figures: Figures  # when it was opened
    about: int | None  # 编号 of one's own that the text names
    state: AppealState
    opened_at: int  # epoch milliseconds
    answered_by: int | None
    answerer: str  # "" while it is open
    answered_at: int | None
    answer: str  # the newest


def open_appeal(  # noqa: PLR0913 - a case has that many parts
    connection: Connection, *, person_id: int, text: str, figures: Figures, about: int | None, at: int
) -> int:
    """Its number. Whoever opens one holds the person first, so that the same text is one case."""
    number = next_number(connection, KIND, at=at)
    connection.execute(
        appeal.insert().values(
            number=number,
            person_id=person_id,
            text=text,
            figures=_to_json(figures),
            about_number=about,
            state=AppealState.OPEN.value,
            opened_at=at,
        )
    )
    return number


def answer_appeal(  # noqa: PLR0913 - as `open_appeal`
    connection: Connection, number: int, *, state: AppealState, person_id: int, text: str, at: int
) -> None:
    """The newest answer is the one that is shown; whoever answers holds the appellant first."""
    connection.execute(
        update(appeal)
        .where(appeal.c.number == number)
        .values(state=state.value, answered_by=person_id, answered_at=at, answer=text)
    )


def find_appeal(connection: Connection, number: int) -> Appeal | None:
    """None for a number that is no appeal's."""
    if number >= 2**63:
        return None
    row = connection.execute(_appeals().where(appeal.c.number == number)).fetchone()
    return None if row is None else _appeal(row)


def appeals_of(connection: Connection, person_id: int) -> tuple[Appeal, ...]:
    """Somebody's own, newest first."""
    rows = connection.execute(
        _appeals().where(appeal.c.person_id == person_id).order_by(appeal.c.number.desc())
    )
    return tuple(map(_appeal, rows))


def open_appeals(connection: Connection, school_ids: Sequence[int] | None = None) -> tuple[Appeal, ...]:
    """What nobody has answered yet, oldest first; of these schools, or of the county."""
    rows = connection.execute(
        _appeals()
        .where(appeal.c.state == AppealState.OPEN.value, *_in(school_ids))
        .order_by(appeal.c.opened_at, appeal.c.number)
    )
    return tuple(map(_appeal, rows))


def answered_appeals(
    connection: Connection, school_ids: Sequence[int] | None = None, *, most: int
) -> tuple[Appeal, ...]:
    """What was answered last, newest first."""
    rows = connection.execute(
        _appeals()
        .where(appeal.c.state != AppealState.OPEN.value, *_in(school_ids))
        .order_by(appeal.c.answered_at.desc(), appeal.c.number.desc())
        .limit(most)
    )
    return tuple(map(_appeal, rows))


def own_number(connection: Connection, person_id: int, numbers: Sequence[int]) -> int | None:
    """The first of these that is something the person has handed in."""
    if not numbers:
        return None
    owned = (
        select(evidence.c.number).where(evidence.c.person_id == person_id),
        select(paper.c.number).where((paper.c.handed_in_by == person_id) | (paper.c.author_id == person_id)),
        select(filing.c.number).where(filing.c.handed_in_by == person_id),
    )
    found: set[int] = set()
    for statement in owned:
        found.update(connection.scalars(statement.where(statement.selected_columns.number.in_(numbers))))
    return next((number for number in numbers if number in found), None)


def figures_of(connection: Connection, person_id: int) -> Figures:
    """As they stand now."""
    columns = standing.c
    row = connection.execute(select(standing).where(columns.person_id == person_id)).fetchone()
    points = certified_points(connection, person_id)
    pairs = (pair.split(":") for pair in (row.evidence.split() if row else ()))
    return Figures(
        online=row.online_hours if row else None,
        online_as_of=row.online_as_of if row else None,
        practice=row.practice_hours if row else 0,
        chosen=tuple(row.chosen.split()) if row else (),
        certified=tuple((point.code, point.grade) for point in points),
        evidence=tuple((code, Evidence(state)) for code, state in pairs),
        done=bool(row and row.done),
        step=Step(row.next_step) if row else Step.NO_ACCOUNT,
        rule_version=row.rule_version if row else "",
    )


def _in(school_ids: Sequence[int] | None) -> tuple[Any, ...]:
    return () if school_ids is None else (person.c.school_id.in_(school_ids),)


def _appeals() -> Select[Any]:
    return (
        select(
            appeal,
            person.c.school_id,
            person.c.group_id,
            person.c.name,
            school.c.name.label("school"),
            _ANSWERER.c.name.label("answerer"),
        )
        .join_from(appeal, person, person.c.id == appeal.c.person_id)
        .join(school, school.c.id == person.c.school_id)
        .outerjoin(_ANSWERER, _ANSWERER.c.id == appeal.c.answered_by)
    )


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        number=row.number,
        appellant=Whereabouts(row.person_id, row.school_id, row.group_id),
        name=row.name,
        school=row.school,
        text=row.text,
        figures=_from_json(row.figures),
        about=row.about_number,
        state=AppealState(row.state),
        opened_at=row.opened_at,
        answered_by=row.answered_by,
        answerer=row.answerer or "",
        answered_at=row.answered_at,
        answer=row.answer,
    )


def _to_json(figures: Figures) -> dict[str, Any]:
    return {
        "online": figures.online,
        "online_as_of": figures.online_as_of and figures.online_as_of.isoformat(),
        "practice": figures.practice,
        "chosen": list(figures.chosen),
        "certified": [[code, grade.value] for code, grade in figures.certified],
        "evidence": [[code, state.value] for code, state in figures.evidence],
        "done": figures.done,
        "step": figures.step.value,
        "rule_version": figures.rule_version,
    }


def _from_json(stored: dict[str, Any]) -> Figures:
    as_of = stored["online_as_of"]
    return Figures(
        online=stored["online"],
        online_as_of=date.fromisoformat(as_of) if as_of else None,
        practice=stored["practice"],
        chosen=tuple(stored["chosen"]),
        certified=tuple((code, Grade(grade)) for code, grade in stored["certified"]),
        evidence=tuple((code, Evidence(state)) for code, state in stored["evidence"]),
        done=stored["done"],
        step=Step(stored["step"]),
        rule_version=stored["rule_version"],
    )
