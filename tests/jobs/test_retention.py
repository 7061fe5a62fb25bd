"""What has served its time goes, nothing else does, and whatever was done once is not done again."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from bot.clock import SHANGHAI, SystemClock
from bot.jobs.daily_ranking import daily_ranking
from bot.jobs.job import JobParts, Slot
from bot.jobs.retention import retention
from bot.jobs.retention_document import document
from bot.plan_file import load_plan
from bot.plan_sections import RetentionSection
from bot.points_file import load_catalogue
from bot.policy.outgoing import Kind, Way
from bot.policy.timetable import Outcome
from messages.outgoing import answer, dump_answer, load_answer
from storage import outbox as outgoing
from storage.announcement_tables import announcement, recall, reminded, reminder_pause
from storage.columns import metadata
from storage.connection_tables import owed_reply, received_file
from storage.delivery_tables import chat_group, heard_chat, job_run, outbox, picture
from storage.import_tables import file_preview
from storage.page_tables import entry_link, job_request, page_session
from storage.retention import KEPT, RULES
from storage.retention_rule import DAY_MS, Fate, Moment
from storage.retention_talk import KEYED
from storage.sweeping import FEWEST, MOST, Pace, sweep
from storage.tables import (
    audit,
    binding_attempt,
    binding_code,
    conversation,
    import_row,
    import_run,
    inbox,
    person,
    school,
)
from storage.undelivered import replay

PLAN = load_plan(None)
DAYS = PLAN.retention
NOW = datetime.now(SHANGHAI).replace(hour=3, minute=30, second=0, microsecond=0)
NOW_MS = int(NOW.timestamp() * 1000)
MOMENT = Moment(now_ms=NOW_MS, today=NOW.date(), days=DAYS)


_UNSAID = frozenset({"announcement", "dismissed_at", "doubt_since"})


class Attic:
    """A database that has been in use for years."""

    def __init__(self, database):
        self.database = database
        self.parts = JobParts(
            database=database,
            plan=PLAN,
            catalogue=load_catalogue(None),
            clock=SystemClock(),
            secret_key="a secret key of forty characters, or more",
        )
        self.number = 0

    def run(self, is_over=None, *, days_later=0):
        now = NOW + timedelta(days=days_later)
        real_ms = NOW_MS + days_later * DAY_MS
        slot = Slot(job="retention", day=now.date(), now=now, real_ms=real_ms, by_hand=False)
        return retention(self.parts, slot, is_over)

    def write(self, *statements):
        with self.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def read(self, statement):
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def add(self, table, age, **values):
        """A row that is so many days old in every respect, but for what is said otherwise."""
        self.number += 1
        row = {column.name: self.value(table, column, age) for column in table.columns} | values
        with self.database.writing() as connection:
            connection.execute(insert(table).values(**row))
        return row

    def value(self, table, column, age):
        if column.foreign_keys or column.name in _UNSAID:
            return None if column.nullable else 1
        if column.primary_key and isinstance(column.type, Integer):
            return 1_000 + self.number
        if isinstance(column.type, BigInteger) and column.name.endswith(("_at", "_until", "at")):
            return NOW_MS - age * DAY_MS
        kinds = {
            Date: NOW.date() - timedelta(days=age),
            Boolean: False,
            Integer: self.number,
            LargeBinary: b"x",
            JSON: {},
        }
        return next((one for kind, one in kinds.items() if isinstance(column.type, kind)), str(self.number))

    def all_rows(self):
        """Of every table, by its key."""
        with self.database.reading() as connection:
            return {
                table.name: {
                    tuple(row[column] for column in keys_of(table)): row
                    for row in connection.execute(select(table)).mappings()
                }
                for table in metadata.sorted_tables
            }


def keys_of(table: Table):
    if table.primary_key.columns:
        return [column.name for column in table.primary_key.columns]
    (unique,) = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    return [column.name for column in unique.columns]


@pytest.fixture
def attic(database):
    attic = Attic(database)
    attic.write(
        school.insert().values(id=1, name="示例县第一小学", kind="primary"),
        person.insert().values(id=1, staff_no="1", name="示例甲", school_id=1),
        chat_group.insert().values(
            id=1, platform="wecom", way=Way.WECOM_WEBHOOK.value, address_hash="1", address="x",
            bound_at=1, bound_by="operator",
        ),
        import_run.insert().values(
            id=1, kind="roster", file_name="x", file_hash="x", state="applied", counts={},
            started_at=1, finished_at=NOW_MS - 91 * DAY_MS,
        ),
        import_run.insert().values(
            id=2, kind="roster", file_name="x", file_hash="x", state="applying", counts={}, started_at=1
        ),
    )  # fmt: skip
    return attic


WORDS = dump_answer(answer("示例"))


def of_outbox(kind=Kind.NOTICE, **values):
    to_group = kind in {Kind.RANKING, Kind.CORRECTION}
    return {
        "kind": kind.value,
        "content": WORDS,
        "state": "sent",
        "person_id": None if to_group else 1,
        "group_id": 1 if to_group else None,
        "expires_at": None,
        "lease": None,
        "parcel": None,
        **values,
    }


# ── each rule, on the day of its limit and the day after ──

# What the row is beside its age; the column that the days count from; what is left of it, None = nothing.
CASES = {
    "heard": (inbox, {"platform": "wecom", "folded": "somebody"}, None),
    "last-heard": (inbox, {"platform": "wecom", "folded": "last"}, {"text": "", "reply": '["", false, ""]'}),
    "said": (outbox, of_outbox(), None),
    "said-once": (
        outbox,
        of_outbox(Kind.RANKING),
        {"content": "", "account": None, "receipt": "", "why": ""},
    ),
    "pictures": (picture, {}, None),
    "owed": (owed_reply, {}, None),
    "conversations": (conversation, {}, None),
    "session-addresses": (heard_chat, {}, {"reply_url": ""}),
    "links": (entry_link, {}, None),
    "sessions": (page_session, {}, None),
    "codes": (binding_code, {}, None),
    "wrong-codes": (binding_attempt, {}, None),
    "files": (received_file, {"state": "imported"}, {"content": None, "source": ""}),
    "job-runs": (job_run, {"leased_until": 0}, None),
    "job-requests": (job_request, {}, None),
    "reminded": (reminded, {}, None),
    "pauses": (reminder_pause, {}, None),
    "audit": (audit, {}, None),
}
BY_NAME = {rule.name: rule for rule in RULES}


def test_a_row_goes_the_day_after_its_last(attic):
    attic.write(person.insert().values(id=2, staff_no="2", name="示例乙", school_id=1))
    attic.add(inbox, 0, platform="wecom", folded="somebody")  # has spoken since
    old, young = {}, {}
    for name, (table, values, _) in CASES.items():
        limit = BY_NAME[name].limit(DAYS)
        old[name] = attic.add(table, limit + 1, **values)
        another = {"last-heard": {"folded": "another"}, "pauses": {"person_id": 2}}.get(name, {})
        young[name] = attic.add(table, limit, **values | another)

    attic.run()

    rows = attic.all_rows()
    for name, (table, _, left) in CASES.items():
        keys, here = keys_of(table), rows[table.name]
        assert dict(here[tuple(young[name][key] for key in keys)]) == young[name], name
        found = here.get(tuple(old[name][key] for key in keys))
        assert (None if found is None else dict(found)) == (None if left is None else old[name] | left), name


def test_previews_and_staged_rows_of_ended_imports_go(attic):
    old = attic.add(received_file, 91, state="declined")["id"]
    waiting = attic.add(received_file, 91, state="shown", ended_at=None)["id"]
    for file_id in (old, waiting):
        attic.write(file_preview.insert().values(file_id=file_id, findings=b"names", workbook=b"names"))
    for import_id in (1, 2):
        attic.write(import_row.insert().values(import_id=import_id, number=1, content=[]))

    attic.run()

    assert attic.read(
        select(file_preview.c.file_id, file_preview.c.findings, file_preview.c.workbook).order_by(
            file_preview.c.file_id
        )
    ) == [
        (old, None, None),
        (waiting, b"names", b"names"),
    ]
    assert attic.read(select(import_row.c.import_id)) == [(2,)]


@pytest.mark.one_database
def test_the_last_words_of_an_account_leave_their_time(attic):
    for age in (300, 200, 100):
        attic.add(inbox, age, platform="wecom", folded="somebody", text="原话")

    attic.run()

    assert attic.read(select(inbox.c.received_at, inbox.c.text)) == [(NOW_MS - 100 * DAY_MS, "")]


def test_what_waits_for_its_person_is_never_old(attic):
    attic.add(outbox, 900, **of_outbox(state="queued", done_at=None))
    attic.add(outbox, 900, **of_outbox(state="failed", done_at=None))

    attic.run()

    assert attic.read(select(outbox.c.content)) == [(WORDS,)] * 2


def test_a_picture_stays_as_long_as_a_message_shows_it(attic):
    shown, forgotten = attic.add(picture, 500)["id"], attic.add(picture, 500)["id"]
    with_words = attic.add(picture, 500)["id"]
    attic.add(outbox, 300, **of_outbox(Kind.RANKING, picture_id=shown))
    attic.add(
        outbox, 500, **of_outbox(Kind.RANKING, picture_id=with_words)
    )  # goes first, and its picture with it

    attic.run()

    assert attic.read(select(picture.c.id)) == [(shown,)]
    assert forgotten != shown


def test_a_copy_that_is_being_taken_back_keeps_what_the_platform_calls_it(attic):
    attic.write(
        text("INSERT INTO number_series (number, kind, issued_at) VALUES (1, 'announcement', 1)"),
        announcement.insert().values(
            number=1,
            author_id=1,
            audience="",
            body="示例",
            wants_receipt=False,
            state="recalled",
            confirmed_at=1,
        ),
    )
    ids = [
        attic.add(outbox, 500, **of_outbox(Kind.ANNOUNCEMENT, announcement=1, receipt="name"))["id"]
        for _ in "ab"
    ]
    attic.write(
        recall.insert().values(outbox_id=ids[0], asked_at=1),
        recall.insert().values(outbox_id=ids[1], asked_at=1, done_at=2),
    )

    attic.run()

    assert attic.read(select(outbox.c.id, outbox.c.receipt).order_by(outbox.c.id)) == [
        (ids[0], "name"),
        (ids[1], ""),
    ]
    assert len(attic.read(select(recall.c.outbox_id))) == 2


def test_what_has_no_words_left_says_so_and_is_not_sent_once_more(attic):
    key = attic.add(outbox, 500, **of_outbox(Kind.RANKING, state="dead"))["key"]
    attic.run()

    with attic.database.writing() as connection:
        assert replay(connection, at=NOW_MS, keys=[key]) == replay(connection, at=NOW_MS) == 0
    ((content, dismissed_at),) = attic.read(select(outbox.c.content, outbox.c.dismissed_at))
    assert load_answer(content).plain == "这条消息过了保存期，内容已删除。"
    assert dismissed_at == NOW_MS  # it has left the shelf of what somebody should see to


# ── once stays once ──


@pytest.mark.one_database
def test_a_past_ranking_that_is_made_up_again_years_later_tells_nobody_again(town):
    town.group(1)
    first = daily_ranking(town.parts, town.slot())
    town.write(outbox.update().values(state="sent", done_at=town.slot().real_ms))
    years_later = datetime(2027, 8, 1, 3, 30, tzinfo=SHANGHAI)
    real_ms = int(years_later.timestamp() * 1000)
    slot = Slot(job="retention", day=years_later.date(), now=years_later, real_ms=real_ms, by_hand=False)
    swept = retention(town.parts, slot)
    again = daily_ranking(town.parts, replace(town.slot(), real_ms=real_ms, by_hand=True))

    assert (first.messages, swept.outcome) == (1, Outcome.DONE)
    assert (again.outcome, again.messages, again.detail) == (
        Outcome.NOTHING,
        0,
        "5月21日（周二）的排名各群都有了，没有发。",
    )
    assert town.read(select(outbox.c.content)) == [("",)]


@pytest.mark.one_database
def test_a_key_that_may_come_again_is_still_known(attic):
    keys = {kind: attic.add(outbox, 900, **of_outbox(kind))["key"] for kind in KEYED}
    attic.run()

    with attic.database.writing() as connection:
        posts = [
            outgoing.Post(key=key, kind=kind, answer=answer("示例"), person_id=1)
            for kind, key in keys.items()
        ]
        assert outgoing.post(connection, posts, at=NOW_MS) == 0


# ── a run ──


def test_a_run_says_what_has_gone_and_is_on_record(attic):
    for _ in "abc":
        attic.add(entry_link, 9)
    attic.add(page_session, 40)
    ran = attic.run()

    assert (ran.outcome, ran.detail) == (Outcome.DONE, "清理了：登录链接 3 条；网页登录 1 条。")
    assert attic.read(select(audit.c.actor, audit.c.action, audit.c.at, audit.c.detail)) == [
        ("timetable", "retention", NOW_MS, {"rows": {"links": 3, "sessions": 1}, "finished": True})
    ]


def test_a_second_run_finds_nothing_left(attic):
    for table, values, _ in CASES.values():
        attic.add(table, 4_000, **values)
    attic.run()
    again = attic.run()

    assert (again.outcome, again.detail) == (Outcome.NOTHING, "没有到期的，什么也没有清理。")


@pytest.mark.one_database
def test_a_run_that_is_cut_off_is_gone_on_with(attic):
    for number in range(120):
        attic.add(entry_link, 9, code_hash=f"{number:04}")
    slow = Pace(rows=FEWEST)

    def is_over():
        return len(attic.read(select(entry_link.c.code_hash))) <= 70

    done = sweep(attic.database, RULES, MOMENT, is_over=is_over, pace=slow)
    assert (done.rows, done.finished) == ({"links": FEWEST}, False)  # 120 - 50 = 70

    assert attic.run().detail == "清理了：登录链接 70 条。"


@pytest.mark.one_database
def test_a_run_without_any_time_says_that_it_goes_on(attic):
    attic.add(entry_link, 9)

    assert attic.run(lambda: True).detail == "时间到了还没看完，明天接着清理。"


def test_a_transaction_that_took_long_is_followed_by_a_smaller_one():
    pace = Pace()
    sizes = []
    for held_s in (0.005, 0.02, 0.05, 0.05, *(0.05,) * 9, *(0.001,) * 9):
        pace.took(held_s)
        sizes.append(pace.rows)

    assert sizes[:4] == [1_000, 1_000, 500, 250]
    assert (min(sizes), max(sizes)) == (FEWEST, MOST)


def test_others_write_between_two_transactions(attic):
    """Each rest is a moment in which nobody holds the database."""
    for number in range(3 * FEWEST):
        attic.add(entry_link, 9, code_hash=f"{number:04}")
    written = []

    def rest(_seconds):
        attic.add(inbox, 0, platform="wecom", folded="somebody")
        written.append(len(attic.read(select(entry_link.c.code_hash))))

    sweep(
        attic.database, [BY_NAME["links"]], MOMENT, is_over=lambda: False, pace=Pace(rows=FEWEST, rest=rest)
    )

    assert written[0] == 2 * FEWEST
    assert written[-1] == 0


# ── the audit ──


def test_the_database_itself_keeps_three_years_of_the_audit(attic):
    now_ms = time.time_ns() // 1_000_000
    attic.add(audit, 0, id=1, at=now_ms - 1_096 * DAY_MS - 60_000)
    attic.add(audit, 0, id=2, at=now_ms - 1_096 * DAY_MS + 60_000)

    attic.write(audit.delete().where(audit.c.id == 1))
    with pytest.raises(DBAPIError, match="audit is append-only"):
        attic.write(audit.delete())
    with pytest.raises(DBAPIError, match="audit is append-only"):
        attic.write(audit.update().values(action="x"))
    assert attic.read(select(audit.c.id)) == [(2,)]


# ── whatever there is ──

AGES = st.integers(0, 1_500)
ROWS = st.lists(st.tuples(st.sampled_from(sorted(CASES)), AGES, AGES), min_size=1, max_size=25)
SINCE = {
    "inbox": "received_at", "outbox": "done_at", "picture": "made_at", "owed_reply": "noted_at",
    "conversation": "expires_at", "heard_chat": "reply_until", "entry_link": "expires_at",
    "page_session": "expires_at", "binding_code": "expires_at", "binding_attempt": "at",
    "received_file": "ended_at", "file_preview": None, "import_row": None, "job_run": "day",
    "job_request": "done_at", "reminded": "day", "reminder_pause": "until", "audit": "at",
}  # fmt: skip
"""From when the days of a table's rules count."""


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ROWS)
def test_nothing_young_goes_nothing_kept_is_touched_and_every_reference_holds(attic, rows):
    for name, age, waited in rows:
        _add(attic, name, age, waited)
    before = attic.all_rows()
    attic.run()
    after = attic.all_rows()

    for table in metadata.sorted_tables:
        here, there = before[table.name], after[table.name]
        changed = [row for key, row in here.items() if dict(there.get(key) or {}) != dict(row)]
        limits = [rule.limit(DAYS) for rule in RULES if rule.table is table]
        assert limits or not changed
        assert all(_age(row[SINCE[table.name]]) > min(limits) for row in changed)
    if attic.database.is_sqlite:  # PostgreSQL would not have let it come to that
        assert attic.read(text("PRAGMA foreign_key_check")) == []


