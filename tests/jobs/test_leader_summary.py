"""leader-summary: each leader once a day, what is theirs first, only what is new, and nothing when nothing is."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.clock import SystemClock
from bot.jobs import leader_summary as job
from bot.jobs.job import JobParts, Ran, Slot
from bot.jobs.leader_summary import leader_summary
from bot.jobs.summary_readers import ready
from bot.policy.calendar import SHANGHAI, end_of
from bot.policy.decision import desk_of
from bot.policy.evidence import EventKind
from bot.policy.outgoing import Way
from bot.policy.timetable import Outcome
from storage import chat_groups, filings, review, settling, snapshots
from storage.announcement_tables import summary_told
from storage.chat_groups import Binding
from storage.choices import replace_choice
from storage.delivery_tables import job_run, outbox
from storage.roles import grants_of
from storage.sealing import Sealing
from storage.tables import account, audit, import_run, person, role, school, teaching_group
from storage.work_tables import evidence
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    PRINCIPAL,
    SECRET,
    TEACHER,
    County,
    settle,
)
from tests.handlers.decided import decide
from tests.handlers.submitted import add_teacher, grant, hand_in
from tests.kit.posted import posted_to

MONDAY = datetime(2024, 5, 13, 8, 0, tzinfo=SHANGHAI)


class Week:
    """示例县 on a Monday morning; days pass, things happen, and the job runs."""

    def __init__(self, database, plan, catalogue):
        self.now = MONDAY
        self.parts = JobParts(
            database=database, plan=plan, catalogue=catalogue, clock=SystemClock(), secret_key=SECRET
        )

    @property
    def real_ms(self):
        return int(self.now.timestamp() * 1000)

    @contextmanager
    def county(self):
        with self.parts.database.writing() as connection:
            parts = self.parts
            yield County(connection, parts.plan, parts.catalogue, now=self.now, real_ms=self.real_ms)

    def later(self, **span):
        self.now += timedelta(**span)

    def run(self, day=None, *, by_hand=False):
        slot = Slot(
            job="leader-summary",
            day=day or self.now.date(),
            now=self.now,
            real_ms=self.real_ms,
            by_hand=by_hand,
        )
        return leader_summary(self.parts, slot)

    def told(self, person_id):
        """Everything that somebody's outbox has, the oldest first."""
        with self.parts.database.reading() as connection:
            return posted_to(connection, person_id)

    def read(self, statement):
        with self.parts.database.reading() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def write(self, *statements):
        with self.parts.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def plan():
    from bot.plan_file import load_plan

    return replace(load_plan(None), county="示例县")


@pytest.fixture
def catalogue():
    from bot.points_file import load_catalogue

    return load_catalogue(None)


@pytest.fixture
def week(database, plan, catalogue):
    with database.writing() as connection:
        settle(connection, plan, catalogue)
        connection.execute(school.update().where(school.c.id == 3).values(ranked=False))
        snapshots.advance_online_as_of(connection, date(2024, 5, 12))
    return Week(database, plan, catalogue)


def becomes_done(county, person_id):
    county.has_online(person_id, 2500, date(2024, 5, 12))
    county.certify(person_id, "A1", "A5", "B2")


def data_are_of(week, day):
    with week.parts.database.writing() as connection:
        snapshots.advance_online_as_of(connection, day)


def everybody_leaves_but(week, *person_ids):
    """Nobody else reads summaries."""
    week.write(delete(role).where(role.c.person_id.not_in(person_ids)))


