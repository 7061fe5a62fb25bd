"""发送情况: the result first, then who did not get it and why, what waits, who has answered, the next step."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.policy.announcement import AnnouncementState
from messages.commands import Command
from storage.announcement_tables import announcement
from storage.numbers import next_number
from storage.outbox import State
from storage.tables import account, audit
from tests.handlers.announced import BODY, EVERYBODY, add_groups, came_to, put, stop
from tests.handlers.conftest import (
    ADMIN,
    LEADER,
    NEWCOMER,
    OFFICE,
    OVERSEER,
    PRINCIPAL,
    TEACHER,
)

TODAY = "数据截至 5月21日（周二）"
RECEIPT_BODY = "请回复收到：周五下午两点答疑"


@pytest.fixture
def groups(county):
    return add_groups(county)


def ask(county, *numbers, who=OFFICE):
    return county.ask(who, Command.DELIVERY, numbers=numbers)


def test_where_everything_arrived_that_is_the_whole_answer(county, groups):
    number = put(county)
    came_to(county, number, State.SENT, outlet="wecom.webhook")

    assert ask(county, number) == (f"公告 {number}：3 个群都已送达。\n内容：“{BODY}”\n{TODAY}")


def test_failures_are_told_with_reason_and_cure_and_the_next_step(county, groups):
    number = put(county)
    came_to(county, number, State.SENT, group=groups[0], outlet="wecom.webhook")
    came_to(
        county,
        number,
        State.DEAD,
        group=groups[1],
        outlet="wecom.webhook",
        reason="93000",
        why="机器人被移出了群，请重新添加",
    )
    stop(county, groups[1])
    came_to(county, number, State.UNCERTAIN, group=groups[2], outlet="wecom.webhook", reason="doubt")

    assert ask(county, number).splitlines() == [
        f"公告 {number}：3 个群里 1 个已送达，1 个不确定，1 个失败。",
        f"内容：“{BODY}”",
        "失败：一小数学群：机器人被移出了群，请重新添加，已停止往这个群发（错误码 93000）；处理好后重新绑定这个群。",
        "不确定：示例县第二小学群：平台没有回答，可能已经收到，不会自动再发。",
        TODAY,
    ]


def test_what_can_be_sent_once_more_is_offered(county, groups):
    number = put(county)
    came_to(county, number, State.SENT)
    came_to(county, number, State.DEAD, group=groups[0], reason="45009", outlet="wecom.webhook")

    said = ask(county, number).splitlines()

    assert said[2] == "失败：一小语文群：平台拒收（错误码 45009）。"
    assert said[-2:] == [f"下一步：发“重发 {number}”，发给没收到的 1 个。", TODAY]


def test_people_are_named_with_their_school_and_the_look_is_on_record(county):
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT)
    for person in (TEACHER, LEADER):
        came_to(
            county,
            number,
            State.FAILED,
            person=person,
            done=False,
            outlet="wecom.app",
            reason="81013",
            why="不在应用的可见范围，请管理员加进去",
        )

    said = ask(county, number).splitlines()

    # 8 on the roster: 6 of them have got it.
    assert said[0] == f"公告 {number}：8 人里 6 人已送达，2 人失败。"
    assert said[2] == (
        "失败：甲老师（示例县第一小学）、乙组长（示例县第一小学）："
        "不在应用的可见范围，请管理员加进去（错误码 81013）；本人下次找我时会听到。"
    )
    looks = select(audit.c.actor, audit.c.detail).where(audit.c.action == "announcement.delivery_viewed")
    assert county.connection.execute(looks).all() == [(f"person:{OFFICE}", {"number": number, "people": 2})]


def test_without_a_name_nothing_is_recorded(county, groups):
    number = put(county)
    came_to(county, number, State.DEAD, reason="93000")
    ask(county, number)

    actions = county.connection.scalars(select(audit.c.action)).all()
    assert "announcement.delivery_viewed" not in actions


def test_at_most_ten_are_named(county, groups):
    number = put(county, EVERYBODY)
    came_to(county, number, State.FAILED, reason="81013")
    put_again = put(county)
    came_to(county, put_again, State.FAILED, reason="93000")
    for person in range(20, 25):
        county.connection.execute(
            announcement.metadata.tables["person"]
            .insert()
            .values(id=person, staff_no=f"X{person}", name=f"示例{person}", school_id=1)
        )
    many = put(county, EVERYBODY)
    came_to(county, many, State.FAILED, reason="81013")

    said = ask(county, many).splitlines()

    assert said[0] == f"公告 {many}：13 人里 0 人已送达，13 人失败。"
    assert said[2].count("、") == 9
    assert said[3] == "另有 3 个失败或不确定的没有列出。"


def test_what_waits_stands_apart_with_why(county, groups):
    number = put(county)
    came_to(county, number, State.SENT, group=groups[0])
    came_to(county, number, State.QUEUED, group=groups[1], done=False, reason="budget")

    assert ask(county, number).splitlines() == [
        f"公告 {number}：3 个群里 1 个已送达，2 个还没发出。",
        f"内容：“{BODY}”",
        "还没发出的：1 个群在排队；1 个群要等明天早上（今天的条数用完了）。",
        TODAY,
    ]


def test_at_night_people_wait_until_morning_and_the_unbound_for_an_account(county):
    county.later(hours=12)  # 21:30
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT, person=TEACHER)
    came_to(county, number, State.LEASED, person=LEADER, done=False)

    said = ask(county, number).splitlines()

    assert said[0] == f"公告 {number}：8 人里 1 人已送达，7 人还没发出。"
    # All but 庚老师 have an account: 8 - 1 sent - 1 on its way - 1 unbound = 5.
    assert said[2] == (
        "还没发出的：1 人正在发；5 人等到5月22日（周三）07:00（休息时间不打扰）；1 人没绑定账号（绑定后才收得到）。"
    )


def test_whoever_never_bound_an_account_is_told_so(county):
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT)
    came_to(county, number, State.DEAD, person=NEWCOMER, reason="expired")

    assert ask(county, number).splitlines()[2] == (
        "失败：庚老师（示例县第一小学）：两星期里没有绑定账号，或者没能私信；绑定后可以重发。"
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("forgotten", "平台一直没有回答，可能已经收到，不会自动再发"),
        ("account moved", "账号换了人，可能已经收到，不会自动再发"),
        ("withdrawn", "撤回时正在发，可能已经收到"),
        ("88", "平台拒收（错误码 88），可能已经收到，不会自动再发"),
    ],
)
def test_why_something_is_uncertain(county, groups, reason, said):
    number = put(county)
    came_to(county, number, State.SENT)
    came_to(county, number, State.UNCERTAIN, group=groups[0], reason=reason)

    assert ask(county, number).splitlines()[2] == f"不确定：一小语文群：{said}。"


def test_an_ended_group_has_a_cure_of_its_own(county, groups):
    number = put(county)
    came_to(county, number, State.DEAD, reason="stopped")
    county.connection.execute(
        update(announcement.metadata.tables["chat_group"]).values(ended_at=county.real_ms)
    )

    assert ask(county, number).splitlines()[2] == (
        "失败：一小语文群、一小数学群、示例县第二小学群：这个群已经解绑；重新绑定后可以重发。"
    )


def test_who_has_answered_and_who_has_not(county):
    number = put(county, EVERYBODY, body=RECEIPT_BODY)
    came_to(county, number, State.SENT)
    for who in (TEACHER, LEADER):
        assert county.ask(who, typed="收到", silent=True) == ""

    assert ask(county, number).splitlines() == [
        f"公告 {number}：8 人都已送达。",
        f"内容：“{RECEIPT_BODY}”",
        "已回“收到” 2/8 人，还没有：丙管理员、丁校长、戊主任、己领导、庚老师、辛管理员。",
        TODAY,
    ]
    for who in (ADMIN, PRINCIPAL, OFFICE, OVERSEER, "user8"):
        county.ask(who, typed="收到", silent=True)
    county.connection.execute(
        account.insert().values(
            platform="wecom", folded="user7", verbatim="User7", person_id=NEWCOMER, source="code", bound_at=1
        )
    )
    county.ask(NEWCOMER, typed="收到", silent=True)
    assert "已回“收到” 8/8 人，都回了。" in ask(county, number)


def test_in_groups_answers_are_counted_without_a_whole(county, groups):
    number = put(county, body=RECEIPT_BODY)
    came_to(county, number, State.SENT)
    county.ask(TEACHER, typed="收到", silent=True, group=True)

    assert ask(county, number).splitlines()[2] == "已回“收到” 1 人（发在群里，没有逐人的名单）。"


def test_answers_are_not_counted_before_anybody_has_it(county):
    number = put(county, EVERYBODY, body=RECEIPT_BODY)

    assert "收到” " not in ask(county, number)


def test_without_a_number_the_newest_is_meant(county, groups):
    put(county)
    newest = put(county, body="下周一返校")

    assert ask(county).splitlines()[:2] == [
        f"公告 {newest}：3 个群里 0 个已送达，3 个还没发出。",
        "内容：“下周一返校”",
    ]


def test_what_is_no_announcement_is_said_in_one_sentence(county):
    assert ask(county) == "还没有发过公告。要发，先发“公告 内容”，看过预览再确认。"
    number = next_number(county.connection, "appeal", at=1)
    for other in (number, 999, 2**70):
        assert ask(county, other) == f"编号 {other} 不是公告。发“发送情况”看最近一条公告。"


def test_what_has_not_gone_out_says_why(county, groups):
    waiting = put(county, state=AnnouncementState.WAITING)
    assert ask(county, waiting).splitlines() == [
        f"公告 {waiting} 还没发：戊主任5月21日确认了，在等项目办另一位同事确认。",
        f"内容：“{BODY}”",
        f"另一位同事发“确认 {waiting}”就发出；不发了，发“取消 {waiting}”。",
        TODAY,
    ]
    due = int((county.now + timedelta(days=1)).timestamp() * 1000)
    scheduled = put(county, state=AnnouncementState.SCHEDULED, due_at=due)
    assert ask(county, scheduled).splitlines()[0] == f"公告 {scheduled} 还没发：定在5月22日（周三）09:30发。"
    cancelled = put(county, state=AnnouncementState.CANCELLED)
    ended = {"ended_by": OFFICE, "ended_at": county.real_ms}
    county.connection.execute(update(announcement).where(announcement.c.number == cancelled).values(**ended))
    assert ask(county, cancelled).splitlines()[0] == f"公告 {cancelled} 没有发：戊主任5月21日取消了。"
    expired = put(county, state=AnnouncementState.EXPIRED)
    assert ask(county, expired).splitlines()[0] == f"公告 {expired} 没有发：一直没有第二位同事确认，过期了。"


def test_one_that_reached_nobody_says_so(county):
    number = put(county)

    assert ask(county, number).splitlines()[0] == f"公告 {number} 没有发给谁：对象里没有人，也没有群。"


def test_the_leading_group_reads_it_and_teachers_do_not(county, groups):
    number = put(county)
    came_to(county, number, State.SENT)

    assert ask(county, number, who=OVERSEER).startswith(f"公告 {number}：3 个群都已送达。")
    assert ask(county, number, who=TEACHER) == "“发送情况”只有项目办、领导小组可以用，没有执行。"
    assert "群里不显示" in county.ask(OFFICE, Command.DELIVERY, numbers=(number,), group=True)
