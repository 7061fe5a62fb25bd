"""重发: what has failed goes out once more; never what may have arrived, was taken back, or was corrected."""

import pytest
from sqlalchemy import select

from bot.policy.announcement import AnnouncementState
from messages.commands import Command
from messages.outgoing import load_answer
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.tables import audit
from tests.handlers.announced import BODY, EVERYBODY, add_groups, came_to, copies, put, stop
from tests.handlers.conftest import LEADER, OFFICE, OVERSEER, TEACHER


@pytest.fixture
def groups(county):
    return add_groups(county)


@pytest.fixture
def failed(county, groups):
    """The first group has it, the second has refused it, of the third nobody knows."""
    number = put(county)
    came_to(county, number, State.SENT, group=groups[0])
    came_to(county, number, State.DEAD, group=groups[1], reason="again", outlet="wecom.webhook")
    came_to(county, number, State.UNCERTAIN, group=groups[2], reason="doubt")
    return number


def resend(county, *numbers, who=OFFICE):
    return county.ask(who, Command.RESEND, numbers=numbers)


def test_only_what_has_failed_goes_out_once_more(county, groups, failed):
    assert resend(county, failed) == (f"正在重发公告 {failed}：1 个群。发“发送情况 {failed}”看结果。")
    assert copies(county, failed) == [
        (None, groups[0], "sent"),
        (None, groups[1], "queued"),
        (None, groups[2], "uncertain"),
    ]
    recorded = select(audit.c.detail).where(audit.c.action == "announcement.resent")
    assert county.connection.scalars(recorded).all() == [{"number": failed, "asked": failed, "copies": 1}]


def test_a_second_time_there_is_nothing_left(county, failed):
    resend(county, failed)

    assert resend(county, failed) == (f"公告 {failed} 没有失败的，不用重发。不确定的不会再发，免得收到两遍。")


def test_a_group_that_takes_nothing_is_named_with_the_cure(county, groups, failed):
    stop(county, groups[1])

    assert resend(county, failed) == (
        f"公告 {failed} 失败的都在收不到消息的群，没有重发。\n"
        "一小数学群收不到消息（停发或已解绑），没有重发；重新绑定这些群以后再重发。"
    )
    came_to(county, failed, State.DEAD, group=groups[0], reason="again")
    assert resend(county, failed).splitlines() == [
        f"正在重发公告 {failed}：1 个群。发“发送情况 {failed}”看结果。",
        "一小数学群收不到消息（停发或已解绑），没有重发；重新绑定这些群以后再重发。",
    ]


def test_without_a_number_the_newest_with_failures_is_previewed(county, groups, failed):
    newest = put(county, body="下周一返校")
    came_to(county, newest, State.SENT)

    assert resend(county) == (
        f"要重发公告 {failed} 吗？失败的是 1 个群，现在还没有发。\n"
        "回复“确认”就重发（5 分钟内有效），不发就发“取消”。"
    )
    assert copies(county, failed)[1] == (None, groups[1], "dead")
    assert county.ask(OFFICE, Command.CONFIRM).startswith(f"正在重发公告 {failed}：1 个群。")
    assert copies(county, failed)[1] == (None, groups[1], "queued")
    assert resend(county) == "最近的公告没有发失败的，不用重发。发“发送情况”看结果。"


def test_people_whom_a_platform_has_refused_are_written_to_once_more(county):
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT)
    for person in (TEACHER, LEADER):
        came_to(county, number, State.FAILED, person=person, done=False, reason="81013")

    assert resend(county, number) == f"正在重发公告 {number}：2 人。发“发送情况 {number}”看结果。"
    states = {person: state for person, _, state in copies(county, number)}
    assert (states[TEACHER], states[LEADER]) == ("queued", "queued")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (AnnouncementState.WAITING, "还没发，在等项目办另一位同事确认"),
        (AnnouncementState.SCHEDULED, "还没到时间"),
        (AnnouncementState.CANCELLED, "取消了，没有发过"),
        (AnnouncementState.EXPIRED, "没有等到第二位同事确认，没有发过"),
        (AnnouncementState.RECALLED, "已经撤回"),
    ],
)
def test_what_was_not_sent_or_was_taken_back_is_not_sent_again(county, groups, state, said):
    number = put(county, state=state)

    assert resend(county, number) == f"公告 {number} {said}，不能重发。发“发送情况 {number}”看详情。"


def test_what_is_no_announcement_is_said_so(county):
    assert resend(county, 999) == "编号 999 不是公告，没有重发。发“发送情况”看最近一条公告。"


def test_once_corrected_those_who_were_left_out_get_the_correction(county, groups, failed):
    county.ask(OFFICE, Command.CORRECT, numbers=(failed,), text="改到周六下午两点线上答疑")
    county.ask(OFFICE, Command.CONFIRM)
    newer = failed + 1
    came_to(county, newer, State.SENT)

    said = resend(county, failed)

    assert said.splitlines() == [
        f"公告 {failed} 已被公告 {newer} 更正，重发的是更正后的公告 {newer}。",
        f"正在重发公告 {newer}：1 个群。发“发送情况 {newer}”看结果。",
    ]
    assert copies(county, failed)[1] == (None, groups[1], "dead")  # the wrong one stays where it is
    content = county.connection.scalar(
        select(outbox.c.content).where(outbox.c.announcement == newer, outbox.c.group_id == groups[1])
    )
    assert BODY not in content
    assert "改到周六下午两点线上答疑" in load_answer(content).plain
    came_to(county, newer, State.SENT)
    assert "没有失败的" in resend(county, failed)


def test_only_the_office_sends_again(county, failed):
    for who in (OVERSEER, TEACHER):
        assert resend(county, failed, who=who) == "“重发”只有项目办可以用，没有执行。"
