"""In a group nobody's personal figures are shown."""

import re

import pytest

from handlers.entry import Room
from handlers.perform import perform
from handlers.registry import REGISTRY
from messages.commands import Command
from messages.outgoing import Answer
from storage.notices import note

pytestmark = pytest.mark.one_database  # who may what is no statement

TEACHER, ADMIN = 1, 3
ARGUMENTS = {
    Command.CHOOSE: {"codes": ("A5", "A6", "C2")},
    Command.SWAP: {"codes": ("C2", "B9")},
    Command.POINT: {"codes": ("B2",)},
    Command.BIND: {"name": "庚老师", "text": "ABCDEFGH"},
}
# 31.27 and the rest are this teacher's alone: no rule and no date contains them.
PERSONAL = re.compile(
    r"31\.27|39\.27|10\.73|甲老师|T0001|5678|已认证|还没认证|你选|你没有选|C2|C5|B2 [^：]*：?.*你的"
)


@pytest.fixture
def busy(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("B2", "C2", "C5"))
    county.has_online(TEACHER, 3127)
    county.certify(TEACHER, "B2")
    note(county.connection, [TEACHER], key="k", text="你的 C5 被退回了", at=0)
    return county


@pytest.mark.parametrize("command", list(Command))
def test_no_command_shows_a_personal_figure(busy, command):
    said = busy.ask(TEACHER, command, group=True, **ARGUMENTS.get(command, {}))

    assert not PERSONAL.search(
        said.replace("C2 创造真实学习情境\n", "").replace("C5 基于数据的个别化指导\n", "")
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Command.MY_HOURS, "“我的学时”是个人数据，群里不显示。点我的头像发起私聊，发“我的学时”。"),
        (Command.CHOOSE, "“选点”请私聊办理，群里没有执行。点我的头像发起私聊，发“选点”。"),
        (
            Command.BIND,
            (
                "绑定请私聊办理，群里没有执行。点我的头像发起私聊，再发一次。\n"
                "如果绑定码已经发在群里，请让学校管理员换一个新的，旧码随即作废。"
            ),
        ),
    ],
)
def test_it_says_how_to_ask_in_private(busy, command, said):
    assert busy.ask(TEACHER, command, group=True, **ARGUMENTS.get(command, {})) == said


def test_nothing_personal_is_done_in_a_group(busy):
    before = busy.turn(TEACHER).person.chosen

    busy.ask(TEACHER, Command.CHOOSE, group=True, codes=("A5", "A6", "C2"))
    busy.ask(TEACHER, Command.SWAP, group=True, codes=("C2", "B9"))

    assert busy.turn(TEACHER).person.chosen == before


def test_in_private_the_same_questions_are_answered(busy):
    assert "31.27 学时" in busy.ask(TEACHER, Command.MY_HOURS)


def test_what_is_only_for_private_rooms_is_decided_for_every_command():
    assert {command for command, entry in REGISTRY.items() if entry.room is Room.PRIVATE_ONLY} == {
        Command.WHAT_IS_MISSING,
        Command.MY_HOURS,
        Command.MY_POINTS,
        Command.WHY,
        Command.NO_REMINDERS,
        Command.REMINDERS_AGAIN,
        Command.IMPORT,
        Command.MY_DATA,
        Command.RECOMMEND,
        Command.CHOOSE,
        Command.SWAP,
        Command.WHO_AM_I,
        Command.SUBMIT,
        Command.MY_EVIDENCE,
        Command.WITHDRAW,
        Command.BIND,
        Command.QUEUE,
        Command.VIEW,
        Command.APPROVE,
        Command.SEND_BACK,
        Command.REOPEN,
        Command.SCHOOL_LIST,
        Command.BEHIND,
        Command.REMIND,
        Command.APPEAL,
        Command.APPEALS,
        Command.ANSWER,
        Command.CORRECT,
        Command.ACCEPTANCE,
        Command.FREEZE,
        Command.UNFREEZE,
        Command.RETURN_FILING,
        Command.ACCEPT_FILING,
        Command.ANNOUNCE,
        Command.SCHEDULE,
        Command.DELIVERY,
        Command.RESEND,
        Command.UNFILED,
        Command.CODE,
        Command.SUMMARY,
        Command.UNTICK,
        Command.TICK,
        Command.DUTIES,
        Command.FILINGS,
        Command.FILE,
        Command.DRAFT_BULLETIN,
        Command.BULLETIN,
        Command.ACTIVITY,
        Command.DISSENT,
        Command.CONSENT,
        Command.CASE,
        Command.MY_PAGE,
        Command.OFFICE_PAGE,
        Command.EXPORT,
        Command.STATUS,
    }


def test_a_group_hears_no_notices(busy):
    assert isinstance(perform(busy.turn(TEACHER, Command.HELP, group=True)), Answer)
    assert "退回" not in busy.ask(TEACHER, Command.HELP, group=True)
    assert "你的 C5 被退回了" in busy.ask(TEACHER, Command.HELP)
