"""At four on the days before the dates everybody whose next step is their own is told it, once."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, select, update

from bot.clock import SystemClock
from bot.jobs.job import JobParts, Slot
from bot.jobs.reminders import reminders
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.timetable import Outcome
from messages.outgoing import load_answer
from storage import job_runs
from storage import reminders as on_file
from storage.announcement_tables import reminded
from storage.database import Database
from storage.delivery_tables import outbox
from storage.numbers import next_number
from storage.tables import account, person, school, standing
from storage.work_tables import evidence

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2024, 5, 20)  # ten days before the soft date
NO_CHOICE, NO_EVIDENCE, RETURNED, HOURS, NO_ACCOUNT, WAITING, DONE = range(1, 8)
STEPS = {
    NO_CHOICE: "no_choice",
    NO_EVIDENCE: "no_evidence",
    RETURNED: "returned",
    HOURS: "hours",
    NO_ACCOUNT: "no_account",
    WAITING: "waiting",
    DONE: "none",
}
PEACE = "两周内不想收提醒，回复“别提醒我”。"


def instant(*moment):
    return int(datetime(*moment, tzinfo=SHANGHAI).timestamp() * 1000)


class County:
    """People at every step, and what the job has left for them."""

    def __init__(self, database):
        self.database = database
        self.plan = load_plan(None)
        self.catalogue = load_catalogue(None)

    @property
    def parts(self):
        return JobParts(
            database=self.database,
            plan=self.plan,
            catalogue=self.catalogue,
            clock=SystemClock(),
            secret_key="",
        )

    def run(self, day=MONDAY, hour=16, *, by_hand=False, parts=None):
        now = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        real_ms = int(now.timestamp() * 1000)
        slot = Slot(job="reminders", day=day, now=now, real_ms=real_ms, by_hand=by_hand)
        return reminders(parts or self.parts, slot)

    def write(self, *statements):
        with self.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def pause(self, person_id, until):
        with self.database.writing() as connection:
            on_file.pause(connection, person_id, until, at=1)

    def told(self, day=MONDAY):
        """By person, what waits for them since that day."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(outbox.c.person_id, outbox.c.content, outbox.c.key).order_by(outbox.c.id)
            ).all()
        return {
            row.person_id: load_answer(row.content).plain
            for row in rows
            if row.key == f"reminder/{day.isoformat()}/p{row.person_id}"
        }


@pytest.fixture
def county(database):
    people = [
        {"id": n, "staff_no": f"T{n}", "name": f"示例{n}", "school_id": 1, "study_account": f"s{n}"}
        for n in STEPS
    ]
    accounts = [
        {"platform": platform, "folded": f"u{n}", "verbatim": f"U{n}", "person_id": n}
        for n in STEPS
        for platform in ("wecom", "dingtalk")
    ]
    rows = [
        {
            "person_id": n,
            "school_id": 1,
            "active": True,
            "online_hours": 1850,
            "online_as_of": date(2024, 5, 19),
            "practice_hours": 0,
            "chosen": "A5 B2 B9" if step in {"no_evidence", "returned", "waiting"} else "",
            "evidence": {"returned": "A5:returned B2:waiting", "no_evidence": "A5:waiting"}.get(step, ""),
            "done": step == "none",
            "completion": 0,
            "next_step": step,
            "rule_version": "x",
        }
        for n, step in STEPS.items()
    ]
    with database.writing() as connection:
        connection.execute(insert(school).values(id=1, name="示例县第一小学", kind="primary"))
        connection.execute(insert(person), people)
        connection.execute(insert(account), [one | {"source": "roster", "bound_at": 1} for one in accounts])
        connection.execute(insert(standing), rows)
        for code, state, decided in (("A5", "returned", 13), ("B2", "waiting", None)):
            number = next_number(connection, "evidence", at=1)
            connection.execute(
                insert(evidence).values(
                    number=number,
                    person_id=RETURNED,
                    code=code,
                    state=state,
                    version=1,
                    submitted_at=instant(2024, 5, 10, 9),
                    late="in_time",
                    decided_at=decided and instant(2024, 5, decided, 9),
                )
            )
    return County(database)