def _add(attic, name, age, waited):
    table, values, _ = CASES[name]
    attic.number += 1
    person_id = 10_000 + attic.number
    if table in {reminded, reminder_pause}:  # one for each person, and day
        staff_no = str(person_id)
        attic.write(person.insert().values(id=person_id, staff_no=staff_no, name="示例", school_id=1))
        values = {**values, "person_id": person_id}
    if table is outbox:  # noted first, settled later
        values = {**values, "noted_at": NOW_MS - (age + waited) * DAY_MS}
    attic.add(table, age, **values)


def _age(since):
    """In days."""
    return (NOW.date() - since).days if isinstance(since, date) else (NOW_MS - since) / DAY_MS


# ── the table of rules ──


def test_every_table_has_its_rule_or_its_reason():
    ruled = {rule.table.name for rule in RULES}
    kept = [name for names in KEPT.values() for name in names]

    assert ruled | set(kept) == set(metadata.tables)
    assert ruled.isdisjoint(kept)
    assert len(kept) == len(set(kept))


def test_what_is_cleared_is_not_what_finds_it_again():
    for rule in RULES:
        assert (rule.fate is Fate.CLEAR) is bool(rule.clears(MOMENT))
        assert {column.name for column in rule.table.columns} >= set(rule.clears(MOMENT))


def test_the_plan_cannot_ask_for_less_than_what_other_rules_need():
    least = {
        key: next(part.ge for part in field.metadata if hasattr(part, "ge"))
        for key, field in RetentionSection.model_fields.items()
    }
    # A month's traffic is counted, a missed run is made up for 31 days, the audit stays three years.
    assert least == {
        "heard_days": 35,
        "said_days": 35,
        "file_days": 7,
        "record_days": 60,
        "audit_days": 1_100,
    }


def test_the_document_is_printed_from_the_rules(pytestconfig):
    assert (pytestconfig.rootpath / "docs" / "retention.md").read_text("utf-8") == document(DAYS)
