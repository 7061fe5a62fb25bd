"""提醒, 别提醒我, 恢复提醒: whom a leader reminds, what they read, and who is left in peace."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

import handlers.remind
from messages.outgoing import load_answer
from storage.announcement_tables import reminded, reminder_pause
from storage.delivery_tables import outbox
from storage.tables import account, audit, person, standing
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    MATHS,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    SECOND_SCHOOL,
    TEACHER,
)
from tests.handlers.submitted import add_teacher, grant

SHANGHAI = ZoneInfo("Asia/Shanghai")
RETURNER, WAITER, IDLER = 21, 22, 23
PREVIEW = (
    "要提醒语文组 3 人：壬老师（没选点）、甲老师（没选点）、癸老师（退回）。\n"
    "没选点 2 人，例如壬老师会收到：\n"
    "教研组长乙组长提醒你：还有 9 天，你还没有选定微能力点。\n"
    "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。\n"
    "两周内不想收提醒，回复“别提醒我”。\n"
    "退回 1 人，癸老师会收到：\n"
    "教研组长乙组长提醒你：还有 9 天，你有一份材料被退回，等你改好再交。\n"
    "下一步：按退回的原因改好材料，再交一次（5月30日（周四）前）。\n"
    "两周内不想收提醒，回复“别提醒我”。\n"
    "不在内：你自己。\n"
    "确定就回复“确认”（5 分钟内有效）。"
)


def has_account(county, person_id, platform="wecom"):
    name = f"user{person_id}"
    county.connection.execute(
        insert(account).values(
            platform=platform, folded=name, verbatim=name, person_id=person_id, source="roster", bound_at=1
        )
    )


def stands_at(county, person_id, step):
    county.connection.execute(
        update(standing).where(standing.c.person_id == person_id).values(next_step=step)
    )


@pytest.fixture
def group(county):
    """语文组: two without points, one whose piece was sent back, one who waits for a reviewer, and the leader."""
    for number, name, step in (
        (RETURNER, "癸老师", "returned"),
        (WAITER, "子老师", "waiting"),
        (IDLER, "壬老师", "no_choice"),
    ):
        add_teacher(county, number, name)
        has_account(county, number)
        stands_at(county, number, step)
    return county


def told(county):
    """What waits for people, by id."""
    rows = county.connection.execute(
        select(outbox.c.person_id, outbox.c.content).where(outbox.c.kind == "reminder").order_by(outbox.c.id)
    )
    return {person_id: load_answer(content).plain for person_id, content in rows}


def actions(county):
    return county.connection.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.id)).all()


def at(county, day, hour, minute=0):
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    county.later(seconds=(moment - county.now).total_seconds())


def test_a_leader_sees_whom_a_reminder_reaches_and_what_each_kind_reads(group, says):
    assert says("提醒 落后", LEADER) == PREVIEW
    assert told(group) == {}


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("提醒 落后 明天", "提醒 落后"),
        ("提醒 没选点 第一小学 下周一上午9点", "提醒 未选点 第一小学"),
        ("提醒 甲老师 半小时后", "提醒 甲老师"),
        ("提醒 落后 每天", "提醒 落后"),
    ],
)
def test_a_reminder_has_no_time_and_whoever_gives_it_one_reads_so(group, says, said, now):
    assert says(said, LEADER) == (
        f"提醒不能定时间，确认了就发，现在什么都没有发。\n现在就提醒，发“{now}”；想晚些再提醒，到时候再发。"
    )
    assert says("确认", LEADER) == "没有等待确认的操作，什么都没有执行。"
    assert told(group) == {}


def test_today_is_no_other_time(group, says):
    assert says("提醒 落后 今天", LEADER) == PREVIEW


def test_after_confirmation_the_reminders_wait_and_the_leader_reads_the_numbers(group, says):
    says("提醒 落后", LEADER)

    assert says("确认", LEADER) == (
        "已提醒语文组 3 人：壬老师（没选点）、甲老师（没选点）、癸老师（退回）。\n"
        "不在内：你自己。\n"
        "下一步：过几天发“落后名单”看变化。"
    )
    assert told(group) == {
        TEACHER: (
            "教研组长乙组长提醒你：还有 9 天，你还没有选定微能力点。\n"
            "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。\n"
            "两周内不想收提醒，回复“别提醒我”。"
        ),
        RETURNER: (
            "教研组长乙组长提醒你：还有 9 天，你有一份材料被退回，等你改好再交。\n"
            "下一步：按退回的原因改好材料，再交一次（5月30日（周四）前）。\n"
            "两周内不想收提醒，回复“别提醒我”。"
        ),
        IDLER: told(group)[TEACHER],
    }


def test_who_was_reminded_by_whom_is_on_record(group, says):
    says("提醒 落后", LEADER)
    says("确认", LEADER)

    rows = group.connection.execute(select(reminded.c.person_id, reminded.c.day, reminded.c.by)).all()
    assert sorted(rows) == [(one, date(2024, 5, 21), f"person:{LEADER}") for one in (1, RETURNER, IDLER)]
    scope = {"groups": [CHINESE], "schools": None, "filter": "落后", "name": ""}
    assert actions(group)[-2:] == [
        ("list.viewed", {**scope, "people": 3}),
        ("people.reminded", {**scope, "people": [IDLER, 1, RETURNER], "left_out": {"asker": 1}}),
    ]


def test_nobody_is_reminded_a_second_time_within_three_workdays(group, says):
    says("提醒 落后", LEADER)
    says("确认", LEADER)

    assert says("提醒 落后", LEADER) == (
        "语文组现在没有可以提醒的人，什么都没有发。\n"
        "不在内：3 个工作日内提醒过 3 人、你自己。\n"
        "最早 5月24日（周五）可以再提醒。"
    )
    assert says("确认", LEADER) == "没有等待确认的操作，什么都没有执行。"
    at(group, date(2024, 5, 23), 18)
    assert "没有可以提醒的人" in says("提醒 落后", LEADER)
    at(group, date(2024, 5, 24), 9)
    assert says("提醒 落后", LEADER).startswith("要提醒语文组 3 人")


def test_who_was_reminded_by_somebody_else_between_preview_and_confirmation_is_left_out(group, says):
    says("提醒 落后", LEADER)
    says("提醒 落后", ADMIN)
    says("确认", ADMIN)

    assert says("确认", LEADER) == (
        "语文组现在没有可以提醒的人，什么都没有发。\n"
        "不在内：3 个工作日内提醒过 3 人、你自己。\n"
        "最早 5月24日（周五）可以再提醒。"
    )
    assert told(group)[TEACHER].startswith("学校管理员丙管理员提醒你：")


def test_left_out_are_the_unreachable_the_paused_and_those_who_wait_for_a_reviewer(group, says):
    add_teacher(group, 24, "丑老师")
    says("别提醒我", TEACHER)

    assert says("提醒 未达标", LEADER).endswith(
        "不在内：等审核 1 人、没绑定账号 1 人、自己暂停了提醒 1 人、你自己。\n"
        "确定就回复“确认”（5 分钟内有效）。"
    )


def test_one_list_or_one_person_can_be_reminded(group, says):
    assert says("提醒 退回", LEADER).startswith("要提醒语文组 1 人：癸老师（退回）。")
    assert says("提醒 癸老师", LEADER).startswith("要提醒语文组 1 人：癸老师。")
    says("确认", LEADER)
    assert set(told(group)) == {RETURNER}


def test_a_teacher_is_found_by_the_surname_and_namesakes_are_not_guessed(group, says):
    for number, name in ((31, "王一"), (32, "王二"), (33, "李一"), (34, "李一")):
        add_teacher(group, number, name)
        has_account(group, number)

    assert says("提醒王老师", LEADER) == (
        "语文组有 2 位王老师，分不清是谁，什么都没有发。\n可以按名单一起提醒，例如“提醒 没选点”。"
    )
    assert says("提醒李一", LEADER).startswith("语文组有 2 位李一，分不清是谁")
    assert says("提醒赵老师", LEADER) == "语文组没有叫“赵老师”的人，什么都没有发。发“落后名单”看都有谁。"
    assert says("提醒 子老师", LEADER) == (
        "语文组现在没有可以提醒的人，什么都没有发。\n不在内：等审核 1 人。"
    )


def test_nobody_of_another_group_or_school_is_reminded(group, says):
    add_teacher(group, 41, "寅老师", school=SECOND_SCHOOL, group=None)
    has_account(group, 41)

    assert says("提醒 寅老师", LEADER).startswith("语文组没有叫“寅老师”的人")
    assert "寅老师" not in says("提醒 落后", ADMIN)
    assert "寅老师（没选点）" in says("提醒 落后", OTHER_ADMIN)


@pytest.mark.parametrize(
    ("who", "unit", "title"),
    [
        (ADMIN, "示例县第一小学", "学校管理员丙管理员"),
        (PRINCIPAL, "示例县第一小学", "校长丁校长"),
        (OFFICE, "示例县", "项目办戊主任"),
    ],
)
def test_a_lead_reminds_the_school_and_the_office_the_county(group, says, who, unit, title):
    group.plan = replace(group.plan, county="示例县")
    said = says("提醒 没选点", who)

    assert said.startswith(f"要提醒{unit} ")
    assert f"{title}提醒你：" in said


def test_the_office_reminds_one_school(group, says):
    assert says("提醒 没选点 第二小学", OFFICE).startswith("要提醒示例县第二小学 1 人：辛管理员（没选点）。")
    assert says("提醒 没选点 第九小学", OFFICE).startswith("没有")


def test_a_lead_who_names_another_school_reminds_nobody(group, says):
    assert says("提醒 没选点 第二小学", ADMIN) == (
        "示例县第二小学不是你带的，什么都没有发。只能提醒自己带的组或学校的人，发“提醒 落后”。"
    )
    assert says("提醒 没选点 第一小学", ADMIN).startswith("要提醒示例县第一小学 ")
    assert says("提醒 没选点 第一小学", LEADER).startswith("示例县第一小学不是你带的")


def test_who_leads_a_group_and_the_school_reminds_people_of_both(group, says):
    add_teacher(group, 41, "寅老师", group=MATHS)
    has_account(group, 41)
    grant(group, LEADER, "principal", school=FIRST_SCHOOL)

    assert says("提醒 落后", LEADER) == PREVIEW
    assert says("提醒 壬老师", LEADER).startswith("要提醒语文组 1 人：壬老师。")
    said = says("提醒 寅老师", LEADER)
    assert said.startswith("要提醒示例县第一小学 1 人：寅老师。")
    assert "校长乙组长提醒你：" in said
    assert says("提醒 没选点 第一小学", LEADER).startswith("要提醒示例县第一小学 ")
    assert says("提醒 卯老师", LEADER).startswith("示例县第一小学没有叫“卯老师”的人")


def test_many_people_are_no_reminder_but_an_announcement(group, says, monkeypatch):
    monkeypatch.setattr(handlers.remind, "MOST", 2)
    group.plan = replace(group.plan, county="示例县")

    assert says("提醒 没选点", OFFICE) == (
        "示例县这样的人有 9 位，一次最多提醒 2 位，什么都没有发。\n"
        "请按学校提醒，例如“提醒 未选点 第一小学”；要告诉所有人，发“公告 未选点 内容”。"
    )
    assert says("提醒 没选点", ADMIN).startswith("示例县第一小学这样的人有 6 位，一次最多提醒 2 位")


def test_more_than_ten_are_counted(group, says):
    for number in range(51, 60):
        add_teacher(group, number, f"示例{number}")
        has_account(group, number)

    first = says("提醒 没选点", LEADER).split("\n")[0]
    assert first.startswith("要提醒语文组 11 人：")
    assert first.count("（没选点）") == 10
    assert first.endswith("（没选点） 等。")


def test_in_the_evening_it_is_held_until_the_morning_and_counts_there(group, says):
    at(group, date(2024, 5, 24), 21)  # a Friday
    held = "现在是不打扰人的时间，5月27日（周一） 07:00 送到。"

    said = says("提醒 落后", LEADER)
    assert held in said
    assert "还有 3 天，你还没有选定微能力点" in said  # from Monday 27 to Thursday 30 May
    assert held in says("确认", LEADER)

    (expires,) = set(group.connection.scalars(select(outbox.c.expires_at)))
    monday_evening = datetime(2024, 5, 27, 20, 0, tzinfo=SHANGHAI)
    assert expires == int(monday_evening.timestamp() * 1000)
    at(group, date(2024, 5, 29), 9)
    assert says("提醒 落后", LEADER).endswith("最早 5月30日（周四）可以再提醒。")


def test_on_a_day_of_exams_nobody_is_reminded(group, says):
    exams = replace(group.plan.reminders, quiet_days=(date(2024, 5, 21), date(2024, 5, 22)))
    group.plan = replace(group.plan, reminders=exams)

    assert says("提醒 落后", LEADER) == (
        "5月21日（周二）是方案里不提醒的日子，什么都没有发。最早 5月23日（周四）可以提醒。"
    )


@pytest.mark.parametrize("state", ["deferred", "transferred", "retired", "exempt"])
def test_who_has_left_or_is_on_leave_is_not_on_the_list(group, says, state):
    group.connection.execute(update(person).where(person.c.id == IDLER).values(state=state))

    assert "壬老师" not in says("提醒 落后", LEADER)
    assert says("提醒 壬老师", LEADER).endswith("不在内：不在册 1 人。")


def test_who_has_gone_on_leave_after_the_preview_hears_nothing(group, says):
    says("提醒 壬老师", LEADER)
    group.connection.execute(update(person).where(person.c.id == IDLER).values(state="deferred"))

    assert says("确认", LEADER).endswith("不在内：不在册 1 人。")
    assert told(group) == {}


def test_only_those_who_lead_may_remind(group, says):
    for who in (TEACHER, OVERSEER):
        assert says("提醒 落后", who).startswith("“提醒”")
    assert told(group) == {}


def test_in_a_group_nobody_is_named(group, says):
    assert says("提醒 落后", LEADER, group=True) == (
        "“提醒”请私聊办理，群里没有执行。点我的头像发起私聊，发“提醒”。"
    )


def test_hours_that_are_missing_stand_with_the_day_of_the_data(group, says):
    group.has_online(TEACHER, 1850)
    group.certify(TEACHER, "A1", "A5", "B2")
    stands_at(group, TEACHER, "hours")
    says("提醒 甲老师", LEADER)
    says("确认", LEADER)

    assert told(group)[TEACHER] == (  # 25 − 18.5 = 6.5; from 21 May to 30 June are 40 days
        "教研组长乙组长提醒你：还有 40 天，你的学时还不够。\n"
        "下一步：继续线上学习，还差 6.5 学时（6月30日（周日）前）。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）\n"
        "两周内不想收提醒，回复“别提醒我”。"
    )


# ── 别提醒我 ──


def test_who_wants_peace_is_told_until_when_and_what_still_comes(county, says):
    assert says("别提醒我") == (
        "好的，到 6月4日（周二）为止不再提醒你。想早点恢复，发“恢复提醒”。\n"
        "你的材料审核的结果和项目办的公告照常告诉你。"
    )
    assert county.connection.execute(select(reminder_pause.c.person_id, reminder_pause.c.until)).all() == [
        (TEACHER, date(2024, 6, 4))
    ]


def test_a_pause_is_renewed_and_ended(county, says):
    says("别提醒我")
    county.later(days=7)
    assert "到 6月11日（周二）为止" in says("不要提醒我")

    assert says("恢复提醒") == "已恢复提醒：截止前有该你做的事会告诉你，3 个工作日内最多一次。"
    assert says("继续提醒我") == "提醒本来就开着。不想收，发“别提醒我”。"


def test_a_pause_ends_by_itself(county, says):
    says("别提醒我")
    at(county, date(2024, 6, 4), 9)
    assert says("提醒 甲老师", LEADER).endswith("不在内：自己暂停了提醒 1 人。")
    at(county, date(2024, 6, 5), 9)
    assert says("提醒 甲老师", LEADER).startswith("要提醒语文组 1 人")
    assert says("恢复提醒") == "提醒本来就开着。不想收，发“别提醒我”。"


def test_a_reminder_that_still_waits_for_the_morning_is_not_heard_any_more(county, says):
    at(county, date(2024, 5, 21), 21)
    says("提醒 甲老师", LEADER)
    says("确认", LEADER)
    county.later(minutes=5)
    says("别提醒我")

    assert county.connection.execute(
        select(outbox.c.state, outbox.c.expires_at).where(outbox.c.kind == "reminder")
    ).all() == [("queued", county.real_ms)]


def test_a_stranger_has_nothing_to_pause(county, says):
    assert "绑定" in says("别提醒我", NEWCOMER)
