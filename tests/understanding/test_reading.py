"""Single readings that the corpus cannot say: the calendar, hints, rooms, long texts, the printed form."""

from datetime import date

import pytest

from bot.cli.understand import as_json
from messages.commands import Arguments, Command, Understood
from messages.understanding.read import Reader

TUESDAY = date(2024, 5, 21)


@pytest.fixture(scope="module")
def today(catalogue):
    return Reader(catalogue, bot_names=("小研",), today=TUESDAY)


@pytest.mark.parametrize("command", list(Command))
def test_every_canonical_word_is_its_command(command, reader):
    assert reader.read(command.value) == Understood(command=command)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("定时 明天8点", "2024-05-22T08:00"),
        ("定时 后天上午9点半", "2024-05-23T09:30"),
        ("定时 今晚7点", "2024-05-21T19:00"),
        ("定时 下午3点一刻", "2024-05-21T15:15"),
        ("定时 周五 14:30", "2024-05-24T14:30"),
        ("定时 下周一早上8点", "2024-05-27T08:00"),
        ("定时 6月1日", "2024-06-01"),
        ("定时 31号 9点", "2024-05-31T09:00"),
        ("定时 2024/6/3 9:05", "2024-06-03T09:05"),
        ("定时 六月三号下午两点", "2024-06-03T14:00"),
        ("定时 2月30日8点", "2月30日8点"),  # no such day: as said
    ],
)
def test_a_time_is_iso_where_it_is_one(said, when, today):
    assert today.read(said) == Understood(command=Command.SCHEDULE, arguments=Arguments(when=when))


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("排名 昨天", "2024-05-20"),
        ("排名 今天", ""),
        ("上周五的排名", "2024-05-17"),
        ("排名 20号", "2024-05-20"),
    ],
)
def test_a_ranking_of_a_day(said, when, today):
    assert today.read(said) == Understood(command=Command.RANKING, arguments=Arguments(when=when))


def test_this_month_and_last_month_are_months(today):
    assert today.read("生成上个月简报").arguments.when == "2024-04"
    assert today.read("简报 本月 https://a.cn/x").arguments.when == "2024-05"


def test_the_bot_is_called_by_its_name_without_a_blank(today):
    assert today.read("@小研我的学时") == Understood(command=Command.MY_HOURS)


def test_only_a_mention_is_a_call_for_help(today):
    assert today.read("@小研 ") == Understood(command=Command.HELP)
    assert today.read(" ", in_group=True) == Understood(command=Command.HELP)
    assert today.read(" ") == Understood(silent=True)


def test_a_mail_address_is_no_mention(reader):
    assert reader.read("公告 请发到 office@example.cn 谢谢").arguments.text == "请发到 office@example.cn 谢谢"


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("通过第三个", (3,)),
        ("第二个通过", (2,)),
        ("通过第三个和第五个", (3, 5)),
        ("通过1、2、3三个", (1, 2, 3)),
    ],
)
def test_a_line_that_is_named_in_chinese_is_that_line_and_no_count(said, numbers, reader):
    assert reader.read(said) == Understood(command=Command.APPROVE, arguments=Arguments(numbers=numbers))


@pytest.mark.parametrize("said", ["收到", "收到 40", "收到40"])
def test_a_receipt_with_the_number_of_its_announcement_wants_no_answer(said, reader):
    assert reader.read(said) == Understood(silent=True)


@pytest.mark.parametrize("digit", range(1, 10))
def test_a_bare_digit_is_silent_and_kept_for_an_open_menu(digit, reader):
    kept = Understood(silent=True, arguments=Arguments(numbers=(digit,)))
    assert reader.read(str(digit)) == reader.read(chr(0xFF10 + digit)) == kept
    assert as_json(kept) == {"command": None, "arguments": {}}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A14有吗", "code-unknown:A14"),
        ("选点 A0 A5 B2", "code-unknown:A0"),
        ("提交 B11 https://a.cn/x", "code-unknown:B11"),
        ("T11", "course-outdated:T11"),
        ("t 5 是哪个", "course-outdated:T5"),
        ("@全体 今天下班前必须完成", "announcement"),
    ],
)
def test_a_hint_names_the_special_question_back(text, hint, reader):
    understood = reader.read(text)
    assert (understood.command, understood.hint) == (None, hint)


