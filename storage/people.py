"""Who is asking: the person behind a chat account, read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, bindparam, exists, literal_column, select, text

from bot.policy.people import PersonState, SchoolKind, Whereabouts
from bot.policy.plan import Hours
from bot.policy.standing import Evidence, Facts, Step
from messages.incoming import Platform
from storage.delivery_tables import outbox
from storage.inbox import fold, json_list
from storage.tables import account, person, school, standing, teaching_group


@dataclass(frozen=True, slots=True)
class Asker:
    """A bound person with where they stand, as last derived."""

    person_id: int
    name: str
    school_id: int
    school_name: str
    school_kind: SchoolKind
    group_id: int | None
    group_name: str  # "" without a group
    subject: str  # as written in the roster
    stage: str  # as written in the roster
    state: PersonState
    has_study_account: bool
    online: Hours | None  # None = no data, which is not 0
    online_as_of: date | None
    practice: Hours
    chosen: tuple[str, ...]
    certified: tuple[str, ...]
    evidence: tuple[tuple[str, Evidence], ...]  # of chosen points that have any that is open
    done: bool
    completion: int
    step: Step
    has_notices: bool

    @property
    def whereabouts(self) -> Whereabouts:
        return Whereabouts(self.person_id, self.school_id, self.group_id)

    @property
    def facts(self) -> Facts:
        return Facts(
            state=self.state,
            has_study_account=self.has_study_account,
            online=self.online,
            online_as_of=self.online_as_of,
            practice=self.practice,
            chosen=self.chosen,
            certified=self.certified,
            evidence=self.evidence,
        )


# Built once: every message of a bound person passes here.
_COLUMNS = (
    person.c.id,
    person.c.name,
    person.c.school_id,
    school.c.name,
    school.c.kind,
    person.c.group_id,
    teaching_group.c.name,
    person.c.subject,
    person.c.stage,
    person.c.state,
    person.c.study_account.is_not(None),
    standing.c.online_hours,
    standing.c.online_as_of,
    standing.c.practice_hours,
    standing.c.chosen,
    standing.c.certified,
    standing.c.evidence,
    standing.c.done,
    standing.c.completion,
    standing.c.next_step,
    exists().where(and_(outbox.c.person_id == person.c.id, outbox.c.done_at.is_(None))),
)


def _joined(whose: FromClause) -> Select[Any]:
    """In this order: what comes after an outer join is not looked up first by every database."""
    return (
        select(*_COLUMNS)
        .select_from(whose)
        .join(school, school.c.id == person.c.school_id)
        .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
        .outerjoin(standing, standing.c.person_id == person.c.id)
    )


_ASKER = _joined(account.join(person, person.c.id == account.c.person_id))
_ONE_PERSON = _joined(person).where(person.c.id == bindparam("person_id"))
_ONE_ASKER = _ASKER.where(
    account.c.platform == bindparam("platform"), account.c.folded == bindparam("folded")
)
# One constant statement for any number of accounts; the list of platforms lets both databases use the index.
_MANY_ASKERS = {
    dialect: _ASKER.add_columns(account.c.platform, account.c.folded).where(
        account.c.platform.in_([literal_column(f"'{platform.value}'") for platform in Platform]),
        text(f"account.folded {among}"),
    )
    for dialect, among in (
        ("sqlite", "IN (SELECT value FROM json_each(:folded))"),
        ("postgresql", "= ANY(:folded)"),
    )
}

_STATES = {state.value: state for state in PersonState}
_KINDS = {kind.value: kind for kind in SchoolKind}
_STEPS = {step.value: step for step in Step}


def school_name(connection: Connection, school_id: int) -> str:
    return str(connection.scalar(select(school.c.name).where(school.c.id == school_id)))


def find_person(connection: Connection, person_id: int) -> Asker | None:
    """None where nobody has this id."""
    row = connection.execute(_ONE_PERSON, {"person_id": person_id}).fetchone()
    return None if row is None else _asker(row)


def find_asker(connection: Connection, platform: Platform, account_id: str) -> Asker | None:
    """None for an account that nobody is bound to."""
    if platform is Platform.PAGE:
        return find_person(connection, int(account_id))
    row = connection.execute(_ONE_ASKER, {"platform": platform.value, "folded": fold(account_id)}).fetchone()
    return None if row is None else _asker(row)


def find_askers(connection: Connection, folded: Sequence[str]) -> dict[tuple[str, str], Asker]:
    """The people behind these accounts on every platform, by (platform, folded account)."""
    rows = connection.execute(
        _MANY_ASKERS[connection.dialect.name], {"folded": json_list(connection, folded)}
    )
    return {(row[-2], row[-1]): _asker(row[:-2]) for row in rows}


def _asker(row: Sequence[Any]) -> Asker:
    (
        person_id, name, school_id, school_name, kind, group_id, group_name, subject, stage, state, has_account,
        online, as_of, practice, chosen, certified, evidence, done, completion, step, has_notices,
    ) = row  # fmt: skip
    return Asker(
        person_id,
        name,
        school_id,
        school_name,
        _KINDS[kind],
        group_id,
        group_name or "",
        subject,
        stage,
        _STATES[state],
        bool(has_account),
        online,
        as_of,
        # Without a standing row (an import is under way) nothing is known yet, and nothing is done.
        practice or Hours(0),
        tuple(chosen.split()) if chosen else (),
        tuple(certified.split()) if certified else (),
        _evidence(evidence) if evidence else (),
        bool(done),
        completion or 0,
        _STEPS[step] if step else Step.NO_ACCOUNT,
        bool(has_notices),
    )


def _evidence(stored: str) -> tuple[tuple[str, Evidence], ...]:
    pairs = (pair.split(":") for pair in stored.split())
    return tuple((code, Evidence(state)) for code, state in pairs)
