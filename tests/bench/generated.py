"""What a generated province has for each of its people, written by the database from what each archetype has."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    text,
)

from messages.outgoing import answer, dump_answer
from storage import tables
from storage.snapshots import advance_online_as_of
from tests.bench.archetypes import DAY_MS, NOW, PERIOD, Archetype

TERM_MS: Final = 90 * DAY_MS
"""How far back the messages go."""
ANNOUNCEMENTS: Final = 60

_metadata = MetaData()


def _kind_table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, _metadata, Column("k", Integer), *columns, prefixes=["TEMPORARY"])


_snapshot = _kind_table(
    "kind_snapshot", Column("as_of", Date), Column("run", Integer), Column("hours", Integer)
)
_choice = _kind_table(
    "kind_choice", Column("code", String), Column("chosen_at", BigInteger), Column("ended_at", BigInteger)
)
_paper = _kind_table(
    "kind_paper",
    Column("place", Integer),
    *(Column(name, String) for name in ("code", "state", "grade")),
    *(Column(name, BigInteger) for name in ("version", "submitted_at", "decided_at", "hours")),
)
_standing = _kind_table(
    "kind_standing",
    *(Column(name, BigInteger) for name in ("online_hours", "practice_hours", "completion")),
    *(Column(name, Boolean) for name in ("active", "done")),
    Column("online_as_of", Date),
    *(Column(name, String) for name in ("chosen", "certified", "evidence", "next_step", "rule_version")),
)
_STANDING = ", ".join(column.name for column in _standing.columns if column.name != "k")
# The same moment for everybody of an archetype would be too even: a second more for each block of people.
_EARLIER = f"p.id / {PERIOD} % 1000 * 1000"
_PAPER = f"FROM person p JOIN kind_paper x ON x.k = p.id % {PERIOD}"
_NUMBER = f"p.id / {PERIOD} * {{papers}} + x.place"
_PROGRESS: Final = (
    # Seven of ten are on WeCom, four on DingTalk, one of ten has bound nothing.
    f"""INSERT INTO account (platform, folded, verbatim, person_id, source, bound_at)
        SELECT 'wecom', 'w' || id, 'w' || id, id, 'roster', {NOW} FROM person WHERE id % 10 < 7""",
    f"""INSERT INTO account (platform, folded, verbatim, person_id, source, bound_at)
        SELECT 'dingtalk', 'd' || id, 'd' || id, id, 'roster', {NOW} FROM person WHERE id % 10 BETWEEN 5 AND 8""",
    f"""INSERT INTO online_snapshot (person_id, as_of, online_hours, import_id)
        SELECT p.id, x.as_of, x.hours, x.run FROM person p JOIN kind_snapshot x ON x.k = p.id % {PERIOD}
        ORDER BY x.run, p.id""",
    f"""INSERT INTO choice (person_id, code, chosen_at, ended_at) SELECT p.id, x.code, x.chosen_at, x.ended_at
        FROM person p JOIN kind_choice x ON x.k = p.id % {PERIOD} ORDER BY p.id""",
    f"""INSERT INTO number_series (number, kind, issued_at)
        SELECT {_NUMBER}, 'evidence', x.submitted_at - {_EARLIER} {_PAPER}""",
    f"""INSERT INTO evidence (number, person_id, code, state, version, submitted_at, late, decided_by, decided_at)
        SELECT {_NUMBER}, p.id, x.code, x.state, x.version, x.submitted_at - {_EARLIER}, 'in_time',
        CASE WHEN x.decided_at IS NULL THEN NULL WHEN h.one = p.id THEN h.other ELSE h.one END,
        x.decided_at - {_EARLIER} {_PAPER} JOIN head h ON h.school_id = p.school_id""",
    """INSERT INTO evidence_version (number, version, note, late, submitted_at, received_at)
        SELECT number, version, '课堂导入教学设计', late, submitted_at, submitted_at FROM evidence
        UNION ALL SELECT number, 1, '课堂导入', late, submitted_at - 172800000, submitted_at - 172800000
        FROM evidence WHERE version = 2""",
    """INSERT INTO evidence_event (number, version, kind, actor_id, at)
        SELECT number, version, kind, actor, at FROM (
        SELECT number, 1 AS version, 'submitted' AS kind, person_id AS actor,
        submitted_at - (version - 1) * 172800000 AS at FROM evidence
        UNION ALL SELECT e.number, 1, 'returned', CASE WHEN h.one = p.id THEN h.other ELSE h.one END,
        submitted_at - 86400000 FROM evidence e JOIN person p ON p.id = e.person_id
        JOIN head h ON h.school_id = p.school_id WHERE e.version = 2
        UNION ALL SELECT number, 2, 'resubmitted', person_id, submitted_at FROM evidence WHERE version = 2
        UNION ALL SELECT number, version, state, decided_by, decided_at FROM evidence WHERE decided_at IS NOT NULL
        UNION ALL SELECT number, version, 'withdrawn', person_id, submitted_at + 3600000 FROM evidence
        WHERE state = 'withdrawn') AS happened ORDER BY at, number""",
    f"""INSERT INTO certification (person_id, code, grade, certified_at)
        SELECT p.id, x.code, x.grade, x.decided_at - {_EARLIER} {_PAPER} WHERE x.grade IS NOT NULL
        ORDER BY p.id, x.place""",
    f"""INSERT INTO practice_entry (person_id, practice_hours, source, reference, entered_at)
        SELECT p.id, x.hours, 'certification', x.code, x.decided_at - {_EARLIER} {_PAPER}
        WHERE x.grade IS NOT NULL ORDER BY p.id, x.place""",
    f"""INSERT INTO standing (person_id, school_id, {_STANDING}) SELECT p.id, p.school_id, {_STANDING}
        FROM person p JOIN kind_standing x ON x.k = p.id % {PERIOD} ORDER BY p.id""",
)
_NUMBERS = (
    "WITH RECURSIVE n(id) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT id + 1 FROM n WHERE id < {most})"
)
_HISTORY: Final = (
    f"""INSERT INTO number_series (number, kind, issued_at) {_NUMBERS.format(most=ANNOUNCEMENTS)}
        SELECT {{newest}} + id, 'announcement', {NOW} - ({ANNOUNCEMENTS} - id) * {DAY_MS} FROM n""",
    f"""INSERT INTO announcement (number, author_id, audience, body, wants_receipt, state, confirmed_at, posted_at,
        people) {_NUMBERS.format(most=ANNOUNCEMENTS)}
        SELECT {{newest}} + id, 1, '老师', '请在周五前交齐材料。', true, 'posted',
        {NOW} - ({ANNOUNCEMENTS} - id) * {DAY_MS}, {NOW} - ({ANNOUNCEMENTS} - id) * {DAY_MS}, {{people}} FROM n""",
    # The newest went to everybody; one in five hundred could not be reached.
    f"""INSERT INTO outbox (key, kind, person_id, content, noted_at, done_at, state, outlet, reason, announcement)
        SELECT 'announcement/{{last}}/p' || id, 'announcement', id, :content, {NOW}, {NOW},
        CASE WHEN id % 500 = 0 THEN 'dead' ELSE 'sent' END, 'wecom',
        CASE WHEN id % 500 = 0 THEN '60020' ELSE '' END, {{last}} FROM person""",
    f"""INSERT INTO outbox (key, kind, person_id, content, noted_at, done_at, state, outlet)
        SELECT 'bench/' || id, 'notice', id, :content, {NOW} - {TERM_MS} / {{people}} * id,
        {NOW} - {TERM_MS} / {{people}} * id, 'sent', 'wecom' FROM person ORDER BY id DESC""",
    f"""INSERT INTO acknowledgement (announcement, person_id, at)
        SELECT {{last}}, id, {NOW} FROM person WHERE id % 5 < 3 AND id % 500 <> 0""",
    f"""INSERT INTO inbox (platform, key, folded, chat, received_at, text, command, outcome, reply)
        SELECT 'wecom', 'wecom:' || id, 'w' || id, '', {NOW} - {TERM_MS} / {{people}} * id, '我的学时', '我的学时',
        'answered', '["线上学时 18.5 学时", "", ""]' FROM person ORDER BY id DESC""",
    f"""INSERT INTO audit (at, actor, action, person_id, detail, trace)
        SELECT {NOW} - {TERM_MS} / {{people}} * id, 'person:' || (id % 9 + 1), 'evidence.passed', id, '{{{{}}}}', ''
        FROM person ORDER BY id DESC""",
    f"""INSERT INTO filing (number, school_id, slot, content, state, handed_in_by, handed_in_at)
        SELECT {{last}} + id, id, 'scope', 'A1 A3 A5 B2 B6 C4', 'handed_in', one, {NOW} - {DAY_MS}
        FROM school JOIN head ON head.school_id = id WHERE id % 3 <> 0""",
    """INSERT INTO number_series (number, kind, issued_at) SELECT number, 'filing', handed_in_at FROM filing""",
    f"""INSERT INTO tick (school_id, duty, ticked_by, ticked_at)
        SELECT id, 'meeting', one, {NOW} FROM school JOIN head ON head.school_id = id WHERE id % 4 <> 0""",
)
_IN_SEQUENCE: Final = ("school", "teaching_group", "person", "import_run")


def progress(
    connection: Connection,
    kinds: Sequence[Archetype],
    standings: Sequence[dict[str, object]],
    grants: Sequence[int],
    heads: Sequence[tuple[int, int, int]],
) -> None:
    """`heads`: of every school, who decides, and who decides about them."""
    connection.execute(text("CREATE TEMPORARY TABLE head (school_id BIGINT, one BIGINT, other BIGINT)"))
    connection.execute(
        text("INSERT INTO head VALUES (:school, :one, :other)"),
        [{"school": school, "one": one, "other": other} for school, one, other in heads],
    )
    _metadata.create_all(connection, checkfirst=False)
    connection.execute(insert(_standing), [{"k": k, **row} for k, row in enumerate(standings)])
    days = sorted({as_of for kind in kinds for as_of, _ in kind.snapshots})
    for as_of in days:
        connection.execute(
            insert(tables.import_run).values(
                kind="online-hours",
                file_name=f"{as_of}.xlsx",
                file_hash=as_of.isoformat(),
                as_of=as_of,
                state="applied",
                counts={},
                started_at=NOW,
                finished_at=NOW,
            )
        )
    advance_online_as_of(connection, days[-1])
    snapshots = [
        {"k": k, "as_of": as_of, "run": days.index(as_of) + 1, "hours": hours}
        for k, kind in enumerate(kinds)
        for as_of, hours in kind.snapshots
    ]
    connection.execute(insert(_snapshot), snapshots)
    choices = [
        {"k": k, "code": code, "chosen_at": chosen_at, "ended_at": ended_at}
        for k, kind in enumerate(kinds)
        for code, chosen_at, ended_at in kind.choices
    ]
    connection.execute(insert(_choice), choices)
    papers = list(_papers(kinds, grants))
    connection.execute(insert(_paper), papers)
    if connection.dialect.name == "postgresql":
        for table in ("person", "head", *_metadata.tables):
            connection.execute(text(f"ANALYZE {table}"))
    for statement in _PROGRESS:
        connection.execute(text(statement.format(papers=len(papers)).replace(":", "\\:")))
        if connection.dialect.name == "postgresql" and "INTO evidence (" in statement:
            connection.execute(text("ANALYZE evidence"))


def history(connection: Connection, people: int) -> None:
    """What was said in a term: to everybody, by everybody, and what the audit has of it."""
    newest = connection.scalar(text("SELECT max(number) FROM number_series")) or 0
    for statement in _HISTORY:
        said = statement.format(newest=newest, last=newest + ANNOUNCEMENTS, people=people)
        said = said.replace("'wecom:'", "'wecom\\:'").replace("'person:'", "'person\\:'")
        values = {"content": dump_answer(answer("请在周五前交齐材料。"))} if ":content" in said else {}
        connection.execute(text(said), values)


def set_sequences(connection: Connection) -> None:
    """The next id of what was written with ids of ours; SQLite looks for itself."""
    if connection.dialect.name == "postgresql":
        for table, column in (*((one, "id") for one in _IN_SEQUENCE), ("number_series", "number")):
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
                )
            )


def _papers(kinds: Sequence[Archetype], grants: Sequence[int]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for k, kind in enumerate(kinds):
        hours = iter(grants)
        for paper in kind.papers:
            grade = paper.grade
            found.append(
                {
                    "k": k,
                    "place": len(found) + 1,
                    "code": paper.code,
                    "state": paper.state.value,
                    "version": paper.version,
                    "submitted_at": paper.submitted_at,
                    "decided_at": paper.decided_at,
                    "grade": None if grade is None else grade.value,
                    "hours": None if grade is None else next(hours),
                }
            )
    return found
