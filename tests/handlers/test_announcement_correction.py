"""更正 of an announcement: exactly those who read the first one read it, and nobody reads the first one any more."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.policy.announcement import AnnouncementState
from messages.commands import Command
from messages.outgoing import load_answer
from storage import notices
from storage.announcement_tables import announcement
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.tables import role
from storage.undelivered import replay
from tests.handlers.announced import BODY, EVERYBODY, add_groups, came_to, copies, put, state_of
from tests.handlers.conftest import (
    ADMIN,
    LEADER,
    NEWCOMER,
    OFFICE,
    OVERSEER,
    PRINCIPAL,
    TEACHER,
)
from tests.handlers.submitted import LINK, hand_in
from tests.kit.posted import posted_to

RIGHT = "改到周六下午两点线上答疑"


@pytest.fixture
def groups(county):
    return add_groups(county)


def correct(county, number, text=RIGHT, who=OFFICE):
    return county.ask(who, Command.CORRECT, numbers=(number,), text=text)


def confirm(county, who=OFFICE):
    return county.ask(who, Command.CONFIRM)


@pytest.fixture
def people(county):
    """甲 and 戊 have it, of 乙 nobody knows, 丙 was refused, the four others wait."""
    number = put(county, EVERYBODY)
    came_to(county, number, State.SENT, person=TEACHER, outlet="wecom.app")
    came_to(county, number, State.SENT, person=OFFICE, outlet="answer")
    came_to(county, number, State.UNCERTAIN, person=LEADER, reason="doubt", outlet="wecom.app")
    came_to(county, number, State.FAILED, person=ADMIN, done=False, reason="81013", outlet="wecom.app")
    return number


def test_the_preview_says_whom_it_is_for_and_whom_not(county, people):
    said = correct(county, people).splitlines()

    assert said[:3] == [
        f"更正公告 {people}：已经收到的 3 人都会收到更正；还没收到的 4 人只会收到更正，不再收到原来那条。",
        "有人只看得到更正，请把内容写全。",
        f"没发成的 1 人不发更正；要发，先更正，再发“重发 {people}”。",
    ]
    assert f"更正公告 {people}（确认后编号） · {county.plan.office}" in said
    assert RIGHT in said
    assert copies(county, people)[-1][2] == "queued"  # nothing has happened yet
    assert county.connection.scalars(select(announcement.c.number)).all() == [people]


def test_those_who_saw_the_first_and_those_who_wait_get_the_correction(county, people):
    correct(county, people)
    said = confirm(county)
    newer = people + 1

    assert said.startswith(f"公告 {newer} 已开始发送：7 人（私信）。")
    # 8 people, but for 丙, whose copy has failed.
    assert sorted(person for person, _, _ in copies(county, newer)) == [
        person for person in range(1, 9) if person != ADMIN
    ]
    assert {person: state for person, _, state in copies(county, people)} == {
        TEACHER: "sent",
        LEADER: "uncertain",
        ADMIN: "failed",
        PRINCIPAL: "dead",
        OFFICE: "sent",
        OVERSEER: "dead",
        NEWCOMER: "dead",
        8: "dead",
    }
    contents = county.connection.scalars(
        select(outbox.c.content).where(outbox.c.announcement == newer).distinct()
    ).all()
    assert [load_answer(content).plain for content in contents] == [
        f"更正公告 {people}（编号 {newer}） · {county.plan.office}\n{RIGHT}"
    ]


def test_the_wrong_one_never_goes_out_again(county, people):
    correct(county, people)
    confirm(county)

    assert replay(county.connection, at=county.real_ms) == 0
    heard, left = notices.say(county.connection, ADMIN, most=9, at=county.real_ms)
    assert (heard, left) == ((), 0)


def test_both_reports_name_each_other(county, people):
    correct(county, people)
    confirm(county)
    newer = people + 1
    first = county.ask(OFFICE, Command.DELIVERY, numbers=(people,)).splitlines()
    second = county.ask(OFFICE, Command.DELIVERY, numbers=(newer,)).splitlines()

    assert first[0] == f"公告 {people}：8 人里 2 人已送达，1 人不确定，1 人失败，4 人没发出就撤下。"
    assert first[2] == f"它已被公告 {newer} 更正。"
    assert first[5] == f"下一步：发“重发 {newer}”，发给没收到的 1 个。"
    assert second[2] == f"它更正的是公告 {people}。"


def test_in_groups_it_goes_where_the_first_went(county, groups):
    number = put(county)
    came_to(county, number, State.SENT, group=groups[0])
    came_to(county, number, State.DEAD, group=groups[1], reason="93000")

    said = correct(county, number).splitlines()
    confirm(county)

    assert said[:2] == [
        f"更正公告 {number}：已经收到的 1 个群都会收到更正；还没收到的 1 个群只会收到更正，不再收到原来那条。",
        "有人只看得到更正，请把内容写全。",
    ]
    assert [group for _, group, _ in copies(county, number + 1)] == [groups[0], groups[2]]


def test_a_correction_is_corrected_itself(county, groups):
    first = put(county)
    came_to(county, first, State.SENT)
    correct(county, first)
    confirm(county)
    came_to(county, first + 1, State.SENT)

    said = correct(county, first, text="取消答疑").splitlines()
    confirm(county)

    assert said[0] == (
        f"公告 {first} 已被公告 {first + 1} 更正，这次更正公告 {first + 1}：已经收到的 3 个群都会收到更正。"
    )
    chain = select(announcement.c.number, announcement.c.corrects).order_by(announcement.c.number)
    assert [tuple(row) for row in county.connection.execute(chain)] == [
        (first, None),
        (first + 1, first),
        (first + 2, first + 1),
    ]
    assert len(copies(county, first + 2)) == 3


def test_of_two_corrections_at_once_the_second_is_told(county, groups):
    number = put(county)
    came_to(county, number, State.SENT)
    correct(county, number)
    put(county, corrects=number, body="别人的更正")

    assert confirm(county) == (
        f"公告 {number} 刚刚已被公告 {number + 1} 更正，没有执行。要再改，发“更正 {number + 1} 正确的全文”。"
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (AnnouncementState.WAITING, "还没发，不用更正：先发“取消 {}”，再重新发“公告”。"),
        (AnnouncementState.SCHEDULED, "还没发，不用更正：先发“取消 {}”，再重新发“公告”。"),
        (AnnouncementState.CANCELLED, "取消了，没有发过，不用更正。"),
        (AnnouncementState.EXPIRED, "没有等到第二位同事确认，没有发过，不用更正。"),
        (AnnouncementState.RECALLED, "已经撤回，不能更正；要通知大家，重新发“公告”。"),
    ],
)
def test_what_nobody_can_have_read_is_not_corrected(county, groups, state, said):
    number = put(county, state=state)

    assert correct(county, number) == f"公告 {number} {said.format(number)}"


def test_a_correction_needs_other_words(county, groups):
    number = put(county)

    assert correct(county, number, text=" ") == (
        f"更正要写上正确的全文，例如“更正 {number} 会议改到周五下午两点，地点不变”。什么都没有执行。"
    )
    assert correct(county, number, text=BODY) == f"这和公告 {number} 的内容一样，没有执行。"
    assert county.ask(OFFICE, Command.CORRECT, numbers=(number, number), text=RIGHT) == (
        "一次更正一条公告，例如“更正 40 正确的全文”。什么都没有执行。"
    )


def test_where_it_reached_nobody_a_new_one_is_better(county, groups):
    number = put(county)
    came_to(county, number, State.DEAD, reason="93000")

    assert correct(county, number) == f"没有人收到过公告 {number}，不用更正：直接重新发“公告”。"


def test_many_people_need_a_second_person_here_too(county, people):
    rule = replace(county.plan.announcements, second_person=True, second_person_people=5)
    county.plan = replace(county.plan, announcements=rule)
    county.connection.execute(
        role.insert().values(
            person_id=PRINCIPAL, role="office", school_id=None, group_id=None, source="grant", granted_at=0
        )
    )
    correct(county, people)
    confirm(county)
    newer = people + 1

    assert state_of(county, newer) == "waiting"
    assert copies(county, newer) == []
    assert copies(county, people)[-1][2] == "queued"
    county.ask(PRINCIPAL, Command.CONFIRM, numbers=(newer,))
    assert state_of(county, newer) == "posted"
    assert len(copies(county, newer)) == 7
    assert copies(county, people)[-1][2] == "dead"


def test_a_correction_can_be_set_for_a_time_and_the_first_goes_on_until_then(county, groups):
    number = put(county)
    came_to(county, number, State.SENT, group=groups[0])
    correct(county, number)
    county.ask(OFFICE, Command.SCHEDULE, when="2024-05-22T09:00")
    confirm(county)

    assert state_of(county, number + 1) == "scheduled"
    assert [state for _, _, state in copies(county, number)] == ["sent", "queued", "queued"]


@pytest.fixture
def two_of_office(county, people):
    """A correction to more than one person waits for the second of them."""
    rule = replace(county.plan.announcements, second_person_people=1)
    county.plan = replace(county.plan, announcements=rule)
    county.connection.execute(
        role.insert().values(
            person_id=PRINCIPAL, role="office", school_id=None, group_id=None, source="grant", granted_at=0
        )
    )
    return people


def test_a_correction_that_waits_does_not_go_out_once_the_first_is_taken_back(county, two_of_office):
    first, waiting = two_of_office, two_of_office + 1
    correct(county, first)
    confirm(county)
    county.ask(PRINCIPAL, Command.WITHDRAW, numbers=(first,))
    confirm(county, PRINCIPAL)
    assert state_of(county, first) == "recalled"

    words = f"公告 {waiting} 没有发：它要更正的公告 {first} 已经撤回或取消。要通知大家，重新发“公告”。"
    assert county.ask(PRINCIPAL, Command.CONFIRM, numbers=(waiting,)) == words
    assert (state_of(county, waiting), copies(county, waiting)) == ("cancelled", [])
    assert posted_to(county.connection, OFFICE)[-1] == words


def test_of_two_corrections_that_wait_one_goes_out(county, two_of_office):
    first, one, other = two_of_office, two_of_office + 1, two_of_office + 2
    for text in (RIGHT, "改到周日下午两点线上答疑"):
        correct(county, first, text)
        confirm(county)
    county.ask(PRINCIPAL, Command.CONFIRM, numbers=(one,))

    assert county.ask(PRINCIPAL, Command.CONFIRM, numbers=(other,)).startswith(
        f"公告 {other} 没有发：它要更正的公告 {first} 已被公告 {one} 更正。要再改，发“更正 {one} 正确的全文”。"
    )
    assert (state_of(county, one), state_of(county, other)) == ("posted", "cancelled")
    assert copies(county, other) == []


def test_an_appeal_is_corrected_as_before_and_evidence_is_not(county):
    county.ask(TEACHER, Command.APPEAL, text="线上学时少了 3 学时")
    assert "已答复，标为已更正" in correct(county, 1, text="已补导入")
    number = hand_in(county, TEACHER, "A5", LINK)
    assert correct(county, number, text="已补导入") == (
        f"编号 {number} 不是公告，也不是申诉，没有更正。审核结果要改，发“重开 {number} 原因”。"
    )


def test_only_the_office_corrects(county, people):
    assert correct(county, people, who=OVERSEER).startswith("“更正”只有项目办可以用")