def test_the_first_summary_says_what_waits_who_is_held_up_and_by_whom(week):
    with week.county() as county:
        hand_in(county, TEACHER, "A1", days=3)

    ran = week.run()

    assert (ran.outcome, ran.detail, ran.messages) == (
        Outcome.DONE,
        "5月13日（周一）的进度汇总：带组、带校的和项目办共 5 人，有新情况的 5 人，每人一条。",
        5,
    )
    # Friday 10 May to Monday 13 May: two workdays, for Saturday 11 May is one (调休)
    assert week.told(LEADER) == [
        (
            "等你审的 1 份，最久的是编号 1，等了 2 个工作日：发“待审”。\n"
            "语文组合格 0/2（0.0%）。\n"
            "要本人办：没选点 2 人。等审核 1 份：教研组长 1 份。\n"
            "优秀名额：示例县第一小学 已用 0，还可用 9，共 9。\n"
            "离 5月30日 交材料还有 17 天，离 6月30日 全部完成还有 48 天。\n"
            "线上数据截至 5月12日（周日），实践和认证数据截至 5月13日（周一）"
        )
    ]
    assert week.told(PRINCIPAL) == [
        (
            "没有等你审的材料。看是谁卡住了：发“本校名单 未达标”。\n"
            "示例县第一小学合格 0/5（0.0%）。\n"
            "要本人办：没选点 5 人。等审核 1 份：教研组长 1 份。\n"
            "没有全部合格的组：语文组 0/2。\n"
            "要学校办：没备案 本校范围、发展规划、研修方案、考核方案、实施方案；没打勾 签培训协议、缴培训经费等 5 项。\n"
            "优秀名额：示例县第一小学 已用 0，还可用 9，共 9。\n"
            "离 5月30日 交材料还有 17 天，离 6月30日 全部完成还有 48 天。\n"
            "线上数据截至 5月12日（周日），实践和认证数据截至 5月13日（周一）"
        )
    ]
    assert week.told(OFFICE) == [
        (
            "没有等你审的材料。看是谁卡住了：发“验收”。\n"
            "示例县合格 0/6（0.0%）。\n"
            "要本人办：没选点 6 人。等审核 1 份：教研组长 1 份。\n"
            "还没有人合格的学校 2 所（示例县第一小学、示例县第二小学）。\n"
            "离 5月30日 交材料还有 17 天，离 6月30日 全部完成还有 48 天。\n"
            "线上数据截至 5月12日（周日），实践和认证数据截至 5月13日（周一）"
        )
    ]
    assert week.told(TEACHER) == []
    keys = week.read(select(outbox.c.key, outbox.c.kind).where(outbox.c.person_id == LEADER))
    assert keys == [("summary/2024-05-13/2", "summary")]


def test_the_next_one_says_what_has_changed_with_the_names_of_ones_own(week):
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    week.run()
    week.later(days=1)
    with week.county() as county:
        decide(county, 1, EventKind.PASSED, who=ADMIN)
        county.has_online(TEACHER, 2500, date(2024, 5, 13))
        county.certify(TEACHER, "A5", "B2")
        replace_choice(county.connection, LEADER, ("A1", "A5", "B2"), at=week.real_ms)
        hand_in(county, LEADER, "A1")
        add_teacher(county, 50, "壬老师")
    week.run()

    # 优秀: 60 % of 6 × 3 = 10.8
    assert week.told(LEADER)[1:] == [
        (
            "没有等你审的材料。看是谁卡住了：发“落后名单”。\n"
            "语文组合格 1/3（33.3%）。5月13日以来：合格 +1 人（甲老师），新交 1 份，通过 1 份，没选点少 1 人，在册多 1 人。\n"
            "要本人办：没选点 1 人、没交 1 人。等审核 1 份：学校也能审的 1 份。\n"
            "优秀名额：示例县第一小学 已用 0，还可用 10，共 10。\n"
            "离 5月30日 交材料还有 16 天，离 6月30日 全部完成还有 47 天。\n"
            "线上数据截至 5月12日（周日），实践和认证数据截至 5月14日（周二）"
        )
    ]
    # nobody else leads the leader's group: what the leader hands in is the school's at once
    assert week.told(ADMIN)[1].splitlines()[:2] == [
        "等你审的 1 份，最久的是编号 2，今天交的：发“待审”。",
        (
            "示例县第一小学合格 1/6（16.7%）。5月13日以来：合格 +1 人（甲老师），新交 1 份，通过 1 份，"
            "没选点少 1 人，在册多 1 人。"
        ),
    ]
    assert week.told(OFFICE)[1].splitlines()[1] == (
        "示例县合格 1/7（14.3%）。5月13日以来：合格 +1 人，新交 1 份，通过 1 份，没选点少 1 人，在册多 1 人。"
    )
    assert week.told(OTHER_ADMIN)[1:] == []