def test_a_topic_of_project_one_offers_its_successor_only_where_it_is_known(reader):
    assert reader.read("T12").suggestions == ("微能力 A6", "微能力清单")
    assert reader.read("T23").suggestions == ("微能力清单",)


def test_an_order_heard_through_a_slip_is_offered_and_not_carried_out(reader):
    assert reader.read("同过 3 优秀") == Understood(
        arguments=Arguments(numbers=(3,), grade="优秀"), suggestions=("通过 3 优秀",)
    )


def test_leaders_report_what_others_only_ask(reader):
    assert reader.read("3过了").command is None
    assert reader.read("3过了", roles=frozenset({"leader"})).command is Command.APPROVE


def test_an_announcement_keeps_what_was_typed(reader):
    text = "公告 幼儿园、小学\n一、交总结（６月１４日前）；\n二、看 https://a.cn/1，再看 https://a.cn/1。"
    arguments = reader.read(text).arguments
    assert arguments.audience == "幼儿园、小学"
    assert arguments.text == "一、交总结（６月１４日前）；\n二、看 https://a.cn/1，再看 https://a.cn/1。"
    assert arguments.links == ("https://a.cn/1",)


@pytest.mark.parametrize(
    ("said", "command", "kept"),
    [
        ("退回 3 请参考 https://a.cn/1 的格式，别漏了反思", Command.SEND_BACK, "请参考 https://a.cn/1 的格式，别漏了反思"),
        ("退回 3 看 https://a.cn/1 和 https://b.cn/2", Command.SEND_BACK, "看 https://a.cn/1 和 https://b.cn/2"),
        ("退回 格式见 https://a.cn/1", Command.SEND_BACK, "格式见 https://a.cn/1"),
        ("重开 3 见批示 https://a.cn/1", Command.REOPEN, "见批示 https://a.cn/1"),
        ("备案退回 3 样子见 https://a.cn/1", Command.RETURN_FILING, "样子见 https://a.cn/1"),
        ("通过 3 优秀 值得推荐：https://a.cn/1", Command.APPROVE, "值得推荐：https://a.cn/1"),
        ("通过 3 评语：和 https://a.cn/1 一样好 优秀", Command.APPROVE, "和 https://a.cn/1 一样好"),
        ("申诉 3号审错了，见 https://a.cn/1 第3页", Command.APPEAL, "3号审错了，见 https://a.cn/1 第3页"),
    ],
)  # fmt: skip
def test_what_others_will_read_keeps_its_links(said, command, kept, reader):
    understood = reader.read(said)
    arguments = understood.arguments
    assert (understood.command, arguments.reason or arguments.note or arguments.text) == (command, kept)


def test_a_long_announcement_is_not_cut(reader):
    content = "请各校核对名单。" * 900  # 7,200 characters, 21,600 bytes
    assert reader.read("公告 " + content).arguments.text == content


def test_a_submission_prints_as_the_contract_shows(reader):
    understood = reader.read("提交 A5 https://a.cn/x 提取码:8k2d 第二稿")
    assert as_json(understood) == {
        "command": "提交",
        "arguments": {"codes": ["A5"], "links": ["https://a.cn/x"], "note": "提取码:8k2d 第二稿"},
    }


def test_a_question_back_prints_its_suggestions(reader):
    assert as_json(reader.read("A1、5、B2")) == {
        "command": "?",
        "arguments": {"codes": ["A1", "A5", "B2"]},
        "suggestions": ["选点 A1 A5 B2", "微能力 A1"],
    }