def test_everybody_whose_next_step_is_their_own_reads_it(county):
    ran = county.run()

    assert (ran.outcome, ran.detail, ran.messages) == (Outcome.DONE, "提醒 5 人。", 5)
    assert county.told() == {
        NO_CHOICE: (
            "提醒：还有 10 天，你还没有选定微能力点。\n"
            f"下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。\n{PEACE}"
        ),
        NO_EVIDENCE: (
            "提醒：还有 10 天，你选的微能力点还有没交材料的。\n"
            "下一步：交 B2 微课程设计与制作 的材料，发“提交 B2 链接”，要交什么发“微能力 B2”看"
            f"（5月30日（周四）前）。\n{PEACE}"
        ),
        RETURNED: (
            "提醒：还有 10 天，你有一份材料被退回，等你改好再交。\n"
            "下一步：按退回的原因改好 A5 技术支持的课堂导入（编号 1），再发“提交 A5 链接”"
            f"（5月30日（周四）前）。\n{PEACE}"
        ),
        HOURS: (  # 25 − 18.5 = 6.5; hours count until 30 June: 11 + 30 days
            "提醒：还有 41 天，你的学时还不够。\n"
            "下一步：继续线上学习，还差 6.5 学时（6月30日（周日）前）。\n"
            f"线上数据截至 5月19日（周日），实践和认证数据截至 5月20日（周一）\n{PEACE}"
        ),
        NO_ACCOUNT: (
            "提醒：还有 41 天，你还没有学习账号。\n"
            f"下一步：向本校学校管理员要学习账号，开始线上学习（6月30日（周日）前）。\n{PEACE}"
        ),
    }


def test_on_the_last_day_it_says_so(county):
    county.run(date(2024, 5, 30))
    assert county.told(date(2024, 5, 30))[NO_CHOICE].startswith(
        "提醒：今天是最后一天，你还没有选定微能力点。"
    )


def test_what_is_noted_at_four_is_not_said_in_the_quiet_hours(county):
    county.run()
    with county.database.reading() as connection:
        assert set(connection.scalars(select(outbox.c.expires_at))) == {instant(2024, 5, 20, 20)}
        assert set(connection.scalars(select(outbox.c.kind))) == {"reminder"}


@pytest.mark.parametrize("day", [date(2024, 5, 21), date(2024, 5, 25), date(2024, 6, 30)])
def test_on_other_days_nobody_is_reminded(county, day):
    ran = county.run(day)
    assert (ran.outcome, ran.messages) == (Outcome.NOTHING, 0)
    assert ran.detail.endswith("不是提醒的日子，没有发。")


def test_who_is_left_out_is_counted_for_the_operator(county):
    county.write(
        update(person).where(person.c.id == NO_CHOICE).values(state="deferred"),
        account.delete().where(account.c.person_id == NO_EVIDENCE),
        insert(reminded).values(person_id=HOURS, day=date(2024, 5, 16), by="person:9", at=1),
        insert(reminded).values(person_id=NO_ACCOUNT, day=date(2024, 5, 17), by="person:9", at=1),
    )
    county.pause(RETURNED, MONDAY)

    ran = county.run()
    # Thursday, Friday, Monday: three workdays with the 16th; from the 17th they are only two more
    assert ran.detail == (
        "没有要提醒的人。不在内：不在册 1 人、没绑定账号 1 人、自己暂停了提醒 1 人、3 个工作日内提醒过 2 人。"
    )
    assert county.told() == {}


def test_a_pause_that_is_over_holds_nobody_back(county):
    county.pause(NO_CHOICE, MONDAY - timedelta(days=1))
    county.run()
    assert NO_CHOICE in county.told()


def test_a_second_run_reminds_only_who_was_not_there_yet(county):
    assert county.run().messages == 5
    again = county.run()
    assert (again.outcome, again.detail) == (
        Outcome.NOTHING,
        "没有要提醒的人。不在内：3 个工作日内提醒过 5 人。",
    )

    county.write(update(standing).where(standing.c.person_id == WAITING).values(next_step="returned"))
    assert county.run().messages == 1