def test_whose_names_were_sent_to_whom_is_in_the_audit_log(week):
    week.run()
    with week.county() as county:
        becomes_done(county, TEACHER)
    week.later(days=1)
    week.run()

    rows = week.read(select(audit.c.actor, audit.c.action, audit.c.detail).order_by(audit.c.id))
    assert rows == [
        ("timetable", "summary.named", {"reader": reader, "people": [TEACHER]})
        for reader in (LEADER, ADMIN, PRINCIPAL)
    ]


def test_without_news_nothing_is_sent_and_the_last_one_stays_what_was_told(week):
    week.run()
    before = week.read(select(summary_told))
    week.later(days=1)

    ran = week.run()

    assert (ran.outcome, ran.detail, ran.messages) == (
        Outcome.NOTHING,
        "5月14日（周二）的进度汇总：带组、带校的和项目办共 5 人，没有新情况要说，没有发。",
        0,
    )
    assert week.read(select(summary_told)) == before


def test_a_second_run_for_the_day_tells_only_who_has_news_and_was_not_told(week):
    week.run()
    week.later(hours=2)
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
        county.connection.execute(
            account.insert().values(
                platform="wecom",
                folded="user7",
                verbatim="User7",
                person_id=NEWCOMER,
                source="code",
                bound_at=1,
            )
        )
        grant(county, NEWCOMER, "leader", school=FIRST_SCHOOL, group=CHINESE)

    assert week.run(by_hand=True).messages == 1
    assert [len(week.told(who)) for who in (LEADER, ADMIN, NEWCOMER)] == [1, 1, 1]
    assert week.run(by_hand=True).messages == 0
    # what came on Monday after the summary is told on Tuesday
    week.later(days=1)
    assert week.run().messages == 4
    assert "5月13日以来：新交 1 份。" in week.told(LEADER)[1]
    assert len(week.told(NEWCOMER)) == 1


def test_by_hand_it_runs_on_any_day(week):
    week.later(days=5)

    assert week.now.weekday() == 5
    assert week.run(by_hand=True).messages == 5


def test_for_a_past_day_it_says_that_the_figures_are_of_now(week):
    week.later(days=2)

    ran = week.run(MONDAY.date(), by_hand=True)

    assert ran.detail == (
        "5月13日（周一）的进度汇总：带组、带校的和项目办共 5 人，有新情况的 5 人，每人一条。"
        "数字是 5月15日（周三）现在的，不是那天的。"
    )
    assert week.told(LEADER)[0].splitlines()[-2:] == [
        "离 5月30日 交材料还有 15 天，离 6月30日 全部完成还有 46 天。",
        "线上数据截至 5月12日（周日），实践和认证数据截至 5月15日（周三）",
    ]
    assert week.run(MONDAY.date(), by_hand=True).detail.endswith("没有新情况要说，没有发。")


def test_what_two_processes_have_read_is_posted_once_and_told_as_it_was_posted(week):
    slot = Slot(job="leader-summary", day=MONDAY.date(), now=MONDAY, real_ms=week.real_ms, by_hand=False)
    with week.parts.database.reading() as connection:
        _, first = ready(connection, week.parts, slot)
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    with week.parts.database.reading() as connection:
        _, second = ready(connection, week.parts, slot)
    with week.parts.database.writing() as connection:
        assert job._post(connection, first, slot, week.real_ms + 1) == 5
    told = week.read(select(summary_told))
    with week.parts.database.writing() as connection:
        assert job._post(connection, second, slot, week.real_ms + 1) == 0

    assert week.read(select(summary_told)) == told
    week.later(days=1)
    week.run()
    assert "5月13日以来：新交 1 份。" in week.told(LEADER)[1]


def test_a_group_that_is_complete_is_told_so_once(week):
    everybody_leaves_but(week, LEADER)
    week.run()
    with week.county() as county:
        becomes_done(county, TEACHER)
        becomes_done(county, LEADER)
    for _ in range(3):
        week.later(days=1)
        week.run()

    assert [said.splitlines()[:2] for said in week.told(LEADER)[1:]] == [
        ["没有等你审的材料。", "语文组全部合格了。5月13日以来：合格 +2 人（甲老师、乙组长），没选点少 2 人。"]
    ]


