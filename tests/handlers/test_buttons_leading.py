"""What those who lead, the office, and those whom they ask may tap."""

import pytest
from sqlalchemy import select

from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience
from handlers.announcing import message_of
from messages.outgoing import load_answer
from storage import announcements
from storage.announcement_tables import acknowledgement
from storage.delivery_tables import outbox
from storage.outbox import State
from tests.handlers.announced import EVERYBODY, came_to, put
from tests.handlers.chatting import Chat
from tests.handlers.conftest import (
    ADMIN,
    LEADER,
    OFFICE,
    OVERSEER,
    TEACHER,
)
from tests.handlers.submitted import hand_in
from tests.handlers.tapped import check, shown


@pytest.fixture
def chat(county) -> Chat:
    return Chat(county)


RECEIPT_BODY = "请回复收到：周五下午两点答疑"


# ── who leads ──


def test_who_leads_may_look_at_or_remind_those_who_are_behind(county, chat):
    hand_in(county, TEACHER, "A5")
    assert shown(chat.says("本组进度", LEADER)) == [
        "下一步",
        "[待审] 待审",
        "[落后名单] 落后名单",
        "[提醒他们] 提醒 落后",
    ]
    assert shown(chat.says("落后名单", LEADER)) == ["下一步", "[提醒他们] 提醒 落后"]
    assert shown(chat.says("落后名单 没选点", ADMIN)) == ["下一步", "[提醒他们] 提醒 未选点"]
    assert shown(chat.says("本组进度", LEADER, group=True)) == []
    assert shown(chat.says("落后名单", OFFICE)) == []  # the county has too many


def test_a_reminder_is_previewed_before_it_goes_out(county, chat):
    said = chat.taps(chat.says("落后名单", LEADER), "提醒他们", LEADER)

    assert shown(said) == ["现在提醒他们？", "[确认] 确认", "[取消] 取消"]
    assert chat.taps(said, "取消", LEADER).plain == "已取消：等待确认的操作。什么都没有执行。"
    assert chat.taps(said, "确认", LEADER).plain == (
        "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。"
    )


# ── announcements ──


def test_what_has_failed_is_sent_once_more_by_the_office_alone(county, chat):
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT, outlet="wecom.app")
    assert shown(chat.says(f"发送情况 {number}", OFFICE)) == []

    came_to(county, number, State.FAILED, person=TEACHER, done=False)
    assert shown(chat.says("发送情况", OFFICE)) == ["没送到的再发一次？", f"[重发 {number}] 重发 {number}"]
    assert shown(chat.says("发送情况", OVERSEER)) == []


def test_who_is_asked_for_a_receipt_taps_it_for_this_announcement(county, chat):
    first, second = put(county, EVERYBODY, RECEIPT_BODY), put(county, EVERYBODY, RECEIPT_BODY)
    for number in (first, second):
        came_to(county, number, State.SENT, person=TEACHER, outlet="wecom.app")
    copy = message_of(announcements.find_announcement(county.connection, first), "项目办")

    assert shown(copy) == [f"公告 {first}：看到了吗？", f"[收到] 收到 {first}"]
    check(copy)
    assert chat.taps(copy, "收到").lines == ()
    assert list(county.connection.execute(select(acknowledgement.c.announcement)).scalars()) == [first]
    chat.says("收到")
    assert sorted(county.connection.execute(select(acknowledgement.c.announcement)).scalars()) == [
        first,
        second,
    ]


def test_in_a_group_and_without_a_receipt_there_is_nothing_to_tap(county):
    plain = put(county, EVERYBODY)
    everywhere = announcements.put(
        county.connection,
        author_id=OFFICE,
        audience=Audience(),
        body=RECEIPT_BODY,
        wants_receipt=True,
        state=AnnouncementState.SCHEDULED,
        at=county.real_ms,
    )

    for number in (plain, everywhere):
        one = announcements.find_announcement(county.connection, number)
        assert message_of(one, "项目办").buttons is None


# ── whose work it is ──


def test_the_author_of_a_work_answers_by_a_tap(county, chat):
    chat.says("案例 微能力作品 https://www.example.com/case/1 甲老师", LEADER)
    asked = ["编号 1 报为案例，同意吗？", "[同意] 同意 1", "[不同意] 不同意 1"]

    (kept,) = county.connection.scalars(select(outbox.c.content).where(outbox.c.person_id == TEACHER))
    assert shown(load_answer(kept)) == asked
    assert shown(chat.says("帮助")) == asked  # the question comes along with the next answer
    assert shown(chat.says("查看 1")) == asked
    assert shown(chat.says("查看 1", LEADER)) == []
    assert shown(chat.says("同意")) == asked
    assert chat.taps(chat.says("同意"), "不同意").plain.startswith("记下了，编号 1 不报为案例")
    assert shown(chat.says("查看 1")) == []


def test_of_several_questions_the_number_is_typed(county, chat):
    for place in (1, 2):
        chat.says(f"案例 微能力作品 https://www.example.com/case/{place} 甲老师", LEADER)

    assert shown(chat.says("同意")) == []