def test_over_the_whole_season_nobody_hears_more_than_one_in_three_workdays(county):
    first = date(2024, 5, 1)
    reached = [day for n in range(70) if county.run(day := first + timedelta(days=n)).messages]

    # 28 May is the second workday after the 24th; of the hard date's days none is too near
    assert reached == [
        *(date(2024, 5, n) for n in (20, 24, 30)),
        *(date(2024, 6, n) for n in (20, 25, 28)),
    ]


def test_by_hand_it_runs_on_any_day_and_the_message_waits_for_the_next_open_hour(county):
    saturday = date(2024, 5, 25)
    assert county.run(saturday, 10, by_hand=True).messages == 5

    assert set(county.told(date(2024, 5, 27))) == {NO_CHOICE, NO_EVIDENCE, RETURNED, HOURS, NO_ACCOUNT}
    assert county.told(date(2024, 5, 27))[NO_CHOICE].startswith("提醒：还有 3 天，")
    with county.database.reading() as connection:
        assert set(connection.scalars(select(outbox.c.expires_at))) == {instant(2024, 5, 27, 20)}


def test_a_past_day_that_was_done_is_not_done_again_by_hand(county):
    ran = county.run()
    at = instant(2024, 5, 20, 16)
    with county.database.writing() as connection:
        claim = job_runs.take(connection, job_runs.seen(connection, "reminders", MONDAY), at=at, until=at)
        job_runs.finish(connection, claim, job_runs.Ended(outcome=ran.outcome, detail=ran.detail, at=at))

    # Thursday is the third workday after Monday: each of them might be reminded again.
    now = datetime(2024, 5, 23, 10, tzinfo=SHANGHAI)
    slot = Slot(job="reminders", day=MONDAY, now=now, real_ms=int(now.timestamp() * 1000), by_hand=True)
    assert reminders(county.parts, slot).detail == (
        "5月20日（周一）的提醒已经发过，没有再发。要按今天的情况提醒，运行时不写 --date。"
    )
    assert reminders(county.parts, replace(slot, day=now.date())).messages == 5


def test_on_a_day_of_exams_nobody_is_reminded_even_by_hand(county):
    county.plan = replace(county.plan, reminders=replace(county.plan.reminders, quiet_days=(MONDAY,)))
    for by_hand in (False, True):
        assert county.run(by_hand=by_hand).detail == "5月20日（周一）是方案里不提醒的日子，没有发。"
    # the workday before takes its place
    assert county.run(date(2024, 5, 17)).messages == 5


def test_a_run_that_comes_after_eight_reminds_nobody(county):
    assert county.run(hour=21).detail == "5月20日（周一）已经过了能打扰人的时间，没有发。"


def test_two_processes_at_once_remind_everybody_once(county, database_url):
    crowd = range(1000, 3000)
    blank = {"school_id": 1, "active": True, "practice_hours": 0, "done": False, "completion": 0}
    with county.database.writing() as connection:
        connection.execute(
            insert(person),
            [{"id": n, "staff_no": f"C{n}", "name": "示例", "school_id": 1} for n in crowd],
        )
        connection.execute(
            insert(account),
            [
                {"platform": "wecom", "folded": f"u{n}", "verbatim": f"u{n}", "person_id": n}
                | {"source": "roster", "bound_at": 1}
                for n in crowd
            ],
        )
        connection.execute(
            insert(standing),
            [{"person_id": n, "next_step": "no_choice", "rule_version": "x", **blank} for n in crowd],
        )
    other = Database(database_url)
    ran = []
    threads = [
        threading.Thread(target=lambda parts=parts: ran.append(county.run(parts=parts).messages))
        for parts in (county.parts, replace(county.parts, database=other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert sum(ran) == 2005
    assert len(county.told()) == 2005


def test_the_next_people_are_found_by_their_id_and_not_sorted_anew_for_each_chunk(county):
    if not county.database.is_sqlite:
        return
    plans = []

    @event.listens_for(county.database.engine, "before_cursor_execute")
    def explain(connection, _cursor, statement, parameters, _context, _many):
        raw = connection.connection.driver_connection
        plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with county.database.reading() as connection:
        on_file.next_behind(connection, 3)
    event.remove(county.database.engine, "before_cursor_execute", explain)
    assert [step for step in plans if "standing" in step] == [
        "SEARCH standing USING INTEGER PRIMARY KEY (rowid>?)"
    ]