def test_who_leads_a_group_and_the_school_gets_one_message_with_both(week):
    with week.county() as county:
        grant(county, LEADER, "principal", school=FIRST_SCHOOL)
        hand_in(county, TEACHER, "A1")
        hand_in(county, NEWCOMER, "A5")
    week.run()

    # 编号 1 is the leader's and 2, of somebody without a group, the school's: both are theirs, each once
    (said,) = week.told(LEADER)
    assert said.splitlines() == [
        "等你审的 2 份，最久的是编号 1，今天交的：发“待审”。",
        "示例县第一小学合格 0/5（0.0%）。",
        "要本人办：没选点 5 人。等审核 2 份：教研组长 1 份、学校也能审的 1 份。",
        "没有全部合格的组：语文组 0/2。",
        "要学校办：没备案 本校范围、发展规划、研修方案、考核方案、实施方案；没打勾 签培训协议、缴培训经费等 5 项。",
        "语文组合格 0/2（0.0%）。",
        "要本人办：没选点 2 人。等审核 1 份：教研组长 1 份。",
        "优秀名额：示例县第一小学 已用 0，还可用 9，共 9。",
        "离 5月30日 交材料还有 17 天，离 6月30日 全部完成还有 48 天。",
        "线上数据截至 5月12日（周日），实践和认证数据截至 5月13日（周一）",
    ]


def test_of_many_groups_three_are_told_and_the_rest_is_still_to_come(week):
    everybody_leaves_but(week, LEADER)
    with week.county() as county:
        for number in range(10, 15):
            county.connection.execute(
                teaching_group.insert().values(id=number, school_id=FIRST_SCHOOL, name=f"第{number}组")
            )
            add_teacher(county, number * 10, f"示例{number}", group=number)
            grant(county, LEADER, "leader", school=FIRST_SCHOOL, group=number)
    week.run()
    first = week.told(LEADER)[0].splitlines()
    assert len(first) <= 12
    assert "也有新情况：第12组、第13组、第14组，发“本组进度”看。" in first

    week.later(days=1)
    week.run()
    second = week.told(LEADER)[1].splitlines()
    assert [line for line in second if line.startswith("第1")] == [
        f"第{n}组合格 0/1（0.0%）。" for n in (12, 13, 14)
    ]
    assert "没有新情况：语文组、第10组、第11组。" in second
    week.later(days=1)
    assert week.run().messages == 0


@pytest.mark.parametrize(
    "gone",
    [
        update(role).where(role.c.person_id == LEADER).values(ended_at=1),
        update(person).where(person.c.id == LEADER).values(state="deferred"),
        update(person).where(person.c.id == LEADER).values(state="transferred"),
        delete(account).where(account.c.person_id == LEADER),
    ],
    ids=["leads no more", "on leave", "left", "bound to nothing"],
)
def test_who_cannot_or_need_not_act_gets_nothing(week, gone):
    week.write(gone)

    assert week.run().messages == 4
    assert week.told(LEADER) == []
    assert week.read(select(summary_told).where(summary_told.c.person_id == LEADER)) == []


def test_a_lead_who_is_exempt_from_learning_still_leads(week):
    week.write(update(person).where(person.c.id == PRINCIPAL).values(state="exempt"))
    week.run()

    assert len(week.told(PRINCIPAL)) == 1


def test_who_is_on_leave_is_in_no_figure(week):
    week.run()
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    week.write(update(person).where(person.c.id == TEACHER).values(state="deferred"))
    week.later(days=1)
    week.run()

    # what was handed in before still waits for somebody
    assert week.told(LEADER)[1].splitlines()[:3] == [
        "等你审的 1 份，最久的是编号 1，等了 1 个工作日：发“待审”。",
        "语文组合格 0/1（0.0%）。5月13日以来：没选点少 1 人，在册少 1 人。",
        "要本人办：没选点 1 人。等审核 1 份：教研组长 1 份。",
    ]


def test_who_is_transferred_counts_where_they_are_now(week):
    with week.county() as county:
        becomes_done(county, TEACHER)
    week.run()
    with week.county() as county:
        county.connection.execute(
            person.update().where(person.c.id == TEACHER).values(school_id=2, group_id=None)
        )
        settling.settle(
            county.connection, [TEACHER], week.parts.plan, week.parts.catalogue, now_ms=week.real_ms
        )
    week.later(days=1)
    week.run()

    assert week.told(LEADER)[1].splitlines()[1] == "语文组合格 0/1（0.0%）。5月13日以来：在册少 1 人。"
    # done elsewhere: no success of this school's
    assert (
        week.told(OTHER_ADMIN)[1].splitlines()[1]
        == "示例县第二小学合格 1/2（50.0%）。5月13日以来：在册多 1 人。"
    )
    assert week.told(OFFICE)[1:] == []


