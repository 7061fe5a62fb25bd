"""撤回 of an announcement: the office reads what can be taken back and what cannot, and then confirms."""

import pytest
from sqlalchemy import select, update

from bot.policy.announcement import AnnouncementState
from messages.commands import Command
from storage.announcement_tables import recall
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.tables import audit
from tests.handlers.announced import EVERYBODY, add_groups, came_to, copies, put, state_of
from tests.handlers.conftest import LEADER, NEWCOMER, OFFICE, OVERSEER, PRINCIPAL, TEACHER

TODAY = "数据截至 5月21日（周二）"


def withdraw(county, *numbers, who=OFFICE):
    return county.ask(who, Command.WITHDRAW, numbers=numbers)


def confirm(county, who=OFFICE):
    return county.ask(who, Command.CONFIRM)


@pytest.fixture
def shown(county):
    """Five read it in the application, 乙 with an answer, 丁 is refused, 庚 waits for an account."""
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT, outlet="wecom.app", receipt='["m1"]')
    came_to(county, number, State.SENT, person=LEADER, outlet="answer", receipt="")
    came_to(county, number, State.FAILED, person=PRINCIPAL, done=False, reason="81013", receipt="")
    came_to(county, number, State.QUEUED, person=NEWCOMER, done=False, outlet="", receipt="")
    return number


def test_the_preview_says_what_can_be_taken_back_and_what_cannot(county, shown):
    assert withdraw(county, shown) == (
        f"要撤回公告 {shown} 吗？现在还没有撤。\n"
        "5 条请平台撤回；已经看过的内容收不回来。\n"
        "1 条还没发出，不再发。\n"
        "撤不回 1 条：随机器人的回答一起发的，平台不能撤回。\n"
        f"撤不回的留在原处；要改正内容，不撤回而发“更正 {shown} 正确的全文”，收到的人都会看到。\n"
        "回复“确认”就撤回（5 分钟内有效），不撤就发“取消”。"
    )
    assert county.connection.execute(select(recall)).all() == []


def test_after_confirmation_the_platforms_are_asked_and_nothing_more_goes_out(county, shown):
    withdraw(county, shown)

    assert confirm(county).splitlines() == [
        f"正在撤回公告 {shown}。",
        "5 条请平台撤回；已经看过的内容收不回来。",
        "1 条还没发出，不再发。",
        "撤不回 1 条：随机器人的回答一起发的，平台不能撤回。",
        f"撤不回的留在原处；要改正内容，不撤回而发“更正 {shown} 正确的全文”，收到的人都会看到。",
        f"下一步：发“发送情况 {shown}”看结果。",
    ]
    assert state_of(county, shown) == "recalled"
    assert (NEWCOMER, None, "dead") in copies(county, shown)
    detail = select(audit.c.detail).where(audit.c.action == "announcement.recalled")
    assert county.connection.scalars(detail).all() == [{"number": shown, "asked": 5}]
    assert withdraw(county, shown) == (f"公告 {shown} 已经撤回过了。发“发送情况 {shown}”看结果。")


def test_the_report_shows_how_far_it_has_come(county, shown):
    withdraw(county, shown)
    confirm(county)
    of_teacher = select(outbox.c.id).where(outbox.c.announcement == shown, outbox.c.person_id == TEACHER)
    asked = update(recall).where(recall.c.done_at.is_(None))
    county.connection.execute(
        asked.where(recall.c.outbox_id.in_(of_teacher)).values(
            done_at=county.real_ms, reason="301045", why="超过了能撤回的时间"
        )
    )
    others = select(outbox.c.id).where(outbox.c.announcement == shown, outbox.c.person_id.in_([3, 6]))
    county.connection.execute(
        asked.where(recall.c.outbox_id.in_(others)).values(done_at=county.real_ms, taken_back=True)
    )
    lost = update(outbox).where(outbox.c.announcement == shown, outbox.c.person_id == 3)
    county.connection.execute(lost.values(doubt_since=county.real_ms))  # its first answer

    said = county.ask(OFFICE, Command.DELIVERY, numbers=(shown,)).splitlines()

    # Of six that were seen: two are back, two are asked for, one is too late, one was said with an answer.
    assert said[0] == (
        f"公告 {shown} 撤回了：已撤回 2 条（其中 1 条可能发过两遍，多的一遍撤不回），正在撤回 2 条，撤不回 2 条（随机器人的回答一起发的，平台不能撤回 1 条；"
        "企业微信应用：超过了能撤回的时间（错误码 301045） 1 条）。"
    )
    assert said[2] == "撤回前：8 人里 6 人已送达，1 人失败，1 人没发出就撤下。"
    assert said[-1] == TODAY
    assert not any("重发" in line for line in said)


def test_from_webhooks_nothing_can_be_taken_back(county):
    add_groups(county)
    number = put(county)
    came_to(county, number, State.SENT, outlet="wecom.webhook")

    assert withdraw(county, number) == (
        f"公告 {number} 一条也撤不回，没有执行。\n"
        "撤不回 3 条：群机器人发的，平台不能撤回。\n"
        f"撤不回的留在原处；要改正内容，不撤回而发“更正 {number} 正确的全文”，收到的人都会看到。"
    )
    assert confirm(county).startswith("没有等待确认的操作")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (AnnouncementState.WAITING, "还没发，不用撤回；不发了，发“取消 {}”。"),
        (AnnouncementState.SCHEDULED, "还没发，不用撤回；不发了，发“取消 {}”。"),
        (AnnouncementState.CANCELLED, "取消了，没有发过，不用撤回。"),
        (AnnouncementState.EXPIRED, "没有等到第二位同事确认，没有发过，不用撤回。"),
    ],
)
def test_what_has_not_gone_out_needs_no_recall(county, state, said):
    number = put(county, state=state)

    assert withdraw(county, number) == f"公告 {number} {said.format(number)}"


@pytest.mark.parametrize("who", [TEACHER, LEADER, OVERSEER])
def test_for_everybody_else_it_is_a_number_that_is_not_theirs(county, shown, who):
    came_to(county, shown, State.SENT)  # nobody hears it with the answer

    assert withdraw(county, shown, who=who) == (f"没有你能撤回的编号 {shown}，发“我的材料”看你交过的。")
    assert state_of(county, shown) == "posted"


def test_whoever_has_left_the_office_meanwhile_takes_nothing_back(county, shown):
    withdraw(county, shown)
    county.connection.execute(
        update(recall.metadata.tables["role"])
        .values(ended_at=county.real_ms)
        .where(recall.metadata.tables["role"].c.person_id == OFFICE)
    )

    assert confirm(county).startswith(f"没有你能撤回的编号 {shown}")
    assert state_of(county, shown) == "posted"
