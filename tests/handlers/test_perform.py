"""What is said before and instead of any handler."""

import pytest
from sqlalchemy import func, select

from handlers.perform import Touched, touched
from handlers.registry import REGISTRY
from messages.commands import Arguments, Command
from messages.incoming import Kind, Platform
from storage import conversations
from storage.conversations import Topic
from storage.tables import choice, filing

TEACHER, LEADER, ADMIN, OFFICE = 1, 2, 3, 5
STRANGER = "stranger"

UNBOUND = (
    "还不知道你是哪位老师，请先绑定：私聊我，发“绑定 姓名 绑定码”。\n"
    "绑定码向本校学校管理员或项目办要，有效 7 天，只能用一次。"
)


def test_thanks_are_left_unanswered(county):
    assert county.ask(TEACHER, silent=True, typed="收到") == ""


def test_what_is_not_understood_is_asked_back(county):
    assert county.ask(TEACHER, typed="学石", suggestions=("我的学时",)) == (
        "没看懂，什么都没有执行。你是不是想发：\n我的学时"
    )


@pytest.fixture
def closed(monkeypatch):
    """As though 后台 were planned, and not there yet."""
    open_ones = {command: entry for command, entry in REGISTRY.items() if command is not Command.OFFICE_PAGE}
    monkeypatch.setattr("handlers.perform.REGISTRY", open_ones)


@pytest.mark.usefixtures("closed")
def test_nobody_is_sent_to_what_is_not_open(county):
    assert county.ask(TEACHER, typed="名单", suggestions=("后台", "微能力 A5")) == (
        "没看懂，什么都没有执行。你是不是想发：\n微能力 A5（技术支持的课堂导入）"
    )
    assert county.ask(TEACHER, typed="名单", suggestions=("后台",)) == (
        "没看懂，什么都没有执行。发“帮助”看我能做什么。"
    )


def test_people_nobody_has_bound_are_told_how_to(county):
    assert county.ask(STRANGER, Command.MY_HOURS) == UNBOUND
    assert county.ask(STRANGER, Command.MY_HOURS, group=True) == UNBOUND


def test_people_outside_the_company_are_asked_to_write_from_inside(county):
    assert county.ask("", Command.MY_HOURS) == "认不出你的企业账号，请由本单位成员在企业内发送。"


def test_who_may_not_is_told_who_may(county):
    assert county.ask(TEACHER, Command.SCOPE, codes=("A1", "A2", "A5", "A11", "B2")) == (
        "“本校范围”只有学校管理员或校长可以用，没有执行。\n你可以发“微能力清单 本校”。"
    )
    assert county.connection.scalar(select(func.count()).select_from(filing)) == 0


@pytest.mark.usefixtures("closed")
def test_commands_without_a_handler_say_so_honestly(county):
    assert county.ask(TEACHER, Command.OFFICE_PAGE) == (
        "“后台”还没有开通，什么都没有执行。发“帮助”看现在能用的。"
    )


def test_pictures_get_an_answer(county):
    assert county.ask(TEACHER, kind=Kind.IMAGE) == (
        "图片我看不了。查学时请发“我的学时”；材料请放到网盘或在线文档，发“提交 A5 链接”。"
    )
    assert county.ask(OFFICE, kind=Kind.IMAGE) == (
        "图片我看不了。名册和学时请发表格文件（.xlsx 或 .csv），别的请打字。"
    )


def test_who_joins_hears_the_first_step(county):
    assert county.ask(STRANGER, kind=Kind.JOINED) == (
        "发“绑定 姓名 绑定码”绑定身份，就能查学时、选微能力点。\n"
        "绑定码向本校学校管理员或项目办要；发“帮助”看我能做什么。"
    )
    assert county.ask(TEACHER, kind=Kind.JOINED) == (
        "你已绑定为甲老师。发“还差什么”看下一步，发“帮助”看我能做什么。"
    )


def test_an_account_is_found_in_either_case(county):
    assert county.ask("USER1", Command.WHO_AM_I).startswith("你是甲老师，示例县第一小学。")
    assert county.ask("user1", Command.WHO_AM_I).startswith("你是甲老师，示例县第一小学。")


# ── 确认 ──