def test_what_falls_to_the_school_by_waiting_is_news_for_its_leads_alone(week):
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    week.run()
    week.later(days=7)  # Tuesday 14 to Monday 20 May: five workdays
    data_are_of(week, date(2024, 5, 20))
    assert week.run().messages == 0
    week.later(days=1)

    assert week.run().messages == 2
    assert week.told(ADMIN)[1].splitlines()[:3] == [
        "等你审的 1 份，最久的是编号 1，等了 6 个工作日：发“待审”。",
        "示例县第一小学合格 0/5（0.0%）。5月13日以来：轮到你审的多了 1 份。",
        "要本人办：没选点 5 人。等审核 1 份：学校也能审的 1 份。",
    ]


def test_a_decision_in_somebodys_place_is_told_as_such(week):
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    week.run()
    with week.county() as county:
        decide(county, 1, EventKind.RETURNED, who=OFFICE)
        county.connection.execute(
            text(
                "INSERT INTO evidence_event (number, version, kind, actor_id, at, on_behalf) VALUES (1, 1, 'passed', 5, 1, true)"
            )
        )
    week.later(days=1)
    week.run()

    assert "5月13日以来：通过 1 份，退回 1 份，其中代审 1 份。" in week.told(LEADER)[1]


def test_old_online_data_are_called_old_and_are_news_for_the_office_once(week):
    week.later(days=6)  # seven days after 12 May
    week.run(by_hand=True)
    assert "太旧了" not in "".join(week.told(LEADER) + week.told(OFFICE))
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    for _ in range(2):
        week.later(days=1)
        week.run()

    old = "线上数据是 5月12日的，太旧了：先别按它催人补学时。"
    assert [said.splitlines().count(old) for who in (LEADER, OFFICE) for said in week.told(who)] == [
        0,
        1,
        0,
        1,
    ]


def test_the_office_reads_what_waits_for_it_and_what_does_not_work(week):
    with week.county() as county:
        filings.hand_in(
            county.connection,
            school_id=FIRST_SCHOOL,
            slot=filings.Slot.SCOPE,
            content="A1",
            person_id=ADMIN,
            at=week.real_ms,
        )
        hand_in(county, TEACHER, "A1")
        county.connection.execute(update(evidence).values(late="overdue"))
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=example"
    with week.parts.database.writing() as connection:
        binding = Binding(way=Way.WECOM_WEBHOOK, address=address, school_id=FIRST_SCHOOL, title="示例一小群")
        group = chat_groups.bind(connection, binding, Sealing(SECRET), at=1, by="operator").group.id
        chat_groups.stop(connection, group, "93000", week.real_ms)
    at = week.real_ms - 3_600_000
    week.write(
        insert(job_run).values(
            job="daily-ranking",
            day=date(2024, 5, 11),
            holder="x",
            leased_until=0,
            started_at=at,
            finished_at=at,
            outcome="skipped",
        ),
        insert(outbox).values(
            key="x", kind="notice", person_id=TEACHER, content="[]", noted_at=at, state="dead", done_at=at
        ),
    )
    week.run()

    lines = week.told(OFFICE)[0].splitlines()
    # 逾期 is nobody's to review before the office has reopened it
    assert lines[1:7] == [
        "示例县合格 0/6（0.0%）。",
        "要本人办：没选点 6 人。",
        "还没有人合格的学校 2 所（示例县第一小学、示例县第二小学）。",
        "等项目办：备案 1 份（发“未备案”），逾期材料 1 份（发“待审”）。",
        "停发的群 1 个（示例一小群），没送到的消息 1 条。",
        "没有做成的定时任务：5月11日每日排名。",
    ]
    assert len(lines) <= 12

    # What was told is not told again; what failed since, is.
    week.later(days=1)
    assert week.run().messages == 0
    week.write(
        insert(job_run).values(
            job="reminders",
            day=date(2024, 5, 14),
            holder="x",
            leased_until=0,
            started_at=week.real_ms,
            finished_at=week.real_ms,
            outcome="failed",
        )
    )
    week.later(days=1)
    assert week.run().messages == 1
    lines = week.told(OFFICE)[1].splitlines()
    assert "没有做成的定时任务：5月14日提醒。" in lines
    assert "停发的群 1 个（示例一小群）。" in lines
    assert lines[1] == "示例县合格 0/6（0.0%）。5月13日以来：有新的事要办。"


