"""公告, 定时, 确认 and 取消: what the office sees before anything goes out, and what comes of it."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.policy.announcement import AnnouncementState
from bot.policy.outgoing import Kind, Way
from messages.commands import Command
from messages.outgoing import load_answer
from storage import announcements, chat_groups
from storage.announcement_tables import announcement
from storage.chat_groups import Binding
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.sealing import Sealing
from storage.tables import account, audit, person, role
from tests.handlers.announced import came_to
from tests.handlers.announced import copies as copies_of
from tests.handlers.conftest import (
    ADMIN,
    BUREAU,
    FIRST_SCHOOL,
    LEADER,
    NEWCOMER,
    OFFICE,
    OVERSEER,
    REAL_MS,
    SECOND_SCHOOL,
    SECRET,
    TEACHER,
    account_of,
)
from tests.kit.posted import posted_to

COLLEAGUE, THIRD = 21, 22
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOW = "还没有发。回复“确认”发送，“定时 明天 8:00”定时发送，“取消”放弃（5 分钟内有效）。"
TITLE = "公告（确认后编号） · 市教育局提升工程项目办"


def hire(county, person_id, name):
    """One more of the office, with an account."""
    connection = county.connection
    connection.execute(
        person.insert().values(id=person_id, staff_no=f"T{person_id:04}", name=name, school_id=BUREAU)
    )
    connection.execute(
        role.insert().values(person_id=person_id, role="office", source="roster", granted_at=0)
    )
    connection.execute(
        account.insert().values(
            platform="wecom",
            folded=account_of(person_id).lower(),
            verbatim=account_of(person_id),
            person_id=person_id,
            source="roster",
            bound_at=REAL_MS,
        )
    )


@pytest.fixture
def office(county):
    """Two more of the office, and an announcement to two people is one to many."""
    hire(county, COLLEAGUE, "壬同事")
    hire(county, THIRD, "癸同事")
    rule = replace(county.plan.announcements, second_person_people=1)
    county.plan = replace(county.plan, announcements=rule)
    return county


def bind(county, name, school_id, way=Way.WECOM_AIBOT):
    binding = Binding(way=way, address=name, school_id=school_id, title=name)
    return chat_groups.bind(county.connection, binding, Sealing(SECRET), at=1, by="operator").group


@pytest.fixture
def groups(county):
    return [
        bind(county, "一小语文群", FIRST_SCHOOL),
        bind(county, "二小群", SECOND_SCHOOL, Way.DINGTALK_GROUP),
        bind(county, "提升工程群", None),
    ]


def announce(county, audience, text, who=OFFICE, **more):
    return county.ask(who, Command.ANNOUNCE, audience=audience, text=text, **more)


def newest(county):
    found = announcements.newest_announcement(county.connection)
    assert found is not None
    return found


def copies(county):
    rows = county.connection.execute(
        select(outbox.c.kind, outbox.c.person_id, outbox.c.group_id, outbox.c.content)
        .where(outbox.c.announcement.is_not(None))
        .order_by(outbox.c.id)
    )
    return [(kind, person, group, load_answer(content).plain) for kind, person, group, content in rows]


def at(county, *parts):
    county.now = datetime(*parts, tzinfo=SHANGHAI)


def test_what_receivers_will_read_is_previewed_with_whom_and_what_it_costs(county):
    assert announce(county, "组长、校长", "各位：\n\n1. 周五前审完\n2. 见 https://example.com/a_b?x=1") == (
        "发给 1 所学校的 2 人（私信）：乙组长、丁校长。\n"
        "—— 收到的是 ——\n"
        f"{TITLE}\n"
        "各位：\n\n1. 周五前审完\n2. 见 https://example.com/a_b?x=1\n"
        "—— 到这里 ——\n"
        "每人 1 条消息。\n" + HOW
    )
    assert copies(county) == []
    assert county.connection.execute(select(announcement)).all() == []


def test_without_an_audience_every_bound_group_is_addressed(county, groups):
    said = announce(county, "", "明天培训")
    assert said.splitlines()[0] == "发到全部 3 个群：一小语文群、二小群、提升工程群。"

    done = county.ask(OFFICE, Command.CONFIRM)
    number = newest(county).number
    assert done == f"公告 {number} 已开始发送：3 个群。发“发送情况 {number}”看结果。"
    words = f"公告 {number} · 市教育局提升工程项目办\n明天培训"
    assert copies(county) == [("announcement", None, group.id, words) for group in groups]
    row = newest(county)
    assert (row.state, row.author_id, row.groups, row.people) == (AnnouncementState.POSTED, OFFICE, 3, 0)
    done = select(audit.c.actor, audit.c.action, audit.c.detail)
    assert county.connection.execute(done).all() == [
        (
            f"person:{OFFICE}",
            "announcement.confirmed",
            {"number": number, "state": "posted", "people": 0, "groups": 3},
        )
    ]


def test_people_without_an_account_are_counted(county):
    said = announce(county, "示例县第一小学", "明天培训")
    assert said.splitlines()[0] == (
        "发给 1 所学校的 5 人（私信）：甲老师、乙组长、丙管理员、丁校长、庚老师，"
        "其中 1 人没有绑定账号，绑定后才收得到。"
    )
    county.ask(OFFICE, Command.CONFIRM)
    assert [person for _, person, _, _ in copies(county)] == [TEACHER, LEADER, ADMIN, 4, NEWCOMER]


def test_a_long_text_says_how_many_messages_it_is_on_each_platform(county, groups):
    said = announce(county, "", "培训" * 700).splitlines()
    # 1,400 characters are 4,200 bytes: two pages of Markdown (4,096) at WeCom, one at DingTalk; two WeCom groups.
    assert said[1:3] == [
        "内容长，要拆开发：每个群钉钉群 1 条、企业微信群 2 条消息，一共 5 条。",
        "内容有 1400 个字，很少有人看完；建议只写要点，细节放在链接里。",
    ]
    assert said[3].startswith("还没有发。回复“确认”发送，")
    assert said[-1] == "—— 到这里 ——"


def test_calling_everybody_rings_nobody_and_says_so(county, groups):
    said = announce(county, "", "@所有人 明天培训").splitlines()
    assert said[3] == "@所有人 明天培训"
    assert said[-2] == "“@所有人”只是文字，不会让谁的手机响；删掉更清楚。"


def test_a_group_that_is_stopped_and_one_that_has_had_its_messages_are_counted(county, groups):
    chat_groups.stop(county.connection, groups[0].id, "93000", 1)
    rows = [
        {"key": f"k{n}", "kind": "correction", "group_id": groups[1].id, "content": "[]", "noted_at": 1, "state": "sent",
         "tried_at": county.real_ms, "done_at": county.real_ms, "calls": 1}
        for n in range(county.plan.groups.messages_per_day)
    ]  # fmt: skip
    county.connection.execute(outbox.insert(), rows)
    said = announce(county, "", "明天培训").splitlines()
    assert said[-3:-1] == [
        "1 个群已经停发，收不到；先重新绑定（发“发送情况”能看到原因）。",
        "1 个群今天的条数已经用完，会等到明天早上。",
    ]


@pytest.mark.parametrize(
    ("audience", "text", "answer"),
    [
        ("幼儿园", "  ", "公告还没有写内容，例如“公告 幼儿园 明天下午两点线上答疑”；不写对象就发到全部绑定的群。"),
        ("幼儿园", "培训", "“幼儿园”现在一个人也没有，没有执行。请换一个对象，例如“公告 没选点 内容”。"),
        ("幼儿园群", "培训", "“幼儿园群”没有绑定的群，没有执行。先在群里 @我 发“绑定本群 学校名”，再发公告。"),
        ("", "培训", "还没有绑定任何群，没有执行。先在群里 @我 发“绑定本群 学校名”，再发公告；也可以私信，例如“公告 老师 内容”。"),
        ("组长、小学群", "培训", "“组长、小学群”既有人又有群，没有执行。群和私信请分两次发。"),
        ("小学、组长群", "培训", "“小学、组长群”既有人又有群，没有执行。群和私信请分两次发。"),
        ("组长群", "培训", "“组长群”没有这样的群，没有执行。群只按学校、学段或“全市群”分；要私信就去掉“群”字。"),
        ("示例县第三小学", "培训", "没有“示例县第三小学”这所学校，没有执行。是不是示例县第二小学、示例县第一小学？请写学校全名。"),
        ("老师", "字" * 3001, "内容超过 3000 个字，没有处理。请只写要点，细节放在链接里。"),
    ],
)  # fmt: skip
def test_what_cannot_be_announced_is_refused_with_what_to_do(county, audience, text, answer):
    assert announce(county, audience, text) == answer
    assert county.ask(OFFICE, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"


def test_only_the_office_announces_and_decides_about_announcements(county, groups):
    announce(county, "", "明天培训")
    county.ask(OFFICE, Command.CONFIRM)
    number = newest(county).number
    refused = "“公告”只有项目办可以用，没有执行。"
    for who in (TEACHER, LEADER, ADMIN, OVERSEER):
        assert announce(county, "", "x", who=who) == refused
        assert county.ask(who, Command.CONFIRM, numbers=(number,)) == refused
        assert county.ask(who, Command.CANCEL, numbers=(number,)) == refused
        assert county.ask(who, Command.SCHEDULE, when="20:00") == "“定时”只有项目办可以用，没有执行。"


def test_content_is_never_markup(county, groups):
    announce(county, "", "<@all> **重要** [x](https://example.com)\n# 标题")
    county.ask(OFFICE, Command.CONFIRM)
    content = county.connection.scalars(select(outbox.c.content).limit(1)).one()
    assert '["text",["<@all> **重要** [x](https://example.com)"]],["text",["# 标题"]]' in content


def test_whoever_asks_for_a_receipt_has_it_asked_for(county, groups):
    announce(county, "", "明天培训，收到请回复")
    county.ask(OFFICE, Command.CONFIRM)
    assert newest(county).wants_receipt
    assert copies(county)[0][3].splitlines()[-1] == "看到后请回复“收到”，在群里 @我，或者私聊我。"


def test_at_night_people_wait_for_the_morning_unless_it_is_urgent(county):
    at(county, 2024, 5, 24, 21, 0)  # a Friday
    assert "现在是休息时间：私信会等到 5月27日（周一）07:00；要马上发，回复“确认 加急”。" in (
        announce(county, "组长", "周一前审完")
    )
    done = county.ask(OFFICE, Command.CONFIRM)
    first = newest(county).number
    assert done == (
        f"公告 {first} 已排好：1 人（私信），现在是休息时间，5月27日（周一）07:00 开始发。\n"
        f"下一步：发“发送情况 {first}”看结果。"
    )
    announce(county, "组长", "今晚停电")
    done = county.ask(OFFICE, Command.CONFIRM, text="加急")
    second = newest(county).number
    assert done == f"公告 {second} 已开始发送：1 人（私信）。发“发送情况 {second}”看结果。"
    assert [kind for kind, *_ in copies(county)] == [Kind.ANNOUNCEMENT, Kind.URGENT]


def test_groups_hear_it_at_once_and_at_night_a_time_is_offered(county, groups):
    at(county, 2024, 5, 24, 21, 0)
    said = announce(county, "", "周一培训").splitlines()
    assert said[-2] == "现在是休息时间，群里会马上收到；不急的话，发“定时 5月27日 07:00”。"


def test_the_preview_is_given_a_time_and_still_waits_for_a_word(county, groups):
    announce(county, "", "明天培训")
    assert county.ask(OFFICE, Command.SCHEDULE, when="2024-06-14T09:00") == (
        "定在 6月14日（周五）09:00 发：3 个群。\n"
        "还没有执行。回复“确认”就定下来，“定时 明天 8:00”改时间，“取消”放弃（5 分钟内有效）。"
    )
    assert county.connection.execute(select(announcement)).all() == []
    done = county.ask(OFFICE, Command.CONFIRM)
    row = newest(county)
    assert done == (
        f"公告 {row.number} 定在 6月14日（周五）09:00 发：3 个群，到时按那时的名单发。\n"
        f"不发了，就发“取消 {row.number}”。"
    )
    due = datetime(2024, 6, 14, 9, 0, tzinfo=SHANGHAI)
    assert (row.state, row.due_at) == (AnnouncementState.SCHEDULED, int(due.timestamp() * 1000))
    assert copies(county) == []


def test_a_time_at_night_or_on_a_day_off_is_put_off_unless_it_is_urgent(county, groups):
    announce(county, "", "端午安全提醒")
    # 10 June 2024 is 端午节, a Monday: the next minute for people is Tuesday at seven.
    assert county.ask(OFFICE, Command.SCHEDULE, when="2024-06-08T10:00").splitlines()[:2] == [
        "定在 6月11日（周二）07:00 发：3 个群。",
        "6月8日（周六）10:00 是休息时间，往后挪了；一定要那时发，回复“确认 加急”。",
    ]
    county.ask(OFFICE, Command.CONFIRM)
    assert newest(county).due_at == int(datetime(2024, 6, 11, 7, 0, tzinfo=SHANGHAI).timestamp() * 1000)

    announce(county, "", "端午安全提醒")
    county.ask(OFFICE, Command.SCHEDULE, when="2024-06-08T10:00")
    done = county.ask(OFFICE, Command.CONFIRM, text="加急")
    assert "定在 6月8日（周六）10:00 发" in done
    assert newest(county).due_at == int(datetime(2024, 6, 8, 10, 0, tzinfo=SHANGHAI).timestamp() * 1000)
    assert newest(county).urgent


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("半小时后", "定在 5月21日（周二）10:00 发：3 个群。"),
        ("两小时后", "定在 5月21日（周二）11:30 发：3 个群。"),
        ("2024-05-27", "定在 5月27日（周一）08:00 发：3 个群。"),
        ("", "定到什么时候？例如“定时 明天下午三点”“定时 6月14日 9:00”。公告还没有发。"),
        ("2024-05-21T08:00", "5月21日（周二）08:00 已经过了，公告还没有发。请定一个以后的时间，例如“定时 明天 8:00”。"),
        ("25点", "看不懂时间“25点”，公告还没有发。请这样写：“定时 6月14日 9:00”或“定时 明天下午三点”。"),
        ("2025-05-21T08:00", "5月21日（周三）08:00 太远了，最晚可以定到 11月17日（周日）09:30。公告还没有发。"),
    ],
)  # fmt: skip
def test_times_as_people_write_them(county, groups, when, answer):
    announce(county, "", "明天培训")
    assert county.ask(OFFICE, Command.SCHEDULE, when=when).splitlines()[0] == answer


def test_without_a_preview_there_is_nothing_to_schedule(county):
    nothing = "没有等待确认的公告，定不了时间。先发“公告 内容”看预览，再发“定时 明天 8:00”。"
    assert county.ask(OFFICE, Command.SCHEDULE, when="2024-06-14T09:00") == nothing
    county.ask(OFFICE, Command.FREEZE, reason="6月30日最终验收")
    assert county.ask(OFFICE, Command.SCHEDULE, when="2024-06-14T09:00") == nothing


def test_a_preview_that_is_too_old_is_neither_scheduled_nor_sent(county, groups):
    announce(county, "", "明天培训")
    county.later(minutes=5)
    stale = "“公告”的预览已超过 5 分钟，没有执行。请重新发一次。"
    assert county.ask(OFFICE, Command.SCHEDULE, when="2024-06-14T09:00") == stale
    assert county.ask(OFFICE, Command.CONFIRM) == stale
    assert copies(county) == []


def test_many_need_a_second_person_who_reads_the_same(office):
    said = announce(office, "示例县第一小学", "明天培训").splitlines()
    assert said[-2] == "对象多，你确认后还要另一位项目办同事确认：壬同事、癸同事。"

    done = office.ask(OFFICE, Command.CONFIRM)
    number = newest(office).number
    assert done == (
        f"公告 {number} 还没有发：对象多，有 5 人（私信），要另一位项目办同事确认。\n"
        f"已经告诉壬同事、癸同事；24 小时内没人确认就作废。不发了，就发“取消 {number}”。"
    )
    assert newest(office).state is AnnouncementState.WAITING
    assert copies(office) == []
    (asked,) = posted_to(office.connection, COLLEAGUE)
    assert asked == (
        f"公告 {number} 等你确认：戊主任要发给 5 人（私信）。\n"
        "—— 收到的是 ——\n"
        f"公告 {number} · 市教育局提升工程项目办\n明天培训\n"
        "—— 到这里 ——\n"
        f"同意就回复“确认 {number}”，不同意回复“取消 {number}”。两人都看过才发，你不回复就不会发。"
    )
    assert posted_to(office.connection, THIRD) == [asked]


@pytest.fixture
def waiting(office):
    announce(office, "示例县第一小学", "明天培训")
    office.ask(OFFICE, Command.CONFIRM)
    return newest(office).number


def test_the_author_alone_does_not_suffice(office, waiting):
    assert office.ask(OFFICE, Command.CONFIRM, numbers=(waiting,)) == (
        f"公告 {waiting} 是你发起的，要另一位项目办同事确认：壬同事、癸同事。"
    )
    assert copies(office) == []


def test_a_bare_word_of_the_second_person_is_answered_with_the_number(office, waiting):
    assert office.ask(COLLEAGUE, Command.CONFIRM).splitlines()[0] == (
        f"没有你自己预览的操作。公告 {waiting} 在等你确认：同意就回复“确认 {waiting}”。"
    )
    assert office.ask(OFFICE, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"
    assert copies(office) == []


def test_the_second_person_sends_it_and_the_third_reads_who_it_was(office, waiting):
    assert office.ask(COLLEAGUE, Command.CONFIRM, numbers=(waiting,)).startswith(
        f"公告 {waiting} 已开始发送：5 人（私信）。发“发送情况 {waiting}”看结果。"
    )
    assert len(copies(office)) == 5
    row = newest(office)
    assert (row.state, row.approved_by, row.approved_at) == (AnnouncementState.POSTED, COLLEAGUE, REAL_MS)
    assert posted_to(office.connection, OFFICE) == [f"公告 {waiting} 经壬同事确认，已开始发送。"]

    said = office.ask(THIRD, Command.CONFIRM, numbers=(waiting,)).splitlines()[0]
    assert said == f"公告 {waiting} 已经由壬同事在 5月21日（周二）09:30 确认发出，不用再确认。"
    assert len(copies(office)) == 5


def test_a_scheduled_one_keeps_its_time_through_the_second_word(office):
    announce(office, "示例县第一小学", "明天培训")
    office.ask(OFFICE, Command.SCHEDULE, when="2024-06-14T09:00")
    office.ask(OFFICE, Command.CONFIRM)
    number = newest(office).number
    assert (
        f"公告 {number} 等你确认：戊主任要发给 5 人（私信），定在 6月14日（周五）09:00。"
        in (posted_to(office.connection, COLLEAGUE)[0])
    )
    said = office.ask(COLLEAGUE, Command.CONFIRM, numbers=(number,))
    assert said.startswith(f"公告 {number} 定在 6月14日（周五）09:00 发：5 人（私信），到时按那时的名单发。")
    assert (newest(office).state, copies(office)) == (AnnouncementState.SCHEDULED, [])


@pytest.mark.parametrize("who", [OFFICE, COLLEAGUE])
def test_what_waits_is_called_off_by_anybody_of_the_office(office, waiting, who):
    assert office.ask(who, Command.CANCEL, numbers=(waiting,)).startswith(
        f"公告 {waiting} 已取消，没有发出。"
    )
    told = [] if who == OFFICE else [f"公告 {waiting} 被壬同事取消，没有发出。"]
    assert posted_to(office.connection, OFFICE) == told
    name = "戊主任" if who == OFFICE else "壬同事"
    assert office.ask(THIRD, Command.CONFIRM, numbers=(waiting,)).splitlines()[0] == (
        f"公告 {waiting} 已经由{name}在 5月21日（周二）09:30 取消，没有发出。"
    )
    assert copies(office) == []


@pytest.mark.parametrize("decided", [Command.CONFIRM, Command.CANCEL])
def test_nobody_is_asked_for_a_second_word_that_is_given_or_not_wanted_any_more(office, waiting, decided):
    said = office.ask(COLLEAGUE, decided, numbers=(waiting,))

    assert "等你确认" not in said
    assert "等你确认" not in office.ask(THIRD, Command.DEADLINES)
    questions = office.connection.scalars(
        select(outbox.c.expires_at).where(outbox.c.key.like(f"announcement/{waiting}/second/%"))
    ).all()
    assert questions == [REAL_MS, REAL_MS]  # nor in private


def test_what_waits_for_the_morning_is_called_off(county):
    county.later(hours=12)  # 21:30
    announce(county, "示例县第一小学", "明天培训")
    said = county.ask(OFFICE, Command.CONFIRM)
    number = newest(county).number
    assert said.startswith(
        f"公告 {number} 已排好：5 人（私信），现在是休息时间，5月22日（周三）07:00 开始发。"
    )

    assert county.ask(OFFICE, Command.CANCEL, numbers=(number,)) == f"公告 {number} 已取消，没有发出。"

    assert {state for *_, state in copies_of(county, number)} == {State.DEAD.value}
    assert county.ask(OFFICE, Command.DELIVERY, numbers=(number,)).splitlines()[0] == (
        f"公告 {number} 没有发：戊主任5月21日取消了。"
    )
    assert county.ask(OFFICE, Command.CANCEL, numbers=(number,)) == (
        f"公告 {number} 已经由戊主任在 5月21日（周二）21:30 取消，没有发出。"
    )
    assert county.ask(OFFICE, Command.WITHDRAW, numbers=(number,)) == (
        f"公告 {number} 取消了，没有发过，不用撤回。"
    )


def test_a_correction_that_took_the_place_of_what_it_corrects_is_not_called_off(county, groups):
    announce(county, "", "明天培训")
    county.ask(OFFICE, Command.CONFIRM)
    first = newest(county).number
    county.ask(OFFICE, Command.CORRECT, numbers=(first,), text="后天培训", typed=f"更正 {first} 后天培训")
    county.ask(OFFICE, Command.CONFIRM)
    number = newest(county).number

    assert county.ask(OFFICE, Command.CANCEL, numbers=(number,)) == (
        f"公告 {number} 已经代替了公告 {first}，取消不了。\n"
        f"写错了，发“更正 {number} 内容”；要收回，发“撤回 {number}”。"
    )
    assert {state for *_, state in copies_of(county, number)} == {State.QUEUED.value}


@pytest.mark.parametrize("fate", [State.LEASED, State.SENT, State.UNCERTAIN])
def test_what_somebody_may_have_seen_is_not_called_off(county, groups, fate):
    announce(county, "", "明天培训")
    county.ask(OFFICE, Command.CONFIRM)
    number = newest(county).number
    came_to(county, number, fate, group=groups[0].id, done=fate is not State.LEASED)
    before = copies_of(county, number)
    assert county.ask(OFFICE, Command.CANCEL, numbers=(number,)) == (
        f"公告 {number} 已经开始发送，取消不了。\n写错了，发“更正 {number} 内容”；要收回，发“撤回 {number}”。"
    )
    assert copies_of(county, number) == before
    assert county.ask(OFFICE, Command.CONFIRM, numbers=(number,)) == (
        f"公告 {number} 已经确认发出，不用再确认。"
    )
    assert county.ask(OFFICE, Command.CANCEL, numbers=(number + 1,)) == (
        f"没有编号 {number + 1} 的公告。发“发送情况”看最近的一条。"
    )


def test_without_a_colleague_nobody_is_waited_for(county):
    county.plan = replace(
        county.plan, announcements=replace(county.plan.announcements, second_person_people=1)
    )
    announce(county, "示例县第一小学", "明天培训")
    assert "已开始发送：5 人（私信）" in county.ask(OFFICE, Command.CONFIRM)


def test_a_cancelled_preview_is_gone(county, groups):
    announce(county, "", "明天培训")
    assert county.ask(OFFICE, Command.CANCEL) == "已取消：等待确认的操作。什么都没有执行。"
    assert county.ask(OFFICE, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"


def test_the_answer_says_how_many_it_is_by_now(county):
    announce(county, "示例县第一小学", "明天培训")
    county.connection.execute(person.update().where(person.c.id == NEWCOMER).values(state="transferred"))
    assert "已开始发送：4 人（私信）" in county.ask(OFFICE, Command.CONFIRM)


def test_in_a_group_it_is_done_in_private(county, groups):
    assert announce(county, "", "明天培训", group=True) == (
        "“公告”请私聊办理，群里没有执行。点我的头像发起私聊，发“公告”。"
    )
    for command in (Command.CONFIRM, Command.CANCEL):
        assert county.ask(OFFICE, command, numbers=(40,), group=True).startswith("“公告”请私聊办理")


def test_two_groups_of_one_name_are_told_apart_by_their_platforms(county, groups, says):
    bind(county, "一小语文群", FIRST_SCHOOL, Way.DINGTALK_GROUP)

    assert says("公告 小学群 明天培训", OFFICE).splitlines()[0] == (
        "发到 3 个群：一小语文群（企业微信）、二小群、一小语文群（钉钉）。"
    )


def test_what_is_typed_becomes_what_is_sent(county, groups, says):
    said = says("公告 小学群 各位老师：\n\n一、明天培训；\n二、见 https://example.com/a?b=1，谢谢！", OFFICE)
    assert said.splitlines()[:6] == [
        "发到 2 个群：一小语文群、二小群。",
        "—— 收到的是 ——",
        TITLE,
        "各位老师：",
        "",
        "一、明天培训；",
    ]
    assert says("定时 明天下午三点", OFFICE).startswith("定在 5月22日（周三）15:00 发：2 个群。")
    assert "定在 5月22日（周三）15:00 发：2 个群" in says("确认", OFFICE)
    assert newest(county).body == "各位老师：\n\n一、明天培训；\n二、见 https://example.com/a?b=1，谢谢！"
    number = newest(county).number
    assert says(f"取消公告 {number}", OFFICE) == f"公告 {number} 已取消，没有发出。"


def test_a_correction_is_given_a_time_as_well(county, groups, says):
    announce(county, "", "明天培训")
    county.ask(OFFICE, Command.CONFIRM)
    first = newest(county).number
    county.ask(OFFICE, Command.CORRECT, numbers=(first,), text="后天培训", typed=f"更正 {first} 后天培训")
    assert says("定时 明天 8:00", OFFICE).startswith("定在 5月22日（周三）08:00 发：3 个群。")
    assert "定在 5月22日（周三）08:00 发：3 个群" in says("确认", OFFICE)
    assert (newest(county).corrects, newest(county).state) == (first, AnnouncementState.SCHEDULED)


def test_the_author_hears_that_it_was_approved_and_that_it_was_called_off_after_that(office):
    announce(office, "示例县第一小学", "明天培训")
    office.ask(OFFICE, Command.SCHEDULE, when="2024-06-14T09:00")
    office.ask(OFFICE, Command.CONFIRM)
    number = newest(office).number
    office.ask(COLLEAGUE, Command.CONFIRM, numbers=(number,))
    office.ask(THIRD, Command.CANCEL, numbers=(number,))

    assert posted_to(office.connection, OFFICE) == [
        f"公告 {number} 经壬同事确认，到时间就发。",
        f"公告 {number} 被癸同事取消，没有发出。",
    ]


def test_in_a_rehearsal_days_are_those_of_the_programme(office, waiting):
    office.ask(COLLEAGUE, Command.CANCEL, numbers=(waiting,))
    office.later(minutes=10)
    office.now = office.now.replace(month=6)  # the clock of the rehearsal was moved on

    said = office.ask(THIRD, Command.CONFIRM, numbers=(waiting,)).splitlines()[0]
    assert said == f"公告 {waiting} 已经由壬同事在 6月21日（周五）09:30 取消，没有发出。"
    said = office.ask(THIRD, Command.DELIVERY, numbers=(waiting,)).splitlines()[0]
    assert said == f"公告 {waiting} 没有发：壬同事6月21日取消了。"