def preview(county, who, command, **arguments):
    conversations.put(
        county.connection,
        Platform.WECOM,
        f"user{who}",
        "",
        Topic.CONFIRM,
        {"command": command.value, "arguments": conversations.arguments_to_json(Arguments(**arguments))},
        expires_at=county.real_ms + 5 * 60_000,
    )


def test_there_may_be_nothing_to_confirm(county):
    assert county.ask(TEACHER, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"


def test_what_was_previewed_is_done_once(county):
    preview(county, TEACHER, Command.CHOOSE, codes=("A5", "A6", "B2"))

    assert county.ask(TEACHER, Command.CONFIRM).startswith("选好了：A5 技术支持的课堂导入、")
    assert county.ask(TEACHER, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"


def test_nobody_else_confirms_it(county):
    preview(county, TEACHER, Command.CHOOSE, codes=("A5", "A6", "B2"))

    assert county.ask(LEADER, Command.CONFIRM) == "没有等待确认的操作，什么都没有执行。"
    assert county.connection.scalar(select(func.count()).select_from(choice)) == 0


def test_confirming_does_not_lend_a_permission(county):
    preview(county, TEACHER, Command.SCOPE, codes=("A1", "A2", "A5", "A11", "B2"))

    assert county.ask(TEACHER, Command.CONFIRM).startswith("“本校范围”只有学校管理员或校长可以用")


def test_after_five_minutes_it_is_too_late(county):
    preview(county, TEACHER, Command.CHOOSE, codes=("A5", "A6", "B2"))
    county.later(minutes=5)

    assert county.ask(TEACHER, Command.CONFIRM) == "“选点”的预览已超过 5 分钟，没有执行。请重新发一次。"
    assert county.connection.scalar(select(func.count()).select_from(choice)) == 0


def test_orders_and_confirmations_may_change_what_is_remembered(county):
    changing = {
        command for command in Command if touched(county.turn(TEACHER, command)) is not Touched.NOBODY
    }

    assert changing == {
        Command.CHOOSE,
        Command.SWAP,
        Command.SUBMIT,
        Command.WITHDRAW,
        Command.SCOPE,
        Command.CASE,
        Command.CONSENT,
        Command.DISSENT,
        Command.THEME,
        Command.ACTIVITY,
        Command.BULLETIN,
        Command.FILE,
        Command.TICK,
        Command.UNTICK,
        Command.SUMMARY,
        Command.CODE,
        Command.ANNOUNCE,
        Command.SCHEDULE,
        Command.RESEND,
        Command.REMIND,
        Command.NO_REMINDERS,
        Command.REMINDERS_AGAIN,
        Command.ACCEPT_FILING,
        Command.RETURN_FILING,
        Command.APPEAL,
        Command.QUEUE,
        Command.VIEW,
        Command.APPROVE,
        Command.SEND_BACK,
        Command.BEHIND,
        Command.SCHOOL_LIST,
        Command.ANSWER,
        Command.CORRECT,
        Command.REOPEN,
        Command.FREEZE,
        Command.UNFREEZE,
        Command.BIND_GROUP,
        Command.IMPORT,
        Command.BIND,
        Command.CANCEL,
        Command.CONFIRM,
    }
    assert touched(county.turn(TEACHER, Command.SUBMIT)) is Touched.ASKER
    assert touched(county.turn(TEACHER, typed="1", silent=True)) is Touched.ANYBODY  # may pick from a menu
    assert touched(county.turn(TEACHER, typed="收到", silent=True)) is Touched.NOBODY


@pytest.mark.parametrize("said", ["好的", "是的", "对", "可以", "ok"])
def test_agreeing_to_a_preview_is_not_confirming_it(county, said):
    assert county.ask(TEACHER, typed=said, silent=True) == ""
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.ask(TEACHER, Command.SUBMIT, codes=("A5",), links=("https://files.example.com/1",))
    county.ask(TEACHER, Command.SWAP, codes=("A5", "A6"))

    assert county.ask(TEACHER, typed=said, silent=True) == (
        "“换点”还没有执行。要执行请回复“确认”，不做回复“取消”。"
    )
    assert county.ask(TEACHER, typed="收到", silent=True) == ""
    assert county.ask(TEACHER, Command.CONFIRM).startswith("选好了：A6")