def test_a_summary_that_nobody_has_received_was_not_told(week):
    everybody_leaves_but(week, LEADER)
    with week.county() as county:
        hand_in(county, TEACHER, "A1")
    week.run()
    week.write(update(outbox).values(state="dead", reason="expired", done_at=1))
    week.later(days=1)

    assert week.run().messages == 1
    first, second = week.told(LEADER)
    assert second.splitlines()[1:3] == first.splitlines()[1:3]


def test_while_an_import_is_under_way_nothing_is_sent(week):
    week.write(
        insert(import_run).values(
            kind="roster", file_name="x", file_hash="x", state="applying", counts={}, started_at=1
        )
    )

    assert week.run() == Ran(
        outcome=Outcome.FAILED, detail="正在导入数据，数字还不全，没有发；导入完了再发。"
    )
    assert week.told(LEADER) == []


def test_a_summary_is_not_sent_on_another_day(week):
    week.run()

    ((noted, expires),) = week.read(
        select(outbox.c.noted_at, outbox.c.expires_at).where(outbox.c.person_id == LEADER)
    )
    assert expires - noted == 12 * 3_600_000  # from 08:00 to 20:00, when the quiet hours begin


@pytest.mark.parametrize(
    ("days", "hour", "until"),
    [
        (5, 8, datetime(2024, 5, 20, 20, tzinfo=SHANGHAI)),  # Saturday morning: heard on Monday
        (4, 21, datetime(2024, 5, 20, 20, tzinfo=SHANGHAI)),  # Friday night: as well
        (1, 21, datetime(2024, 5, 15, 20, tzinfo=SHANGHAI)),  # Tuesday night: heard on Wednesday
        (1, 11, datetime(2024, 5, 14, 20, tzinfo=SHANGHAI)),
    ],
)
def test_by_hand_it_can_be_heard_on_the_whole_next_open_day(week, days, hour, until):
    week.later(days=days, hours=hour - 8)
    assert week.run(by_hand=True).messages == 5

    (expires,) = week.read(select(outbox.c.expires_at).where(outbox.c.person_id == LEADER))[0]
    assert expires == int(until.timestamp() * 1000)


def test_what_waits_for_a_reader_is_what_their_queue_shows(week):
    with week.county() as county:
        add_teacher(county, 50, "壬老师", group=MATHS)
        add_teacher(county, 51, "癸老师", school=3, group=None)
        grant(county, LEADER, "school_admin", school=FIRST_SCHOOL)
        for person_id, code, days in (
            (TEACHER, "A1", 0),
            (TEACHER, "A5", 12),
            (LEADER, "A1", 0),
            (NEWCOMER, "A1", 1),
            (50, "B2", 20),
            (51, "A1", 0),
            (PRINCIPAL, "A1", 30),
            (OTHER_ADMIN, "A1", 0),
        ):
            hand_in(county, person_id, code, days=days)
    week.run()

    rule = week.parts.plan.review.waiting_workdays
    long = end_of(week.parts.plan.workdays.last_waiting_more_than(rule, week.now.date()))
    counted = {}
    with week.parts.database.reading() as connection:
        for who in (LEADER, ADMIN, PRINCIPAL, OFFICE, OTHER_ADMIN):
            desk = desk_of(who, grants_of(connection, who))
            counted[who] = review.count(connection, desk, review.Part.THEIRS, waited_before=long)
    said = {who: week.told(who)[0].splitlines()[0] for who in counted}
    assert counted == {LEADER: 5, ADMIN: 5, PRINCIPAL: 4, OFFICE: 2, OTHER_ADMIN: 0}
    assert {
        who: int((re.findall(r"等你审的 (\d+) 份", line) or ["0"])[0]) for who, line in said.items()
    } == counted
