"""`python -m tests.golden.make REVISION`: writes REVISION.sql, a small database as that release has left it.

A file that is there is never made anew: what it holds is what that release really wrote.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from storage import sqlite_files
from storage.database import Database
from storage.schema import known_revisions, upgrade

FOLDER = Path(__file__).parent
# From which revision on, and what: 示例甲 has handed in A5, was certified, and is one of two in a school.
ROWS = [
    ("0001", "INSERT INTO school (id, name, kind) VALUES (1, '示例县第一小学', 'primary')"),
    ("0001", "INSERT INTO teaching_group (id, school_id, name) VALUES (1, 1, '语文组')"),
    ("0001", "INSERT INTO person (id, staff_no, name, school_id, group_id) VALUES (1, 'T1', '示例甲', 1, 1), (2, 'T2', '示例乙', 1, 1)"),
    ("0001", "INSERT INTO account (id, platform, folded, verbatim, person_id, source, bound_at) VALUES (1, 'wecom', 't1', 'T1', 1, 'roster', 1716100000000)"),
    ("0001", "INSERT INTO role (id, person_id, role, school_id, group_id, source, granted_at) VALUES (1, 2, 'leader', 1, 1, 'roster', 1716100000000)"),
    ("0001", "INSERT INTO import_run (id, kind, file_name, file_hash, as_of, state, counts, started_at, finished_at) VALUES (1, 'online-hours', '学时.xlsx', 'aa', '2024-05-19', 'applied', '{\"added\": 2}', 1716100000000, 1716100001000)"),
    ("0001", "INSERT INTO online_snapshot (id, person_id, as_of, online_hours, verdict, import_id, counts) VALUES (1, 1, '2024-05-19', 2850, '合格', 1, 1), (2, 2, '2024-05-19', 1000, '', 1, 0)"),
    ("0001", "INSERT INTO practice_entry (id, person_id, practice_hours, source, reference, note, reverses_id, entered_at) VALUES (1, 1, 800, 'certification', 'A5', '', NULL, 1716100000000), (2, 1, 800, 'certification', 'A1', '', NULL, 1716100000001), (3, 1, -800, 'certification', 'A1', '重开', 2, 1716100000002)"),
    ("0001", "INSERT INTO choice (id, person_id, code, chosen_at) VALUES (1, 1, 'A5', 1716100000000)"),
    ("0001", "INSERT INTO certification (id, person_id, code, grade, certified_at) VALUES (1, 1, 'A5', 'excellent', 1716100000000)"),
    ("0001", "INSERT INTO standing (person_id, school_id, active, online_hours, online_as_of, practice_hours, chosen, certified, done, completion, next_step, rule_version) VALUES (1, 1, 1, 2850, '2024-05-19', 800, 'A5', 'A5', 0, 4000, 'points', 'old')"),
    ("0001", "INSERT INTO inbox (id, platform, key, folded, chat, received_at, text, command, outcome, reply) VALUES (1, 'wecom', 'wecom:1', 't1', '', 1716100000000, '我的学时', '我的学时', 'answered', '[]')"),
    ("0001", "INSERT INTO audit (id, at, actor, action, person_id, detail) VALUES (1, 1716100000000, 'person:2', 'evidence.passed', 1, '{\"number\": 1}')"),
    ("0001", "INSERT INTO fact (name, value) VALUES ('online_as_of', '2024-05-19')"),
    ("0002", "INSERT INTO number_series (number, kind, issued_at) VALUES (1, 'evidence', 1716100000000), (2, 'announcement', 1716100000000)"),
    ("0002", "INSERT INTO evidence (number, person_id, code, state, version, submitted_at, late, decided_by, decided_at) VALUES (1, 1, 'A5', 'excellent', 1, 1716100000000, 'in_time', 2, 1716100000000)"),
    ("0002", "INSERT INTO evidence_version (number, version, note, late, submitted_at, received_at) VALUES (1, 1, '第一版', 'in_time', 1716100000000, 1716100000000)"),
    ("0002", "INSERT INTO evidence_link (id, number, version, position, url, fingerprint) VALUES (1, 1, 1, 1, 'https://example.com/a5', 'ff')"),
    ("0002", "INSERT INTO evidence_event (id, number, version, kind, actor_id, at, remark) VALUES (1, 1, 1, 'excellent', 2, 1716100000000, '很好')"),
    ("0006", "INSERT INTO announcement (number, author_id, audience, body, wants_receipt, state, confirmed_at) VALUES (2, 2, '', '开会', 1, 'posted', 1716100000000)"),
    ("0007", "INSERT INTO open_userid (open_userid, userid, asked_at) VALUES ('wo1', 'T1', 1716100000000)"),
    ("0008", "INSERT INTO job_request (id, job, day, asked_by, asked_at) VALUES (1, 'reminders', '2024-05-20', 2, 1716100000000)"),
]  # fmt: skip
# What waits to be said was a notice of its own before there was an outbox.
NOTICE = "INSERT INTO notice (id, person_id, key, text, noted_at) VALUES (1, 1, 'evidence/1/1', '你的材料合格', 1716100000000)"
MESSAGE = (
    "INSERT INTO outbox (id, key, kind, person_id, content, noted_at) VALUES"
    " (1, 'evidence/1/1', 'notice', 1, '[[\"text\", [\"你的材料合格\"]]]', 1716100000000)"
)


def dump(revision: str) -> str:
    """As SQL that makes the whole file anew."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "golden.db"
        database = Database(sqlite_files.url_of(path))
        upgrade(database, revision)
        database.close()
        with closing(sqlite3.connect(path)) as connection:
            for since, statement in ROWS:
                if since <= revision:
                    connection.execute(statement)
            connection.execute(NOTICE if revision < "0005" else MESSAGE)
            connection.commit()
            return "".join(f"{line}\n" for line in connection.iterdump())


def main(revisions: list[str]) -> None:
    for revision in revisions or known_revisions():
        target = FOLDER / f"{revision}.sql"
        if target.exists():
            print(f"{target.name} is there already")
            continue
        target.write_text(dump(revision), encoding="utf-8")
        print(f"{target.name} is written")


if __name__ == "__main__":
    main(sys.argv[1:])
